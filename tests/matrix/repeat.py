"""The healthy reference systems again and again: `repeat.py 20 [SELECTION]` prints what was not passed.

Every role, version and security profile, each time with another seed.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import runner
from ocpp_reports.model import Verdict

PLACES = [(role, v, sp) for role in ("csms", "station") for v in ("1.6", "2.0.1", "2.1") for sp in (0, 1, 2, 3)]


SELECTION = " ".join(sys.argv[2:])


def once(job: tuple[str, str, int, int]) -> tuple[tuple[str, str, int, int], int, list[str]]:
    """One run; how many cases, and a line for each that was not passed, each finding and each problem."""
    role, ocpp, security_profile, seed = job
    results, rules, problems = runner.run(runner.config(role), ocpp, security_profile, select=SELECTION, seed=seed)
    fine = (Verdict.PASS, Verdict.NOT_APPLICABLE)
    wrong = [
        f"{r.key} {r.verdict}: {' | '.join(r.reason.splitlines())[:400]}" for r in results if r.verdict not in fine
    ]
    wrong += [
        f"{rule.id} {where}: {f.received}" for rule in rules for f, where in zip(rule.findings, rule.where, strict=True)
    ]
    return job, len(results), wrong + problems


def main() -> int:
    """Run; 1 when anything was not passed."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    jobs = [(*place, seed) for seed in range(1, times + 1) for place in PLACES]
    counts: Counter[str] = Counter()
    started = time.monotonic()
    with ProcessPoolExecutor(2) as pool:
        for (role, ocpp, security_profile, seed), cases, wrong in pool.map(once, jobs):
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
