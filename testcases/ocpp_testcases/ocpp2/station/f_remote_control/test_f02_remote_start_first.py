"""F02 - Remote start transaction, remote start first."""

from ocpp_proof import case, check, given, on_undo, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.station.states.e_points import (
    authorizes_drivers,
    starts_before_the_cable,
    waits_shortly_for_cables,
)
from ocpp_testcases.ocpp2.station.states.e_stops import expect_cable_timeout, leave_bay
from ocpp_testcases.ocpp2.station.states.e_transactions import (
    Session,
    authorized,
    energy_transfer_started,
    parking_bay_occupied,
    session,
)
from ocpp_testcases.ocpp2.station.states.f_remote_control import authorizes_remote_starts


async def start_remotely(csms: Csms, sut: Sut) -> Session:
    """The CSMS starts for a driver whom the station does not know, who plugs in, and charges."""
    tx = await given(session, csms, sut, sut.tokens.fresh())
    await given(parking_bay_occupied, csms, sut, tx)
    with step("The CSMS asks the station to start"):
        await authorized(csms, sut, tx, by="remote")
    with step("The cable is plugged in and energy flows"):
        await energy_transfer_started(csms, sut, tx)
        tx.check_sequence()
    return tx


@case("TC_F_02_CS")
async def test_with_authorization(csms, sut):
    """Who may start others' charging from afar without being asked who pays gives energy away."""
    await given(authorizes_drivers, csms)
    await given(authorizes_remote_starts, csms, True)
    await start_remotely(csms, sut)


@case("TC_F_03_CS")
async def test_without_authorization(csms, sut):
    """The CSMS has authorized the driver: a station that asks again keeps waiting whom the app has let in."""
    await given(authorizes_drivers, csms)
    await given(authorizes_remote_starts, csms, False)
    tx = await start_remotely(csms, sut)
    with step("Nobody was asked about the driver"):
        about = csms.received("Authorize", **tx.token_fields)
        asked = [dict(m.payload) for m in about if m.index < tx.events[-1].index]
        check("F01.FR.02", not asked, expected="no Authorize before energy flows", received=asked or "none")


@case("TC_F_04_CS")
async def test_nobody_plugs_in(csms, sut):
    """A start from afar at the wrong place must not keep the EVSE from the next driver."""
    seconds = await given(waits_shortly_for_cables, csms, sut)
    await given(authorizes_drivers, csms)
    await given(starts_before_the_cable, csms)
    tx = await given(authorized, csms, sut, by="remote")

    with step("Nobody plugs in: after EVConnectionTimeOut the station gives the driver up"):
        await expect_cable_timeout(csms, sut, tx, seconds, "F02.FR.07")
        tx.check_sequence()

    with step("The vehicle leaves the bay, if it has parked there"):
        await leave_bay(sut, tx)

    with step("The CSMS asks the station to start for another driver"):
        other = await session(csms, sut, sut.tokens.fresh())
        on_undo("Wait until the station has given the other driver up, too", lambda: given_up(csms, other, seconds))
        await authorized(csms, sut, other, by="remote")
        if not other.started:  # that the EVSE is free again shows when this driver charges
            await energy_transfer_started(csms, sut, other)


async def given_up(csms: Csms, tx: Session, seconds: int) -> None:
    """Nobody plugs in, and what was started is over; of what has not begun the station says nothing."""
    if tx.started and not tx.plugged and not tx.ended:
        await csms.expect_optional(
            "TransactionEvent",
            within=seconds + csms.timing.event,
            triggerReason="EVConnectTimeout",
            transactionInfo__transactionId=tx.id,
        )
    elif tx.authorized and not tx.plugged:
        await csms.expect_optional("TransactionEvent", within=seconds + csms.timing.quiet, eventType="Started")
