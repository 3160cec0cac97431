"""C01 - Authorization of a driver who starts locally."""

from ocpp_proof import STEP, case, check, given, not_judged, step
from ocpp_proof.cases.errors import NotApplicable
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.ocpp2.station.states.b_provisioning import configured
from ocpp_testcases.ocpp2.station.states.c_local_start import (
    asks_about_drivers,
    expect_authorize,
    expect_nothing_of_driver,
    forgotten,
    token_answered,
)
from ocpp_testcases.ocpp2.station.states.e_points import starts_at, waits_shortly_for_cables
from ocpp_testcases.ocpp2.station.states.e_stops import expect_cable_timeout, leave_bay
from ocpp_testcases.ocpp2.station.states.e_transactions import (
    Session,
    authorized,
    energy_transfer_started,
    ev_connected_pre_session,
    session,
)


async def refused(csms: Csms, sut: Sut, token: Token, status: str, *, plugged: bool = True) -> None:
    """A driver, whose cable is in already or not, presents a token that the CSMS does not accept."""
    await given(asks_about_drivers, csms)
    await given(forgotten, csms, sut, token)
    if plugged and sut.claims("AQ-2"):  # 2.0.1 names it in the prerequisites of TC_C_56_CS, and not in its condition
        raise NotApplicable("a lock keeps the cable out until the driver is authorized")
    tx = await given(session, csms, sut, token)
    if plugged:
        await given(ev_connected_pre_session, csms, sut, tx)
    token_answered(csms, token, status)

    with step(f"A driver presents a token; the CSMS says that it is {status}"):
        await sut.present_token(token, tx.evseId)
        asked = await expect_authorize(csms, token, "C01.FR.02")
    with step("Nothing comes of it"):
        await expect_nothing_of_driver(csms, asked.index)


@case("TC_C_02_CS")
async def test_invalid_token(csms, sut):
    """A station that charges on a token which the CSMS refused gives the energy away."""
    await refused(csms, sut, sut.tokens.invalid, "Invalid")


@case("TC_C_05_CS")
async def test_invalid_token_and_cable_lock(csms, sut):
    """A lock that opens for a token which the CSMS refused is no lock."""
    await given(starts_at, csms, "Authorized")
    await refused(csms, sut, sut.tokens.invalid, "Invalid", plugged=False)


@case("TC_C_04_CS")
async def test_different_token(csms, sut):
    """Any passer-by with a card could stop the charging of others, and take their cables."""
    await given(asks_about_drivers, csms)
    stranger = sut.tokens.second
    await given(forgotten, csms, sut, stranger)
    tx = await given(energy_transfer_started, csms, sut)
    other = await given(session, csms, sut, stranger)  # which one reader for several EVSEs would begin

    with step("Somebody presents another token, which the CSMS accepts"):
        await sut.present_token(stranger, tx.evseId)
        asked = await expect_authorize(csms, stranger, "C01.FR.02")
    with step("The transaction goes on, and nobody else is told of in it"):
        await csms.expect_none(
            "TransactionEvent",
            since=asked.index,
            within=csms.timing.message,
            transactionInfo__transactionId=tx.id,
            idToken=bool,
        )
        check(STEP, not tx.over(), expected="no event Ended", received="the transaction has ended")
        _leave_one_reader_out(csms, tx, other)


def _leave_one_reader_out(csms: Csms, tx: Session, other: Session) -> None:
    """With one reader for several EVSEs the other driver has come to charge beside: not what the case is for."""
    begun = csms.received("TransactionEvent", idToken__idToken=ignoring_case(other.token.idToken))
    elsewhere = [m for m in begun if m.at("transactionInfo.transactionId") != tx.id]
    if elsewhere:
        raise NotApplicable("one reader serves several EVSEs: the other driver started at the next one")


@case("TC_C_06_CS")
async def test_blocked_token(csms, sut):
    """A driver who does not pay charges on, at each station that looks for unknown tokens only."""
    await refused(csms, sut, sut.tokens.blocked, "Blocked")


@case("TC_C_07_CS")
async def test_expired_token(csms, sut):
    """A contract that has ended goes on to be used, and nobody pays for it."""
    await refused(csms, sut, sut.tokens.expired, "Expired")


@case("TC_C_56_CS")
async def test_unknown_token(csms, sut):
    """Any card of any shop charges where only some of the statuses that refuse it are known."""
    await refused(csms, sut, sut.tokens.invalid, "Unknown")


@case("TC_C_100_CS")
async def test_cable_too_late(csms, sut):
    """Who plugs in long after a driver has walked away charges at that driver's expense."""
    seconds = await given(waits_shortly_for_cables, csms, sut)
    await given(asks_about_drivers, csms)
    await given(configured, csms, {"AuthCacheCtrlr.Enabled": "false"}, if_writable=True)
    await given(configured, csms, {"AuthCtrlr.LocalPreAuthorize": "false"}, if_writable=True)
    tx = await given(authorized, csms, sut, by="local")

    with step("Nobody plugs in: after EVConnectionTimeOut the driver is no longer authorized"):
        await expect_cable_timeout(csms, sut, tx, seconds)
        if tx.ended:  # what begins the next transaction while the vehicle stays in the bay is left open
            await leave_bay(sut, tx)

    if sut.claims("AQ-2"):
        not_judged("C01.FR.26", because="a lock keeps the cable out of whoever is not authorized")
        return

    with step("Somebody plugs in, and no energy flows"):
        later = tx if tx.started and not tx.ended else await session(csms, sut, tx.token)
        await ev_connected_pre_session(csms, sut, later)
        await csms.expect_none(
            "TransactionEvent",
            requirement="C01.FR.26",
            within=csms.timing.message,
            transactionInfo__chargingState="Charging",
        )
