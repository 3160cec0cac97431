"""2.5 and 2.11 Remote start of a charging session."""

from ocpp_proof import case, check, given, step
from ocpp_proof.states.configuration16 import configured
from ocpp_proof.states.station16 import charging


@case("TC_010_CS")
async def test_remote_start_plugged_in(csms, sut):
    """Without remote start neither the app nor the help desk can get a driver going."""
    with step("The driver plugs in, and the Central System starts a transaction"):
        await charging(csms, sut)


@case("TC_026_CS")
async def test_remote_start_rejected(csms, sut):
    """A second remote start must not end or rename a transaction that somebody else pays for."""
    await given(configured, csms, {"LocalPreAuthorize": "false"})
    tx = await given(charging, csms, sut)

    with step("The Central System starts another transaction at the same connector"):
        answer = await csms.call("RemoteStartTransaction", connectorId=tx.connectorId, idTag=sut.tokens.second.idToken)
        check("1.6 §5.11 reject", answer.status == "Rejected", expected="status Rejected", received=dict(answer))
        await csms.expect_none(
            "StartTransaction", "StopTransaction", requirement="1.6 §5.11 reject", note="the first transaction goes on"
        )
