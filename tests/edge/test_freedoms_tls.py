"""Sound systems that differ from ours in what the cases of TLS are about: none fails."""

import pytest
import runner
from ocpp_reports.model import Verdict

SOFT = {Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}


@pytest.mark.parametrize("ocpp", ["1.6", "2.1"])
def test_who_is_slowed_down_after_a_wrong_password_is_warned_about(ocpp):
    """The row says SHOULD: no sentence forbids it, and to slow down is sound."""
    select = "X_TLS_07* or X_TLS_08* or X_TLS_10* or X_TLS_11*"
    csms = runner.config("csms", freedoms=("right-password-slowed-down",))
    results, _, problems = runner.run(csms, ocpp, 1, select=select)
    verdicts = {r.verdict for r in results}
    assert Verdict.WARN in verdicts
    assert verdicts <= SOFT
    assert not problems


@pytest.mark.parametrize("ocpp", ["1.6", "2.0.1"])
@pytest.mark.parametrize(
    ("freedom", "select", "verdict"),
    [
        ("refusals-end-with-the-connection", "X_TLS_07* or X_TLS_18* or TC_A_03_CSMS or TC_085_CSMS", Verdict.PASS),
        ("wrong-credentials-forbidden", "X_TLS_07* or X_TLS_10*", Verdict.WARN),
        ("unknown-station-closed-after-the-upgrade", "X_TLS_18*", Verdict.WARN),
    ],
)
def test_how_a_csms_refuses_is_no_failure(ocpp, freedom, select, verdict):
    """The status is judged as a SHOULD; that there is one is read also where the answer has no length."""
    results, _, problems = runner.run(runner.config("csms", freedoms=(freedom,)), ocpp, 1, select=select)
    assert {r.verdict for r in results} <= SOFT
    assert verdict in {r.verdict for r in results}
    assert Verdict.WARN not in {r.verdict for r in results} or verdict is Verdict.WARN
    assert not problems


@pytest.mark.parametrize("ocpp", ["2.0.1", "2.1"])
@pytest.mark.parametrize("security_profile", [2, 3])
def test_who_cannot_sign_for_both_connections_is_not_judged(ocpp, security_profile):
    """A02.FR.11 has the request accepted where the CSMS is able to process it; else A02.FR.12 has it rejected."""
    csms = runner.config("csms", freedoms=("untyped-signing-requests-rejected",))
    results, _, problems = runner.run(csms, ocpp, security_profile, select="X_TLS_20* or TC_A_11_CSMS")
    assert {r.verdict for r in results} == {Verdict.PASS}
    assert not problems


def test_a_station_at_a_higher_security_profile_is_lent_to_no_other_case():
    """Its CSMS lets it in at the old one no longer (A05.FR.09): X_SIM_08_CSMS, which lends nearly all, met it."""
    results, _, problems = runner.run(runner.config("csms"), "1.6", 1, select="TC_083_CSMS or X_SIM_08_CSMS")
    assert {r.verdict for r in results} == {Verdict.PASS}
    assert not problems
