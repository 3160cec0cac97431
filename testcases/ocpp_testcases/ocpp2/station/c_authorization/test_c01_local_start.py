"""C01 - Authorization of a driver who starts locally."""

from ocpp_proof import case, given, step
from ocpp_proof.cases.errors import NotApplicable

from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.ocpp2.station.states.b_provisioning import configured
from ocpp_testcases.ocpp2.station.states.e_transactions import ev_connected_pre_session

TIMED = ("MeterValuePeriodic", "MeterValueClock")


@case("TC_C_02_CS")
async def test_invalid_token(csms, sut):
    """A station that charges on a token which the CSMS refused gives the energy away."""
    await given(configured, csms, {"AuthCtrlr.Enabled": "true"}, if_writable=True)
    await given(configured, csms, {"AuthCtrlr.DisableRemoteAuthorization": "false"}, if_implemented=True)
    tx = await given(ev_connected_pre_session, csms, sut)
    if not tx.asks:
        raise NotApplicable("AuthCtrlr.Enabled is false and cannot be set: no token is ever refused")
    token = sut.tokens.invalid
    same = ignoring_case(token.idToken)
    csms.answer("Authorize", where={"idToken__idToken": same}, idTokenInfo={"status": "Invalid"})

    with step("A driver presents a token that nobody knows; the CSMS refuses it"):
        await sut.present_token(token)
        asked = await csms.expect(
            "Authorize", requirement="C01.FR.02", idToken__idToken=same, idToken__type=ignoring_case(token.type)
        )
    with step("Nothing comes of it"):
        await csms.expect_none(
            "TransactionEvent",
            since=asked.index,
            within=csms.timing.message,
            triggerReason=lambda reason: reason not in TIMED,
        )
