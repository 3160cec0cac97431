"""2.10 A charging session that must not start."""

from ocpp_proof import case, given, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.ocpp16.station.states.charging_session import authorized, start_remotely
from ocpp_testcases.ocpp16.station.states.configuration import (
    AUTHORIZE_REMOTE_TX_REQUESTS,
    configurable,
    configured,
)
from ocpp_testcases.ocpp16.station.states.idle import authorization_cache_empty, idle
from ocpp_testcases.ocpp16.station.states.session import Session, plug_in_halfway, plugged_in, session


async def local_pre_authorize(csms: Csms, sut: Sut) -> None:
    """Idle, with local authorization first, and with a status that has to last before it is reported

    The charge point does not know the token: not from an earlier answer either.
    """
    await idle(csms, sut)
    await authorization_cache_empty(csms)
    await configured(csms, {"MinimumStatusDuration": str(sut.short_interval)}, if_implemented=True)
    await configured(csms, {"LocalPreAuthorize": "true"})


async def expect_not_started(csms: Csms, tx: Session) -> None:
    """The charge point asks for the token, which is refused, and does not start."""
    await csms.expect("Authorize", requirement="1.6 §4.1 ask", idTag=ignoring_case(tx.token.idToken))
    await csms.expect_none("StartTransaction", requirement="1.6 §4.1 start", within=csms.timing.transaction)


@case("TC_023_4_CS")
async def test_invalid_token(csms, sut):
    """A card that nobody pays for gets energy."""
    tx = session(csms, sut, sut.tokens.invalid)
    await given(local_pre_authorize, csms, sut)
    csms.answer("Authorize", idTagInfo={"status": "Invalid"})

    with step("The driver plugs in"):
        await plugged_in(csms, sut, tx)

    with step("The driver presents a token that the Central System does not know: nothing starts"):
        await sut.present_token(tx.token)
        await expect_not_started(csms, tx)


@case("TC_023_5_CS")
async def test_invalid_token_remotely(csms, sut):
    """A remote start for a card that was blocked in the meantime gives energy that nobody pays for."""
    await given(configurable, csms, AUTHORIZE_REMOTE_TX_REQUESTS)
    tx = session(csms, sut, sut.tokens.invalid)
    await given(local_pre_authorize, csms, sut)
    await given(configured, csms, AUTHORIZE_REMOTE_TX_REQUESTS)
    csms.answer("Authorize", idTagInfo={"status": "Invalid"})

    with step("The driver plugs in"):
        await plugged_in(csms, sut, tx)

    with step("The Central System starts a transaction for a token that it does not know: nothing starts"):
        await start_remotely(csms, tx)
        await expect_not_started(csms, tx)


@case("TC_024_CS")
async def test_lock_failure(csms, sut):
    """A plug that is not locked can be pulled out under load; and nobody mends what nobody hears of."""
    await given(idle, csms, sut)
    tx = session(csms, sut)
    await given(authorized, csms, sut, tx, by="remote")

    with step("The driver plugs in halfway: the lock cannot close, and nothing starts"):
        await plug_in_halfway(sut, tx)
        await csms.expect(
            "StatusNotification",
            requirement="1.6 §4.9 lock",
            connectorId=tx.connectorId,
            status="Faulted",
            errorCode="ConnectorLockFailure",
        )
        await csms.expect_none("StartTransaction", requirement="1.6 §4.9 lock", within=csms.timing.transaction)
