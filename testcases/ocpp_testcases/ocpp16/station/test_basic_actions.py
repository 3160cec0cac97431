"""2.10 A charging session that must not start."""

from ocpp_proof import case, given, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp16.station.states.charging_session import plugged_in, session
from ocpp_testcases.ocpp16.station.states.configuration import configurable, configured
from ocpp_testcases.ocpp16.station.states.remote_actions import remotely_authorized, remotely_started

ASKED_REMOTELY = {"AuthorizeRemoteTxRequests": "true"}


async def patient(csms: Csms, sut: Sut) -> None:
    """Idle, with a state that has to last before it is told, and with local authorization first"""
    await configured(csms, {"MinimumStatusDuration": str(sut.short_interval)}, if_implemented=True)
    await configured(csms, {"LocalPreAuthorize": "true"})


async def refused(csms: Csms, idTag: str) -> None:
    """The charge point asks, is refused, and does not start."""
    await csms.expect("Authorize", requirement="1.6 §4.1 ask", idTag=idTag)
    await csms.expect_none("StartTransaction", requirement="1.6 §4.1 start")


@case("TC_023_4_CS")
async def test_invalid_token(csms, sut):
    """A card that nobody pays for gets energy."""
    tx = session(csms, sut, sut.tokens.invalid)
    await given(patient, csms, sut)
    csms.answer("Authorize", idTagInfo={"status": "Invalid"})

    with step("The driver plugs in"):
        await plugged_in(csms, sut, tx)

    with step("The driver presents a token that the Central System does not know: nothing starts"):
        await sut.present_token(tx.token)
        await refused(csms, tx.token.idToken)


@case("TC_023_5_CS")
async def test_invalid_token_remotely(csms, sut):
    """A remote start for a card that was blocked in the meantime gives energy that nobody pays for."""
    await given(configurable, csms, ASKED_REMOTELY)
    tx = session(csms, sut, sut.tokens.invalid)
    await given(patient, csms, sut)
    await given(configured, csms, ASKED_REMOTELY)
    csms.answer("Authorize", idTagInfo={"status": "Invalid"})

    with step("The driver plugs in"):
        await plugged_in(csms, sut, tx)

    with step("The Central System starts a transaction for a token that it does not know: nothing starts"):
        await remotely_started(csms, tx)
        await refused(csms, tx.token.idToken)


@case("TC_024_CS")
async def test_lock_failure(csms, sut):
    """A plug that is not locked can be pulled out under load; and nobody mends what nobody hears of."""
    await given(configured, csms, {"LocalPreAuthorize": "false"})
    tx = session(csms, sut)
    await given(remotely_authorized, csms, tx)

    with step("The driver plugs in halfway: the lock cannot close, and nothing starts"):
        tx.plugged = True
        await sut.plug_in_halfway()
        await csms.expect(
            "StatusNotification",
            requirement="1.6 §4.9 lock",
            connectorId=tx.connectorId,
            status="Faulted",
            errorCode="ConnectorLockFailure",
        )
        await csms.expect_none("StartTransaction", requirement="1.6 §4.9 lock")
