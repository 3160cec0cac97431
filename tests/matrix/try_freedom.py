"""What the cases say of a reference system with freedoms: everything that is no PASS, with its reason.

`python tests/matrix/try_freedom.py station 1.6 fixed-cable [more freedoms] [--sp 2] [--select TC_003_CS] [--defect X]`.
A freedom that a case fails under shows a wrong case, or a freedom that the standard does not allow.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import runner
from ocpp_reports.model import Verdict
from survey import SHORT


def main() -> int:
    """Run the cases once and print; exit code 1 when something failed."""
    options = argparse.ArgumentParser()
    options.add_argument("sut", choices=["station", "csms", "plain", "updating", "locking"])
    options.add_argument("ocpp")
    options.add_argument("freedoms", nargs="*")
    options.add_argument("--sp", type=int, default=0)
    options.add_argument("--select", default="official")
    options.add_argument("--defect", action="append", default=[])
    given = options.parse_args()
    config = runner.config(given.sut, defects=tuple(given.defect), freedoms=tuple(given.freedoms), timing=SHORT)
    results, rules, problems = runner.run(config, given.ocpp, given.sp, select=given.select)
    ran = [r for r in results if r.verdict is not Verdict.NOT_APPLICABLE]
    for result in ran:
        if result.verdict is not Verdict.PASS:
            print(f"{result.key}: {result.verdict}: {result.reason}\n")
    for rule in rules:
        for where, finding in zip(rule.where, rule.findings, strict=False):
            print(f"{rule.id} in {where}: {finding}")
    for problem in problems:
        print(f"problem: {problem}")
    failed = sum(r.verdict is Verdict.FAIL for r in ran)
    print(f"{len(ran)} ran, {failed} failed, {sum(r.verdict is Verdict.INCONCLUSIVE for r in ran)} inconclusive")
    return int(failed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
