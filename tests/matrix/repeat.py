"""The healthy reference systems again and again: `repeat.py 20 edge --busy 4` prints what was not passed.

Every role, version and security profile, each time with another seed; `--busy` processes that count take the time of
the processors meanwhile.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import runner
from ocpp_reports.model import Verdict

PLACES = [(role, v, sp) for role in ("csms", "station") for v in ("1.6", "2.0.1", "2.1") for sp in (0, 1, 2, 3)]


def once(job: tuple[str, str, int, int], selection: str) -> tuple[tuple[str, str, int, int], int, list[str]]:
    """One run; how many cases, and a line for each that was not passed, each finding and each problem."""
    role, ocpp, security_profile, seed = job
    results, rules, problems = runner.run(runner.config(role), ocpp, security_profile, select=selection, seed=seed)
    fine = (Verdict.PASS, Verdict.NOT_APPLICABLE)
    wrong = [
        f"{r.key} {r.verdict}: {' | '.join(r.reason.splitlines())[:400]}" for r in results if r.verdict not in fine
    ]
    wrong += [
        f"{rule.id} {where}: {f.received}" for rule in rules for f, where in zip(rule.findings, rule.where, strict=True)
    ]
    return job, len(results), wrong + problems


def count() -> None:
    """Keep a processor busy."""
    while True:
        pass


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """So many processes count while the block runs."""
    started = [multiprocessing.Process(target=count, daemon=True) for _ in range(processes)]
    for process in started:
        process.start()
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.join()


def main() -> int:
    """Run; 1 when anything was not passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("times", type=int, nargs="?", default=20)
    parser.add_argument("selection", nargs="?", default="", help="cases, as of ocpp-proof run --select")
    parser.add_argument("--first", type=int, default=1, metavar="SEED", help="the seed of the first time (default 1)")
    parser.add_argument("--busy", type=int, default=0, metavar="N")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="runs at once")
    wanted = parser.parse_args()
    jobs = [(*place, seed) for seed in range(wanted.first, wanted.first + wanted.times) for place in PLACES]
    counts: Counter[str] = Counter()
    started = time.monotonic()
    with busy(wanted.busy), ProcessPoolExecutor(wanted.workers) as pool:
        runs = pool.map(partial(once, selection=wanted.selection), jobs)
        for (role, ocpp, security_profile, seed), cases, wrong in runs:
            counts["runs"] += 1
            counts["cases"] += cases
            counts["wrong"] += len(wrong)
            for line in wrong:
                print(f"{role} {ocpp} sp{security_profile} seed {seed}: {line}", flush=True)
    seconds = time.monotonic() - started
    print(f"{counts['runs']} runs, {counts['cases']} cases, {counts['wrong']} not passed, {seconds:.0f} s")
    return 1 if counts["wrong"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
