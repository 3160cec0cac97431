"""The healthy reference systems pass every case that applies, at every version and security profile.

One that was run at every security profile is ready for all that it claims; with one left out not.
The stations that the harness plays there keep every rule by which it judges a station. What a case is said to need of a
driver is done wherever it passes, and nothing is done that it is not said to ask for perhaps: nothing is asked for in
vain, and `--only-manual` forgets no case.
"""

import os

import pytest
import runner
import verbs
from ocpp_proof.run.official_list import claimed_profiles, official_cases
from ocpp_proof.run.security_profiles import covered_security_profiles
from ocpp_reports.model import RunResult, Verdict
from ocpp_reports.readiness import readiness
from own_traffic import listening
from sent import explained, sent
from slow_cases import SLOW

EVERYWHERE = bool(os.environ.get("OCPP_PROOF_WHOLE_MATRIX"))
EDGE = {("1.6", 0): "edge", ("2.0.1", 2): "schema", ("2.1", 3): "edge and not net and not sim"}
"""Which edge cases run where in `make test`; `make matrix` runs them all everywhere. 2.0.1 has messages of its own."""
OFFICIAL_PROFILES = {
    ("station", "1.6"): (0, 3),
    ("station", "2.0.1"): (0,),
    ("station", "2.1"): (1, 3),
    ("csms", "2.0.1"): (2,),
    ("csms", "2.1"): (1, 3),
    ("plain", "1.6"): (0,),
    ("plain", "2.0.1"): (0,),
    ("plain", "2.1"): (1,),
}
"""Where all official cases run in `make test`: a station takes two minutes. Elsewhere those of the profile run."""
FOUR_RUNS = ("csms", "1.6")
"""Whose official cases `test_every_security_profile_makes_ready_and_less_does_not` runs, at all four."""
PLACES = [(name, ocpp) for name in ("station", "csms", "plain") for ocpp in ("1.6", "2.0.1", "2.1")]


def everything_passes(name, ocpp, security_profile, select):
    with listening() as heard:
        results, rules, problems = runner.run(runner.config(name), ocpp, security_profile, select=select)
    assert results
    wrong = {r.key: r.reason for r in results if r.verdict not in (Verdict.PASS, Verdict.NOT_APPLICABLE)}
    assert not wrong
    assert not [f for rule in rules for f in rule.findings]
    assert not problems
    assert not heard.found
    assert heard.messages > 0 or name != "csms"
    assert not sent(results) - explained(), (
        "each needs a row in sent_messages.csv: why it harms no product that acts on it"
    )
    assert not verbs.not_done(results, ocpp)
    assert not verbs.not_foretold(results, ocpp)
    return results, rules


def in_full(name, ocpp, security_profile):
    """Whether every official case runs there in this run of the tests."""
    return EVERYWHERE or security_profile in OFFICIAL_PROFILES.get((name, ocpp), range(4))


@pytest.mark.parametrize(
    ("name", "ocpp", "security_profile"),
    [(n, v, p) for n, v in PLACES for p in range(4) if (n, v) != FOUR_RUNS and in_full(n, v, p)],
)
def test_every_official_case_passes(name, ocpp, security_profile):
    once = EVERYWHERE or name == "csms" or (name == "station" and security_profile == OFFICIAL_PROFILES[name, ocpp][0])
    select = "official" if once else " or ".join(runner.official(name, ocpp) - SLOW)
    results, _ = everything_passes(name, ocpp, security_profile, select)
    assert any(verbs.done(result) for result in results)


@pytest.mark.parametrize(
    ("name", "ocpp", "security_profile"),
    [(n, v, p) for n, v in PLACES for p in range(1, 4) if n != "plain" and not in_full(n, v, p)],
)
def test_what_is_about_security_profiles_passes(name, ocpp, security_profile):
    bound = {c.id for c, _ in runner.functions() if c.security_profiles != (0, 1, 2, 3)}
    everything_passes(name, ocpp, security_profile, " or ".join(runner.official(name, ocpp) & bound))


@pytest.mark.parametrize(
    ("name", "ocpp", "security_profile"),
    [(n, v, p) for n, v in PLACES for p in range(4) if n != "plain" and (EVERYWHERE or (v, p) in EDGE)],
)
def test_every_edge_case_passes(name, ocpp, security_profile):
    everything_passes(name, ocpp, security_profile, "edge" if EVERYWHERE else EDGE[ocpp, security_profile])


@pytest.mark.parametrize(("ocpp", "security_profile"), [("2.0.1", 0), ("2.1", 1), ("2.1", 3)])
def test_a_station_is_updated_while_it_charges(ocpp, security_profile):
    everything_passes("updating", ocpp, security_profile, "TC_L_*")


@pytest.mark.parametrize("ocpp", ["2.0.1", "2.1"])
def test_a_cable_is_locked_away(ocpp):
    everything_passes("locking", ocpp, 0, "TC_C_05_CS or TC_C_2* or TC_C_31_CS or TC_C_39_CS or TC_C_4*")


def official_run(security_profile):
    role, ocpp = FOUR_RUNS  # 1.6: the only version of which every official case is in this release
    results, rules = everything_passes(role, ocpp, security_profile, "official")
    sut = runner.config(role)
    run = RunResult(sut.name, sut.role, ocpp, security_profile, cases=results, rules=rules)
    run.official, run.claimed_profiles = official_cases(sut, ocpp), claimed_profiles(sut, ocpp)
    run.security_profiles = covered_security_profiles(sut, ocpp, security_profile)
    return run


def not_ready(runs):
    return {p.name: [(e.id, e.security_profile) for e in p.open] for p in readiness(*runs) if not p.ready}


def test_every_security_profile_makes_ready_and_less_does_not():
    runs = [official_run(security_profile) for security_profile in range(4)]
    assert not_ready(runs) == {}
    assert not_ready(runs[1:]) == {}  # what is about no security profile needs one run
    for left_out in (1, 2, 3):
        missing = not_ready([run for run in runs if run.security_profile != left_out])
        assert missing.keys() == {"Security"}
        assert {at for _, at in missing["Security"]} == {left_out}
