"""What becomes of a case: a fault that was judged stays, unless the station was not in a state to be judged."""

import pytest
from ocpp_proof.cases.errors import DriverError, NonConformance, NotApplicable, NotRun
from ocpp_proof.cases.evidence import CaseRun
from ocpp_proof.run.case_verdict import settle_case
from ocpp_reports.model import CaseResult, StepRecord


def test_a_message_that_breaks_a_rule_is_wrong_whatever_the_station_holds():
    run = CaseRun(CaseResult("X_1_CS", "t", "1.6", 0, "station", "s", scenario=StepRecord("scenario", kind="root")))
    run.check("OCPP-J schema", False, expected="a", received="b", note="rule SCHEMA in StatusNotification")
    result = settle_case(run, None, only_automatic=False, not_idle="the transaction 7")
    assert str(result.verdict) == "fail"
    assert result.reason.startswith("the station was not idle when the case began: the transaction 7")


def settled(error=None, *, holds=None, only_automatic=False, not_idle="", driver_failed=""):
    run = CaseRun(CaseResult("X_1_CS", "t", "1.6", 0, "station", "s", scenario=StepRecord("scenario", kind="root")))
    if holds is not None:
        run.check("1.6 §4.9", holds, expected="a", received="b")
    return settle_case(run, error, only_automatic=only_automatic, not_idle=not_idle, driver_failed=driver_failed)


@pytest.mark.parametrize(
    ("error", "holds", "options", "verdict"),
    [
        (None, True, {}, "pass"),
        (None, False, {}, "fail"),
        (NotApplicable("not for it"), None, {}, "not applicable"),
        (NotApplicable("the rest is not for it"), False, {}, "fail"),
        (NotRun("left out"), True, {}, "not run"),
        (DriverError("no driver (none) can do: plug_in"), True, {"only_automatic": True}, "not run"),
        (DriverError("no driver (none) can do: plug_in"), False, {"only_automatic": True}, "fail"),
        (DriverError("no driver (none) can do: plug_in"), True, {}, "inconclusive"),
        (NonConformance("x"), False, {"not_idle": "the transaction 7"}, "inconclusive"),
        (None, True, {"not_idle": "the transaction 7"}, "pass"),
        (NonConformance("x"), False, {"driver_failed": "webhook failed"}, "inconclusive"),
        (None, True, {"driver_failed": "webhook failed"}, "pass"),
    ],
)
def test_what_becomes_of_a_case(error, holds, options, verdict):
    result = settled(error, holds=holds, **options)
    assert str(result.verdict) == verdict
    if "not_idle" in options and verdict == "inconclusive":
        assert result.reason.startswith("the station was not idle when the case began: the transaction 7\n\n1.6 §4.9")


def of_a_slow_person(*, since, note=""):
    run = CaseRun(CaseResult("X_1_CS", "t", "1.6", 0, "station", "s", scenario=StepRecord("scenario", kind="root")))
    run.check("1.6 §4.9", False, expected="a", received="b", note=note)
    run.slow_person = run.result.scenario.checks[0].time + since, "the operator took 90 s for plug_in"
    return settle_case(run, None, only_automatic=False, not_idle="")


def test_what_is_wrong_after_a_slow_person_is_no_fault_of_a_station_that_had_given_up():
    result = of_a_slow_person(since=-1)
    assert str(result.verdict) == "inconclusive"
    assert result.reason.startswith("the operator took 90 s for plug_in\n\n1.6 §4.9")


@pytest.mark.parametrize(("since", "note"), [(1, ""), (-1, "rule SCHEMA in StatusNotification")])
def test_a_fault_before_that_and_one_of_a_message_stay(since, note):
    assert str(of_a_slow_person(since=since, note=note).verdict) == "fail"


def test_what_a_person_said_to_be_done_is_told_with_a_fault():
    run = CaseRun(CaseResult("X_1_CS", "t", "1.6", 0, "station", "s", scenario=StepRecord("scenario", kind="root")))
    run.check("1.6 §4.9", False, expected="a", received="b")
    run.said_done.append("plug_in")
    result = settle_case(run, None, only_automatic=False, not_idle="")
    assert str(result.verdict) == "fail"
    assert result.reason.endswith("\n\nthe operator said that these were done: plug_in")
