"""The verdict of a run and its exit code say the same: what was not judged is no PASS."""

import datetime

import pytest
from ocpp_proof.cases.errors import ConfigurationError
from ocpp_proof.run.run_verdict import apply_known, judge_known, judge_run
from ocpp_proof.sut.known import Known, check_known, known_failures
from ocpp_reports.junit import junit
from ocpp_reports.model import CaseResult, RuleResult, RunResult, Verdict

V = Verdict
LATER, EARLIER = datetime.date(2999, 1, 1), datetime.date(2020, 1, 1)


def case(id, verdict, reason="why"):
    return CaseResult(id, "t", "2.0.1", 0, "csms", "Acme", verdict, reason)


def run(*verdicts, rule=V.PASS, problems=()):
    made = RunResult("Acme", "csms", "2.0.1", 0, cases=[case(f"TC_{n}", v) for n, v in enumerate(verdicts)])
    made.rules, made.problems = [RuleResult("RULE_X", "t", rule)], [*problems]
    return made


@pytest.mark.parametrize(
    ("verdicts", "of_the_run"),
    [
        ((V.PASS,), V.PASS),
        ((V.PASS, V.NOT_APPLICABLE, V.NOT_RUN), V.PASS),
        ((V.PASS, V.WARN), V.WARN),
        ((V.KNOWN,), V.PASS),
        ((V.PASS, V.INCONCLUSIVE), V.INCONCLUSIVE),
        ((V.PASS, V.NONE), V.INCONCLUSIVE),
        ((V.INCONCLUSIVE, V.FAIL), V.FAIL),
    ],
)
def test_the_worst_counts(verdicts, of_the_run):
    made = run(*verdicts)
    assert judge_run(made) is of_the_run
    assert not made.problems


@pytest.mark.parametrize("verdicts", [(), (V.NOT_APPLICABLE,), (V.NOT_RUN, V.NOT_APPLICABLE)])
def test_a_run_in_which_nothing_was_judged_is_no_pass(verdicts):
    made = run(*verdicts)
    assert judge_run(made) is V.INCONCLUSIVE
    assert made.problems[0].startswith("nothing was judged")
    assert b'errors="1"' in junit(made)


def test_a_broken_rule_and_a_problem_count():
    assert judge_run(run(V.PASS, rule=V.FAIL)) is V.FAIL
    with_problem = run(V.PASS, problems=["could not take back"])
    assert judge_run(with_problem) is V.INCONCLUSIVE
    assert b"could not take back" in junit(with_problem)


def entry(name, expires=LATER, ocpp=""):
    return Known(name, "ticket 7", expires, ocpp)


@pytest.mark.parametrize("name", ["TC_0", "TC_*", "*0"])
def test_a_known_failure_is_known_by_id_and_by_glob(name):
    result = case("TC_0", V.FAIL)
    apply_known(result, [entry(name)])
    assert (result.verdict, result.reason.split("\n")[0]) == (V.KNOWN, "known until 2999-01-01: ticket 7")


@pytest.mark.parametrize(
    "other", [entry("TC_0", EARLIER), entry("TC_1"), entry("TC_0", ocpp="1.6"), entry("tc_0")], ids=str
)
def test_what_has_expired_or_is_about_another_changes_nothing(other):
    result = case("TC_0", V.FAIL)
    apply_known(result, [other])
    assert result.verdict is V.FAIL
    assert ("expired on 2020-01-01" in result.reason) == (other.expires == EARLIER)


@pytest.mark.parametrize("verdict", [V.PASS, V.INCONCLUSIVE, V.WARN, V.NOT_RUN])
def test_only_a_failure_can_be_known(verdict):
    result = case("TC_0", verdict)
    apply_known(result, [entry("TC_0")])
    assert result.verdict is verdict


@pytest.mark.parametrize(
    ("verdicts", "of_the_entry"),
    [
        ((V.KNOWN,), V.PASS),
        ((V.KNOWN, V.PASS), V.PASS),
        ((V.FAIL,), V.PASS),
        ((V.PASS,), V.FAIL),
        ((V.WARN, V.INCONCLUSIVE), V.FAIL),
        ((V.INCONCLUSIVE,), V.NOT_RUN),
        ((V.NOT_APPLICABLE,), V.NOT_RUN),
        ((), V.NOT_RUN),
    ],
)
def test_an_entry_that_is_not_needed_fails(verdicts, of_the_entry):
    made = run(*verdicts)
    made.known = judge_known([entry("TC_*"), entry("TC_*", ocpp="1.6")], made)
    assert [k.verdict for k in made.known] == [of_the_entry]
    assert (b"[[known]] TC_*" in junit(made)) == (of_the_entry is V.FAIL)
    if of_the_entry is V.FAIL:
        assert judge_run(made) is V.FAIL


@pytest.mark.parametrize("expires", [LATER, datetime.datetime(2999, 1, 1, 12, 0), "2999-01-01"])
def test_a_date_in_every_form(expires):
    (found,) = known_failures([{"case": "TC_0", "reason": "r", "expires": expires}], "sut.toml")
    assert found.expires == LATER


@pytest.mark.parametrize("expires", ["31.12.2025", "tomorrow", 7, datetime.time(1)])
def test_what_is_no_date_is_named(expires):
    with pytest.raises(ConfigurationError, match=r"\[\[known\]\] 1 \(TC_0\): expires = .* is no date"):
        known_failures([{"case": "TC_0", "reason": "r", "expires": expires}], "sut.toml")


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ({"case": "TC_0"}, "known must be a list"),
        ([{"case": "TC_0", "reason": "r"}], "'expires' is missing"),
        ([{"case": "TC_0", "until": "2999-01-01"}], "unknown key 'until'"),
    ],
)
def test_a_wrong_entry_is_named(entries, told):
    with pytest.raises(ConfigurationError, match=told):
        known_failures(entries, "sut.toml")


def test_ids_and_globs_are_those_of_cases():
    check_known([entry("TC_0*"), entry("X_NET_*")], ["TC_01", "X_NET_01_CS"], ["1.6"], "sut.toml")
    with pytest.raises(ConfigurationError, match="'TC_2' is no case; did you mean 'TC_02'"):
        check_known([entry("TC_2")], ["TC_02"], ["1.6"], "sut.toml")
    with pytest.raises(ConfigurationError, match="'X_ZZ_\\*' is no case"):
        check_known([entry("X_ZZ_*")], ["TC_02"], ["1.6"], "sut.toml")
