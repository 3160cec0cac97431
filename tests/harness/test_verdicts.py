"""A verdict is earned: what ends a case, and what it then says."""

import dataclasses

import pytest
from ocpp_proof.cases.errors import DriverError, Inconclusive, NonConformance, PreconditionFailed
from ocpp_proof.cases.evidence import CaseRun, running
from ocpp_proof.cases.requirements import STEP, UnknownRequirement, level_of
from ocpp_proof.cases.steps import check, given, not_judged, step
from ocpp_proof.roles.message import ErrorAnswer
from ocpp_proof.rules.protocol import Finding
from ocpp_proof.run.findings import Findings
from ocpp_reports.model import CaseResult, Verdict, worst


@pytest.fixture
def run():
    case = CaseRun(CaseResult("TC_X", "title", "2.0.1", 0, "csms", "sut"))
    with running(case):
        yield case


def test_the_worst_verdict_wins_and_never_improves():
    order = [Verdict.NONE, Verdict.PASS, Verdict.WARN, Verdict.INCONCLUSIVE, Verdict.FAIL]
    for i, a in enumerate(order):
        for b in order[: i + 1]:
            assert worst(a, b) is a
            assert worst(b, a) is a
    assert worst() is Verdict.NONE


def test_a_case_that_judged_nothing_is_inconclusive(run):
    run.settle(None)
    assert run.result.verdict is Verdict.INCONCLUSIVE
    assert "without judging" in run.result.reason


def test_a_kept_requirement_passes(run):
    with step("something happens"):
        check("B01.FR.02", True, expected="a", received="a")
    run.settle(None)
    assert run.result.verdict is Verdict.PASS


def test_a_broken_must_fails_and_the_case_goes_on(run):
    check("B01.FR.02", False, expected="Accepted", received="Pending")
    check("B01.FR.02", True, expected="a", received="a")
    run.settle(None)
    assert run.result.verdict is Verdict.FAIL
    for word in ("B01.FR.02", "expected: Accepted", "received: Pending"):
        assert word in run.result.reason


def test_a_broken_should_only_warns(run):
    run.check("B01.FR.02", False, expected="a", received="b", level="SHOULD")
    run.settle(None)
    assert run.result.verdict is Verdict.WARN


async def _broken_state():
    """Booted: the station has booted"""
    check("B01.FR.02", False, expected="Accepted", received="Rejected")


@pytest.mark.asyncio
async def test_a_state_that_cannot_be_reached_is_inconclusive_not_failed(run):
    with pytest.raises(PreconditionFailed, match="could not reach the state: Booted") as caught:
        await given(_broken_state)
    run.settle(caught.value)
    assert run.result.verdict is Verdict.INCONCLUSIVE


@pytest.mark.asyncio
async def test_checks_of_a_precondition_do_not_count_as_judgements(run):
    async def fine():
        check("B01.FR.02", True, expected="a", received="a")

    await given(fine)
    run.settle(None)
    assert run.result.verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (NonConformance("x"), Verdict.FAIL),
        (DriverError("x"), Verdict.INCONCLUSIVE),
        (Inconclusive("x"), Verdict.INCONCLUSIVE),
        (ValueError("a bug of ours"), Verdict.INCONCLUSIVE),
    ],
)
def test_what_ends_a_case_decides(run, error, verdict):
    check("B01.FR.02", True, expected="a", received="a")
    run.settle(error)
    assert run.result.verdict is verdict


def test_a_failure_before_a_driver_error_stays_a_failure(run):
    check("B01.FR.02", False, expected="a", received="b")
    run.settle(DriverError("the API answered 500"))
    assert run.result.verdict is Verdict.FAIL


def test_steps_nest_and_carry_the_worst_of_what_is_inside(run):
    with step("outer"), step("inner"):
        run.check("B01.FR.02", False, expected="a", received="b")
    outer = run.result.scenario.steps[0]
    assert outer.verdict is Verdict.FAIL
    assert outer.steps[0].title == "inner"


def test_what_is_left_out_is_said(run):
    not_judged("E02.FR.05", because="TxStartPoint has no EVConnected")
    assert run.result.not_judged == [("E02.FR.05", "TxStartPoint has no EVConnected")]
    run.settle(None)
    told = "The case came to its end without judging anything: TxStartPoint has no EVConnected"
    assert (run.result.verdict, run.result.reason) == (Verdict.INCONCLUSIVE, told)


def test_an_unknown_requirement_is_a_bug_of_the_case(run):
    with pytest.raises(Exception, match="not in catalog"):
        check("Z99.FR.99", True, expected="a", received="a")


@pytest.mark.asyncio
async def test_a_precondition_of_a_case_of_ours_is_no_official_scenario():
    async def state():
        """Charging"""
        check(STEP, False, expected="TransactionEvent", received="nothing")

    case = CaseRun(CaseResult("X_NET_04_CS", "title", "2.0.1", 0, "station", "sut"))
    with running(case):
        with pytest.raises(PreconditionFailed) as caught:
            await given(state)
        case.settle(caught.value)
        with pytest.raises(UnknownRequirement):
            check(STEP, False, expected="TransactionEvent", received="nothing")
    assert case.result.verdict is Verdict.INCONCLUSIVE
    assert "precondition (MUST)" in case.result.reason
    assert "official" not in case.result.reason


@pytest.mark.parametrize(
    ("code", "requirement"),
    [
        ("NotImplemented", "claimed feature"),
        ("NotSupported", "claimed feature"),
        ("InternalError", "OCPP-J 4.2.2"),
    ],
)
def test_an_action_that_is_not_there_is_a_claimed_feature_that_is_not_implemented(code, requirement):
    answer = ErrorAnswer({})
    answer.error = code
    assert answer.broken_by_it == requirement
    assert level_of(requirement, "1.6") == level_of(requirement, "2.1") == "MUST"


def test_a_rule_counts_all_that_it_found_and_keeps_the_first():
    findings = Findings("2.0.1", "station")
    case = CaseResult("X_NET_04_CS", "title", "2.0.1", 0, "station", "sut")
    for number in range(120):
        findings.add(case, Finding("FRAME", "OCPP-J 4.1.2", "valid JSON", str(number)))
    result = next(rule for rule in findings.results() if rule.id == "RULE_FRAME")
    assert (result.count, len(result.findings), len(result.where)) == (120, 50, 50)
    assert len(case.findings) == 120


ASKED_FOR = Finding("trigger-reason-asked-for", "E02.FR.15", "a request", "none (TransactionEvent 7)")


@pytest.mark.parametrize(
    ("finding", "requirements", "judged"),
    [
        (ASKED_FOR, ["E02.FR.01", "E02.FR.15"], True),
        (ASKED_FOR, ["E02.FR.01"], False),  # it is about something else: the run tells
        (ASKED_FOR, [], False),  # a case of ours
        (Finding("FRAME", "E02.FR.15", "valid JSON", "{"), ["E02.FR.15"], False),  # no rule about what is meant
    ],
)
def test_what_a_rule_finds_fails_the_case_that_is_about_it_and_no_other(finding, requirements, judged):
    findings = Findings("2.0.1", "station")
    run = CaseRun(CaseResult("TC_X", "title", "2.0.1", 0, "station", "sut", requirements=requirements))
    with running(run):
        check("E02.FR.01", True, expected="a", received="a")
    findings.add(run.result, finding)
    run.settle(None)
    assert run.result.verdict is (Verdict.FAIL if judged else Verdict.PASS)
    assert [c.note for c in run.result.checks()][1:] == ([f"rule {finding.rule}"] if judged else [])
    assert [c.note for c in run.result.findings] == ([] if judged else [f"rule {finding.rule}"])
    (counted,) = [rule for rule in findings.results() if rule.id == f"RULE_{finding.rule}"]
    assert (counted.count, counted.verdict) == ((0, Verdict.PASS) if judged else (1, Verdict.FAIL))


def test_what_a_rule_advises_warns_the_case_that_is_about_it():
    findings = Findings("2.0.1", "station")
    run = CaseRun(CaseResult("TC_X", "title", "2.0.1", 0, "station", "sut", requirements=["E02.FR.15"]))
    findings.add(run.result, dataclasses.replace(ASKED_FOR, should=True))
    run.settle(None)
    assert run.result.verdict is Verdict.WARN
