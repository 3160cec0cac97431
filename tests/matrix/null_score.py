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
from ocpp_proof.cases.timing import Timing
from ocpp_proof.run.official_list import claimed_profiles, official_cases
from ocpp_proof.run.security_profiles import covered_security_profiles
from ocpp_proof.run.witness import YES
from ocpp_reports.model import RunResult, StepRecord, Verdict
from ocpp_reports.readiness import readiness

REASONS = Path(__file__).parent / "null_reasons.csv"
# a null SUT mostly stays silent: what a sound one does at once need not be waited for long
SHORT = Timing(message=2.0, event=1.0, long=2.0, quiet=0.1, transaction=0.3, case=30.0)
VERSIONS = ("1.6", "2.0.1", "2.1")
AT_ITS_BEST = "at its best"
"""With a right clock, given whole payloads, and not to be asked what it recorded."""


def reasons() -> dict[str, str]:
    """Why the wire cannot tell, by case id."""
    with REASONS.open(encoding="utf-8") as file:
        return {row["case"]: row["reason"] for row in csv.DictReader(file)}


Seen = tuple[str, Verdict, bool]
"""A case's id, its verdict, and whether it would have passed, had the witness not seen that the SUT never says no."""


def once(job: tuple[str, bool | str, str, int]) -> tuple[list[Seen], RunResult]:
    """One run of a null SUT: the verdict of each case, and the run, of which readiness is counted."""
    role, null, ocpp, security_profile = job
    sut = runner.config(role, null=null, timing=SHORT)
    results, rules, _ = runner.run(sut, ocpp, security_profile)
    run = RunResult(role, role, ocpp, security_profile, cases=results, rules=rules)
    run.official = official_cases(sut, ocpp)
    run.claimed_profiles = claimed_profiles(sut, ocpp)
    run.security_profiles = covered_security_profiles(sut, ocpp, security_profile)
    seen = [(r.id, r.verdict, r.reason.startswith(YES)) for r in results if r.verdict is not Verdict.NOT_APPLICABLE]
    for result in results:
        result.wire, result.scenario = [], StepRecord("scenario", kind="root")  # it goes to another process
    return seen, run


def ready_for(*runs: RunResult) -> list[str]:
    """The certification profiles that the null SUT of these runs seems ready for."""
    return [profile.name for profile in readiness(*runs) if profile.ready]


def verdicts(role: str, null: bool | str, ocpp: str) -> tuple[list[str], list[str], list[str], list[str]]:
    """Over all security profiles: the ids of all cases, of those passed, of those that only the witness kept from
    passing, and the certification profiles that the null SUT seems ready for."""
    found: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    runs: list[RunResult] = []
    with ProcessPoolExecutor(4) as pool:  # they mostly wait
        for seen, run in pool.map(once, [(role, null, ocpp, security_profile) for security_profile in range(4)]):
            runs.append(run)
            for id, verdict, undone in seen:
                found[id].append((verdict in (Verdict.PASS, Verdict.WARN), undone))
    passed = sorted(id for id, seen in found.items() if all(good for good, _ in seen))
    undone = sorted(id for id, seen in found.items() if all(good or un for good, un in seen) and id not in passed)
    return sorted(found), passed, undone, [*ready_for(*runs), *(name for run in runs for name in ready_for(run))]


def main() -> int:
    """Print the table; 1 when a pass has no reason or a profile looks ready."""
    known = reasons()
    unexplained = 0
    print("| system | OCPP | official cases passed | kept from passing by the witness alone | edge cases passed |")
    print("|---|---|---|---|---|")
    notes = []
    for role, null in (("csms", True), ("csms", AT_ITS_BEST), ("station", True)):
        name = f"null {role}" + (" at its best" if null == AT_ITS_BEST else "")
        for ocpp in VERSIONS:
            ids, passed, undone, ready = verdicts(role, null, ocpp)
            official = [i for i in ids if i.startswith("TC_")]
            which = [i for i in passed if i in official]
            edge = f"{len(passed) - len(which)} of {len(ids) - len(official)}"
            print(f"| {name} | {ocpp} | {len(which)} of {len(official)} | {len(undone)} | {edge} |", flush=True)
            unexplained += len([i for i in passed + undone if i not in known]) + len(ready)
            notes += [f"{i}: {known.get(i, 'NO REASON GIVEN')}" for i in passed + undone]
            notes += [f"READY: {p}" for p in ready]
    print()
    print("\n".join(f"* {n}" for n in dict.fromkeys(notes)))
    return 1 if unexplained else 0


if __name__ == "__main__":
    raise SystemExit(main())
