"""Readiness cannot be flattered: what was not run is open, whatever the reason, and only a whole list is ready."""

import dataclasses

import pytest
from ocpp_reports.model import (
    CaseResult,
    CheckRecord,
    OfficialCase,
    RuleResult,
    RunResult,
    Verdict,
    run_from_json,
    to_json,
)
from ocpp_reports.readiness import readiness
from ocpp_reports.readiness_text import grouped, line
from ocpp_reports.summary import page

PASS, FAIL = Verdict.PASS, Verdict.FAIL
ANY, TLS = "TC_B_01_CSMS", "TC_A_04_CSMS"


def official(id=ANY, *security_profiles, applies=True, in_release=True, profiles=("Core",)):
    return OfficialCase(
        id,
        "t",
        list(profiles),
        True,
        applies,
        security_profiles=list(security_profiles),
        in_release=in_release,
    )


ONE = (official(),)


def case(id=ANY, verdict=PASS, reason="why", **fields):
    return CaseResult(id, "t", "2.0.1", 0, "csms", "Acme", verdict, reason, **fields)


def run(*cases, list=ONE, at=2, covers=(2,), claimed=("Core",), started=1.0, rules=()):
    made = RunResult("Acme", "csms", "2.0.1", at, started=started, rules=[*rules])
    made.cases, made.official = [*cases], [*list]
    made.claimed_profiles, made.security_profiles = [*claimed], [*covers]
    return made


def core(*runs):
    return next(p for p in readiness(*runs) if p.name == "Core")


def test_ready_is_all_that_is_demanded_and_passed():
    found = core(run(case()))
    assert (found.ready, found.state, found.passed, found.demanded) == (True, "ready", [ANY], 1)
    assert core(run(case(verdict=Verdict.WARN))).ready


def test_nothing_run_is_not_ready():
    found = core(run())
    assert (found.ready, [(e.id, e.reason) for e in found.open]) == (False, [(ANY, "not run")])
    assert not core(run(list=[official(applies=False)])).ready  # nothing passed


@pytest.mark.parametrize(
    ("verdict", "reason", "told"),
    [
        (Verdict.NOT_RUN, "needs plug_in", "not run: needs plug_in"),
        (Verdict.NOT_APPLICABLE, "no driver can do: plug_in", "no driver can do: plug_in"),
        (Verdict.NOT_APPLICABLE, "AuthCtrlr.Enabled is false", "the case did not apply to what the product showed"),
    ],
)
def test_what_was_left_out_is_open_with_its_reason(verdict, reason, told):
    found = core(run(case(), case("TC_C_06_CSMS", verdict, reason), list=[official(), official("TC_C_06_CSMS")]))
    assert (found.ready, found.demanded, found.not_applicable) == (False, 2, [])
    assert [entry.id for entry in found.open] == ["TC_C_06_CSMS"]
    assert told in found.open[0].reason


def test_what_is_not_in_this_release_is_open():
    found = core(run(case(), list=[official(), official("TC_C_99_CSMS", in_release=False)]))
    assert [(e.reason, e.in_release) for e in found.open] == [("not in this release", False)]


def test_what_the_product_does_not_claim_is_not_applicable():
    found = core(run(case(), list=[official(), official("TC_C_06_CSMS", applies=False), official(TLS, 3)]))
    assert (found.ready, found.not_applicable) == (True, ["TC_C_06_CSMS", TLS])


@pytest.mark.parametrize("verdict", [FAIL, Verdict.KNOWN])
def test_a_known_failure_is_a_failure(verdict):
    found = core(run(case(), case("TC_C_06_CSMS", verdict), list=[official(), official("TC_C_06_CSMS")]))
    assert (found.ready, [e.id for e in found.failed], found.open) == (False, ["TC_C_06_CSMS"], [])


@pytest.mark.parametrize("verdict", [Verdict.INCONCLUSIVE, Verdict.INCOMPLETE, Verdict.NONE])
def test_without_a_judgement_it_is_not_ready(verdict):
    found = core(run(case(verdict=verdict)))
    assert (found.ready, [e.id for e in found.inconclusive]) == (False, [ANY])


def test_of_several_parameters_the_worst_counts():
    both = [case(parameters={"case": "0"}), case(verdict=FAIL, parameters={"case": "1"})]
    assert [e.id for e in core(run(*both)).failed] == [ANY]


def test_a_case_is_demanded_at_every_security_profile_that_the_product_covers():
    demanded = [official(), official(TLS, 2, 3)]
    at_two = run(case(), case(TLS), list=demanded, covers=(0, 2, 3))
    found = core(at_two)
    assert (found.ready, found.demands) == (False, {2, 3})
    assert [(e.id, e.security_profile, e.reason) for e in found.open] == [(TLS, 3, "not run at security profile 3")]
    assert core(at_two, run(case(TLS), list=demanded, covers=(0, 2, 3), at=3)).ready
    assert "run at security profile 2, demands 2, 3" in line(found)


def test_what_is_left_at_several_security_profiles_is_said_of_each_and_counted_once():
    demanded = [official(TLS, 1, 2, 3)]
    runs = [
        run(case(TLS, FAIL), list=demanded, covers=(1, 2, 3), at=1),
        run(case(TLS, Verdict.INCONCLUSIVE), list=demanded, covers=(1, 2, 3), at=2),
    ]
    found = core(*runs)
    left = {word: [entry.security_profile for entry in entries] for word, entries in found.left()}
    assert left == {"failed": [1], "inconclusive": [2], "open": [3]}
    assert (found.demanded, found.ids()) == (1, [("failed", {TLS}), ("inconclusive", set()), ("open", set())])
    assert "0 of 1 passed, 1 failed;" in line(found)


def test_that_it_does_not_apply_at_one_security_profile_settles_it_where_it_passed_at_another():
    highest = case(TLS, Verdict.NOT_APPLICABLE, "security profile 3 is the highest")
    runs = [run(case(TLS), list=[official(TLS, 2, 3)], covers=(2, 3)), run(highest, list=[official(TLS, 2, 3)], at=3)]
    assert core(*runs).ready
    assert not core(runs[1]).ready


def test_a_run_says_of_what_the_product_covers_what_the_others_do_not():
    first = run(case(TLS), list=[official(TLS, 2, 3)], covers=(2,))
    other = run(case(TLS), list=[official(TLS, 2, 3)], covers=(3,), at=3)
    assert core(first).ready
    assert core(first, dataclasses.replace(other, cases=[])).open[0].security_profile == 3


def test_the_newest_verdict_counts():
    old, new = run(case(verdict=FAIL), started=1.0), run(case(), started=2.0)
    assert core(old, new).ready
    assert core(new, old).ready  # by time, not by place
    assert not core(run(case(), started=1.0), run(case(verdict=FAIL), started=2.0)).ready
    assert not core(run(case(), started=1.0), run(case(verdict=Verdict.INCONCLUSIVE), started=2.0)).ready


def test_a_run_that_left_a_case_out_hides_no_older_verdict():
    later = run(case(verdict=Verdict.NOT_RUN), started=2.0)
    assert core(run(case(), started=1.0), later).ready
    assert [e.id for e in core(run(case(verdict=FAIL), started=1.0), later).failed] == [ANY]


@pytest.mark.parametrize("verdict", [Verdict.INCONCLUSIVE, Verdict.INCOMPLETE, Verdict.NOT_APPLICABLE])
def test_a_failure_counts_until_it_is_judged_again(verdict):
    """Where it passed at another security profile, what could not be judged here would be no matter."""
    passed, failed = run(case(), at=3), run(case(verdict=FAIL), started=2.0)
    assert not core(passed, failed, run(case(verdict=verdict), started=3.0)).ready
    assert core(passed, failed, run(case(verdict=verdict), started=3.0), run(case(), started=4.0)).ready


def test_a_failure_at_any_security_profile_counts():
    assert not core(run(case()), run(case(verdict=FAIL), at=3, started=0.5)).ready


def test_what_the_newest_run_claims_is_demanded():
    before = run(case(), list=[official(), official("TC_C_06_CSMS", applies=False)])
    after = run(list=[official(), official("TC_C_06_CSMS")], started=2.0)
    assert [e.id for e in core(before, after).open] == ["TC_C_06_CSMS"]


def test_an_unclaimed_profile_is_never_ready():
    found = core(run(case(), claimed=()))
    assert (found.ready, found.state) == (False, "not claimed")
    assert "NOT CLAIMED" in line(found)


def broken(*where):
    return RuleResult("RULE_SCHEMA", "t", FAIL, [CheckRecord("x", "MUST", FAIL, "", "")] * len(where), [*where])


def test_a_broken_rule_keeps_a_profile_from_being_ready():
    found = core(run(case(), rules=[broken(ANY)]))
    assert (found.ready, found.blocked_by) == (False, ["RULE_SCHEMA"])
    assert core(run(case(), rules=[broken(ANY)]), run(case(), started=2.0)).ready  # that case was run again
    other = run(case("TC_C_06_CSMS"), started=2.0)
    assert core(run(case(), rules=[broken(ANY)]), other).blocked_by == ["RULE_SCHEMA"]
    assert core(run(case(), rules=[broken(ANY)]), run(case(), at=3, started=2.0)).blocked_by == ["RULE_SCHEMA"]


@pytest.mark.parametrize("verdict", [Verdict.INCONCLUSIVE, Verdict.NOT_RUN, Verdict.NOT_APPLICABLE])
def test_a_rule_stays_broken_until_the_case_is_judged_again(verdict):
    edge = "X_FRAME_01_CSMS"
    before = run(case(), case(edge), rules=[broken(edge)])
    assert core(before, run(case(edge, verdict), started=2.0)).blocked_by == ["RULE_SCHEMA"]


def test_a_rule_that_was_broken_in_a_run_that_was_killed_stands_with_its_case():
    seen = CheckRecord("x", "MUST", FAIL, "", "", "rule SCHEMA")
    killed = run(case(findings=[seen]))
    assert core(killed).blocked_by == ["RULE_SCHEMA"]
    assert core(killed, run(case(), started=2.0)).ready


def test_a_rule_broken_more_often_than_is_kept_needs_every_case_again():
    both = [case(), case("TC_C_06_CSMS")]
    often = run(*both, rules=[broken(*[ANY] * 50)])
    assert core(often, run(case(), started=2.0)).blocked_by
    assert not core(often, run(*both, started=2.0)).blocked_by


def test_the_page_says_of_what_and_why():
    demanded = [official(), official(TLS, 2, 3), official("TC_H_01_CSMS", profiles=("Reservation",))]
    text = page(run(case(), list=demanded, covers=(0, 2), at=0))
    assert "run at security profile 0, demands 2" in text
    assert f"open: {TLS} (1): not run at security profile 2" in text
    assert "<b>not ready</b>" in text
    assert "<b>ready</b>" not in text
    assert "Reservation" not in text  # neither claimed nor run


def test_groups_are_by_reason_and_the_greatest_first():
    found = core(run(case(verdict=FAIL, reason="A"), list=[official(), *[official(f"TC_{n}") for n in range(10)]]))
    assert grouped(found.open) == [f"{', '.join(f'TC_{n}' for n in range(8))} … (10): not run"]


def test_what_readiness_needs_survives_in_the_file():
    made = run(case(), list=[official(TLS, 2, 3, in_release=False)], covers=(1, 2))
    assert run_from_json(to_json(made)) == made
