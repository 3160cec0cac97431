"""`compare --gate`: what passed has to pass, and unlike runs say nothing of each other."""

import pytest
from ocpp_proof.cases.errors import ConfigurationError
from ocpp_proof.commands.compare import read_run
from ocpp_reports.compare import regressions, unlike
from ocpp_reports.model import CaseResult, RuleResult, RunResult, Verdict

V = Verdict


def run(ocpp="2.0.1", role="csms", security_profile=0, **verdicts):
    made = RunResult("Acme", role, ocpp, security_profile)
    made.cases = [CaseResult(id, "t", ocpp, security_profile, role, "Acme", v) for id, v in verdicts.items()]
    return made


@pytest.mark.parametrize("now", [V.FAIL, V.INCONCLUSIVE, V.KNOWN, V.NOT_APPLICABLE, V.NOT_RUN, V.INCOMPLETE])
@pytest.mark.parametrize("was", [V.PASS, V.WARN])
def test_anything_but_a_pass_is_a_regression(was, now):
    assert regressions(run(A=was), run(A=now)) == [("A", str(now))]


def test_gone_is_a_regression():
    assert regressions(run(A=V.PASS), run()) == [("A", "gone")]


@pytest.mark.parametrize(
    ("was", "now"), [(V.PASS, V.WARN), (V.WARN, V.PASS), (V.FAIL, V.FAIL), (V.NOT_APPLICABLE, V.FAIL)]
)
def test_what_did_not_pass_cannot_regress(was, now):
    assert regressions(run(A=was), run(A=now, B=V.FAIL)) == []


def test_a_rule_that_is_broken_now_is_a_regression():
    def watched(verdict):
        made = run(A=V.PASS)
        made.rules = [RuleResult("RULE_SCHEMA", "t", verdict)]
        return made

    assert regressions(watched(V.PASS), watched(V.FAIL)) == [("RULE_SCHEMA", "fail")]
    assert regressions(watched(V.FAIL), watched(V.FAIL)) == []
    assert regressions(watched(V.PASS), watched(V.WARN)) == []


def test_unlike_runs():
    assert unlike(run(), run()) == ""
    assert unlike(run(), run("1.6")) == "OCPP version 2.0.1 and 1.6"
    assert unlike(run(), run(role="station", security_profile=2)) == "role csms and station, security profile 0 and 2"


@pytest.mark.parametrize("name", ["baseline/1.6", "baseline/1.6/run.json"])
def test_a_baseline_that_is_missing_is_named_as_it_was_given(tmp_path, name):
    with pytest.raises(ConfigurationError) as refused:
        read_run(tmp_path / name)
    assert f"{tmp_path / name} is not the folder of a run" in str(refused.value)
    assert str(tmp_path / "baseline/run.json") not in str(refused.value)
