"""Runs every defect of the reference systems at every version and security profile and writes down what fails.

`python tests/matrix/survey.py [--sut csms] [--ocpp 2.0.1] [--defect NAME] [--select EXPR] --out FILE`. The output is
read by a person before it becomes the matrix: each row has to be explained by the defect.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import runner
from ocpp_proof.cases.timing import Timing
from ocpp_reports.model import Verdict

SHORT = Timing(message=3.0, event=1.5, long=4.0, quiet=0.15, transaction=0.5, case=40.0)
BY_VERSION = {"1.6": (0, 1, 2, 3), "2.0.1": (0, 1, 2, 3), "2.1": (0, 1, 2, 3)}


def defects(sut: str) -> dict[str, tuple[str, ...]]:
    """Names of defects with the versions that they exist in; "plain" is the station with less."""
    if sut == "csms":
        from ocpp_fixtures.csms import DEFECTS
    else:
        from ocpp_fixtures.station import DEFECTS
    versions = tuple(BY_VERSION)
    return {name: tuple(v for v in defect.versions if v in versions) for name, defect in DEFECTS.items()}


def survey(job: tuple[str, str, int, str, str]) -> tuple[tuple[str, str, int, str, str], dict[str, str], float]:
    """What fails (or cannot be judged) under one defect at one place."""
    sut, ocpp, security_profile, defect, select = job
    started = time.monotonic()
    config = runner.config(sut, defects=(defect,), timing=SHORT)
    results, _, _ = runner.run(config, ocpp, security_profile, select=select)
    found: dict[str, str] = {}
    for result in results:
        if result.verdict is Verdict.FAIL or (result.verdict is Verdict.INCONCLUSIVE and result.id not in found):
            found[result.id] = str(result.verdict)
    return job, found, time.monotonic() - started


def main() -> int:
    """Survey and write the csv; prints a line for each run."""
    options = argparse.ArgumentParser()
    options.add_argument("--sut", choices=["csms", "station", "plain", "updating", "locking"])
    options.add_argument("--ocpp", choices=list(BY_VERSION))
    options.add_argument("--security-profile", type=int)
    options.add_argument("--defect", action="append")
    options.add_argument("--select", default="")
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--out", type=Path, required=True)
    given = options.parse_args()
    jobs = [
        (sut, ocpp, security_profile, defect, given.select)
        for sut in ([given.sut] if given.sut else ["csms", "station"])
        for defect, versions in defects(sut).items()
        if not given.defect or defect in given.defect
        for ocpp in versions
        if not given.ocpp or ocpp == given.ocpp
        for security_profile in BY_VERSION[ocpp]
        if given.security_profile is None or security_profile == given.security_profile
    ]
    with ProcessPoolExecutor(given.jobs) as pool, given.out.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["sut", "ocpp", "security_profile", "defect", "case"])
        for (sut, ocpp, security_profile, defect, _), found, seconds in pool.map(survey, jobs):
            print(f"{sut} {ocpp} sp{security_profile} {defect}: {found} {seconds:.1f} s", flush=True)
            for case, verdict in sorted(found.items()):
                if verdict == Verdict.FAIL:
                    rows.writerow([sut, ocpp, security_profile, defect, case])
            file.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
