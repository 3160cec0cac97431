"""A station with a fault that lasts, through a whole run: one cause, and every case not concerned ends as without it.

`make matrix` only: each of these runs has all cases of a version, and so has the sound station beside it.
"""

import os
from functools import cache

import pytest
import runner
from ocpp_fixtures.station.defects import lasting
from ocpp_reports.causes import causes_of
from ocpp_reports.model import RunResult, Verdict
from test_matrix import EXPECTED

pytestmark = pytest.mark.skipif(not os.environ.get("OCPP_PROOF_WHOLE_MATRIX"), reason="make matrix")
FIELD = ("acts-before-accepted", "remote-start-at-zero", "second-remote-start-accepted")
"""Those of real-stations.md (A3, A4, A7) that stand in the tables of their blocks."""
ASKED_ONCE = {"trigger-without-effect"}
"""Whoever needs what is never sent is INCONCLUSIVE, and names the case that judges it."""
TWO_FAULTS = {
    ("offline-session-told-twice", "1.6"): "it also sends what was answered once more",
    ("offline-session-told-twice", "2.0.1"): "it also sends what was answered once more",
    ("stays-pending", "1.6"): "it also accepts a TriggerMessage for the BootNotification that never comes",
    ("trigger-without-effect", "1.6"): "so is an ExtendedTriggerMessage",
}
COMES_AGAIN = {"cancellation-ends-the-program"}
"""Each CancelReservation ends it anew, of a clean-up too: each case that meets what it leaves names it."""
PLACES = [
    (defect.name, ocpp)
    for defect in lasting.defect.rows
    for ocpp in defect.versions
    if ocpp != "2.1" and defect.name not in COMES_AGAIN and EXPECTED["station", defect.name].get((ocpp, 0))
] + [(name, ocpp) for name in FIELD for ocpp in ("1.6", "2.0.1") if EXPECTED["station", name].get((ocpp, 0))]


def whole_run(ocpp, *defects):
    config = runner.config("station", defects=defects)
    results, rules, problems = runner.run(config, ocpp, 0, select="TC_* or X_*")
    run = RunResult("station", "station", ocpp, 0)
    run.cases, run.rules, run.problems = results, rules, problems
    return run


@cache
def sound(ocpp):
    return {case.key: case.verdict for case in whole_run(ocpp).cases}


@pytest.mark.parametrize(("defect", "ocpp"), PLACES)
def test_one_fault_is_one_cause_and_spoils_no_other_case(defect, ocpp):
    run = whole_run(ocpp, defect)
    verdicts = {case.key: case.verdict for case in run.cases}
    failed = {case.id for case in run.cases if case.verdict is Verdict.FAIL}
    causes = causes_of(run)
    explained = {key for cause in causes for key in cause.cases}
    assert len(causes) == 1 + ((defect, ocpp) in TWO_FAULTS), causes
    if defect in ASKED_ONCE:
        assert {verdicts[key] for key in explained} <= {Verdict.FAIL, Verdict.INCONCLUSIVE}
    else:
        assert failed >= EXPECTED["station", defect][ocpp, 0]
    spoiled = {k: v for k, v in verdicts.items() if k not in explained and v is not sound(ocpp)[k]}
    assert not spoiled
