"""A sound system that was run at every security profile is ready for all that it claims; with one left out not."""

import runner
from ocpp_proof.run.official_list import claimed_profiles, official_cases
from ocpp_proof.run.security_profiles import covered_security_profiles
from ocpp_reports.model import RunResult
from ocpp_reports.readiness import readiness

OCPP = "1.6"
"""The only version of which every official case is in this release."""


def official_run(security_profile):
    sut = runner.config("csms")
    results, rules, _ = runner.run(sut, OCPP, security_profile, select="official")
    run = RunResult(sut.name, sut.role, OCPP, security_profile, cases=results, rules=rules)
    run.official, run.claimed_profiles = official_cases(sut, OCPP), claimed_profiles(sut, OCPP)
    run.security_profiles = covered_security_profiles(sut, OCPP, security_profile)
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
