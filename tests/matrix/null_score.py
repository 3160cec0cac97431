"""What the null SUTs get: systems that accept everybody and everything, check nothing and remember nothing.

`python tests/matrix/null_score.py` prints the table that the README carries. A case counts as passed when the null SUT
passes it at every security profile at which it applies; each such case needs a reason in null_reasons.csv why the wire
cannot tell it from a sound system.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import runner
from ocpp_proof.engine.selection import official_cases
from ocpp_proof.engine.timing import Timing
from ocpp_reports.model import CaseResult, RunResult, Verdict
from ocpp_reports.readiness import readiness

REASONS = Path(__file__).parent / "null_reasons.csv"
# a null SUT mostly stays silent: what a sound one does at once need not be waited for long
SHORT = Timing(message=2.0, event=1.0, long=2.0, quiet=0.1, case=30.0)
VERSIONS = ("1.6", "2.0.1", "2.1")


def reasons() -> dict[str, str]:
    """Why the wire cannot tell, by case id."""
    with REASONS.open(encoding="utf-8") as file:
        return {row["case"]: row["reason"] for row in csv.DictReader(file)}


def once(job: tuple[str, str, int]) -> tuple[list[tuple[str, Verdict]], list[str]]:
    """One run of a null SUT: the verdict of each case, and the certification profiles that seem ready."""
    role, ocpp, security_profile = job
    sut = runner.config(role, null=True, timing=SHORT)
    results: list[CaseResult]
    results, rules, _ = runner.run(sut, ocpp, security_profile)
    run = RunResult(role, role, ocpp, security_profile, cases=results, rules=rules)
    run.official = official_cases(sut, ocpp, security_profile)
    return [(r.id, r.verdict) for r in results], [p.name for p in readiness(run) if p.ready]


def verdicts(role: str, ocpp: str) -> tuple[dict[str, list[Verdict]], list[str]]:
    """The null SUT's verdicts by case id, over all security profiles, and the profiles it seems ready for."""
    found: dict[str, list[Verdict]] = defaultdict(list)
    ready: list[str] = []
    with ProcessPoolExecutor(4) as pool:  # they mostly wait
        for seen, names in pool.map(once, [(role, ocpp, security_profile) for security_profile in range(4)]):
            ready += names
            for id, verdict in seen:
                found[id].append(verdict)
    return found, ready


def passed(found: dict[str, list[Verdict]]) -> list[str]:
    """The cases that were passed wherever they apply."""
    return sorted(id for id, seen in found.items() if all(v in (Verdict.PASS, Verdict.WARN) for v in seen))


def main() -> int:
    """Print the table; 1 when a pass has no reason or a profile looks ready."""
    known = reasons()
    unexplained = 0
    print("| system | OCPP | official cases: passed of applicable | which | edge cases: passed of applicable |")
    print("|---|---|---|---|---|")
    notes = []
    for role in ("csms", "station"):
        for ocpp in VERSIONS:
            found, ready = verdicts(role, ocpp)
            ids = passed(found)
            official = [i for i in found if i.startswith("TC_")]
            which = [i for i in ids if i in official]
            edge = f"{len(ids) - len(which)} of {len(found) - len(official)}"
            print(
                f"| null {role} | {ocpp} | {len(which)} of {len(official)} | {', '.join(which) or 'none'} | {edge} |",
                flush=True,
            )
            unexplained += len([i for i in ids if i not in known]) + len(ready)
            notes += [f"{i}: {known.get(i, 'NO REASON GIVEN')}" for i in ids] + [f"READY: {p}" for p in ready]
    print()
    print("\n".join(f"* {n}" for n in dict.fromkeys(notes)))
    return 1 if unexplained else 0


if __name__ == "__main__":
    raise SystemExit(main())
