"""E, transactions: the reusable states of a station under test in which a charging session comes to its end."""

from __future__ import annotations

import contextlib

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.fields import Pattern
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check, check_fields, not_judged
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import interval_tolerance
from ocpp_testcases.ocpp2.station.states.b_provisioning import get_variable
from ocpp_testcases.ocpp2.station.states.e_points import ENDS_BY_AUTHORIZATION
from ocpp_testcases.ocpp2.station.states.e_transactions import Session, energy_transfer_started
from ocpp_testcases.ocpp2.station.states.e_ways import Stopper, Way, way_to_start, way_to_stop
from ocpp_testcases.ocpp2.station.states.g_availability import expect_connector_status

__all__ = [
    "charge_for_a_while",
    "energy_transfer_suspended",
    "ev_connected_post_session",
    "ev_disconnected",
    "expect_cable_timeout",
    "expect_end_without_vehicle",
    "expect_no_energy",
    "expect_stop",
    "has_fixed_cable",
    "leave_bay",
    "parking_bay_unoccupied",
    "stop_authorized",
    "stop_requested",
    "take_out_of_station",
    "take_out_of_vehicle",
]

REASONS: dict[Stopper, tuple[str | None, ...]] = {
    "local": ("Local", None),
    "remote": ("Remote",),
    "master": ("MasterPass",),
}
"""stoppedReason; it may be left out where the driver stops at the station (E06.FR.09)."""
NOT_FLOWING = Pattern("no chargingState, or one without energy", lambda state: state != "Charging")


async def charge_for_a_while(csms: Csms, tx: Session) -> None:
    """The transaction duration passes: a reader may ignore the card that it has just read, and so may a vehicle."""
    with contextlib.suppress(TimeoutError):
        await csms.wait_until(tx.over, csms.timing.transaction, "the transaction duration to pass")


async def energy_transfer_suspended(
    csms: Csms, sut: Sut, tx: Session | None = None, *, goes_on: bool = False
) -> Session:
    """EnergyTransferSuspended: the EV has suspended the energy transfer

    `goes_on`: the case is about what ends the transaction later. A vehicle that can only end the session, and not
    pause, may end it (E15.FR.04).
    """
    tx = tx or await energy_transfer_started(csms, sut)
    csms.match_from_now_on()
    await sut.ev_suspend()
    event = await tx.event(requirement="E02.FR.13", transactionInfo__chargingState=("SuspendedEV", "EVConnected"))
    if event.at("transactionInfo.chargingState") == "SuspendedEV":
        check_fields(STEP, event, {"triggerReason": "ChargingStateChanged"})
    if event.eventType == "Ended":
        check_fields(STEP, event, {"transactionInfo.stoppedReason": "StoppedByEV"})
        if goes_on:
            raise Inconclusive("the transaction has ended with the energy, and has to go on without it")
    return tx


async def stop_authorized(
    csms: Csms, sut: Sut, tx: Session | None = None, *, by: Way | None = None, charged: bool = False
) -> Session:
    """StopAuthorized: the driver may stop, by the same token again or by a request of the CSMS

    `by`: where the official case leaves the choice to the tester (None), what the station can do. `charged`: the
    transaction duration has passed already.
    """
    tx = tx or await energy_transfer_started(csms, sut)
    by = by or way_to_stop(sut)
    if by == "remote":
        await stop_requested(csms, tx)
    else:
        if not charged:
            await charge_for_a_while(csms, tx)
        await sut.present_token(tx.token, tx.evseId)
    await expect_stop(tx, by)
    return tx


async def stop_requested(csms: Csms, tx: Session) -> None:
    """The CSMS asks for the end of the transaction, and the station agrees."""
    answer = await csms.call("RequestStopTransaction", transactionId=tx.id)
    check_fields("F03.FR.07", answer, {"status": "Accepted"})


async def expect_stop(tx: Session, by: Way, requirement: str = "") -> Message:
    """The events of a stop: what stopped it, and the end, where a stop point is reached by it.

    One event may tell both; the official state has a second one for the charging state. `requirement`: the one by which
    it stops, where that is not E07's or F03's. Returns the last event.
    """
    trigger = "RemoteStop" if by == "remote" else "StopAuthorized"
    requirement = requirement or ("F03.FR.09" if by == "remote" else "E07.FR.02")
    told = await tx.event(requirement=requirement, triggerReason=trigger)
    tx.stopped, tx.stopped_by = True, by
    if told.idToken and by == "local":
        check_fields(STEP, told, tx.token_fields)
    if not tx.stop & ENDS_BY_AUTHORIZATION:
        if "DataSigned" not in tx.stop:  # whose last signed value may come with the stop (E06.FR.05)
            check_fields("F03.FR.02" if by == "remote" else STEP, told, {"eventType": "Updated"})
        not_judged("E06.FR.03", because=f"TxStopPoint {sorted(tx.stop)} does not end the transaction here")
        return told
    of_power = "E06.FR.06" if "PowerPathClosed" in tx.stop else "E06.FR.07"
    requirement = "E06.FR.03" if "Authorized" in tx.stop else of_power
    ended = told if tx.ended else await tx.event(requirement=requirement, eventType="Ended")
    if ended is not told:
        check_fields(STEP, ended, {"triggerReason": (trigger, "ChargingStateChanged", "SignedDataReceived")})
    check_fields("F03.FR.03" if by == "remote" else STEP, ended, {"transactionInfo.stoppedReason": REASONS[by]})
    if ended.triggerReason == "ChargingStateChanged":
        check_fields(STEP, ended, {"transactionInfo.chargingState": "EVConnected"})
    else:
        check_fields("E02.FR.13", ended, {"transactionInfo.chargingState": NOT_FLOWING})
    return ended


async def expect_no_energy(tx: Session, requirement: str) -> None:
    """No energy is offered any more: where the transaction goes on, the station has said so, or does now."""
    if not tx.ended and tx.events[-1].at("transactionInfo.chargingState") in ("Charging", None):
        stopped = Pattern("a chargingState without energy", lambda state: state not in ("Charging", None))
        await tx.event(requirement=requirement, transactionInfo__chargingState=stopped)


async def ev_connected_post_session(
    csms: Csms, sut: Sut, tx: Session | None = None, *, by: Way | None = None
) -> Session:
    """EVConnectedPostSession: no energy flows, and none will without another authorization

    Where nothing else has ended the transaction, the end of signed data does (E06.FR.05).
    """
    if tx is None or not tx.stopped:
        tx = await stop_authorized(csms, sut, tx, by=by)
    if not tx.ended and "DataSigned" in tx.stop:
        ended = await tx.event(requirement="E06.FR.05", eventType="Ended")
        check_fields(STEP, ended, {"transactionInfo.stoppedReason": REASONS[tx.stopped_by]})
        return tx
    if not tx.ended and tx.events[-1].at("transactionInfo.chargingState") != "EVConnected":
        await tx.event(
            requirement="E02.FR.13",
            eventType="Updated",
            triggerReason="ChargingStateChanged",
            transactionInfo__chargingState="EVConnected",
        )
    return tx


async def ev_disconnected(
    csms: Csms,
    sut: Sut,
    tx: Session | None = None,
    *,
    by: Way | None = None,
    becomes: str | tuple[str, ...] | None = "Available",
    within: float | None = None,
) -> Session:
    """EVDisconnected: the cable is out and the connector is Available

    `becomes`: what the connector is then, or may be; None where the case judges it. `within`: seconds in which it is
    told, where the station may be away when the cable comes out.
    """
    tx = await ev_connected_post_session(csms, sut, tx, by=by)
    tx.cable_kept = True  # until it is seen to be out: else the clean-up has it unlocked
    await sut.unplug(tx.evseId, tx.connectorId)
    if becomes is not None:
        await expect_connector_status(csms, becomes, tx.evseId, tx.connectorId, requirement="E06.FR.10", within=within)
    tx.plugged = tx.cable_kept = False
    if not tx.ended:
        event = await tx.event(
            requirement="E02.FR.17",
            triggerReason="EVCommunicationLost",
            transactionInfo__chargingState="Idle",
        )
        if "EVConnected" in tx.stop:
            check_fields("E06.FR.02", event, {"eventType": "Ended"})
            reasons = (*REASONS[tx.stopped_by], "EVDisconnected")
            check_fields(STEP, event, {"transactionInfo.stoppedReason": reasons})
        else:
            check_fields(STEP, event, {"eventType": "Updated"})
    return tx


async def parking_bay_unoccupied(
    csms: Csms,
    sut: Sut,
    tx: Session | None = None,
    *,
    by: Way | None = None,
    becomes: str | tuple[str, ...] | None = "Available",
    within: float | None = None,
) -> Session:
    """ParkingBayUnoccupied: the EV has left the parking bay

    Done only where the EV was seen to enter it. `becomes` and `within`: as of ev_disconnected.
    """
    if tx is None or tx.plugged:
        tx = await ev_disconnected(csms, sut, tx, by=by, becomes=becomes, within=within)
    if tx.parked:
        await sut.parking_bay(False, tx.evseId)
        tx.parked = False
        if not tx.ended:
            ended = await tx.event(requirement="E06.FR.01", eventType="Ended")
            check_fields("E06.FR.15", ended, {"triggerReason": "EVDeparted"})
            check_fields(STEP, ended, {"transactionInfo.stoppedReason": REASONS[tx.stopped_by]})
    return tx


async def leave_bay(sut: Sut, tx: Session) -> None:
    """The vehicle leaves the bay, if it stands there; a transaction that goes on until then ends."""
    if tx.parked:
        await sut.parking_bay(False, tx.evseId)
        tx.parked = False
        if tx.started and not tx.ended:
            await tx.event(eventType="Ended")


async def take_out_of_vehicle(csms: Csms, sut: Sut, tx: Session) -> None:
    """Somebody takes the cable out of the vehicle; the station's end may be locked from now on."""
    tx.cable_kept = True
    csms.match_from_now_on()
    await sut.unplug_vehicle()


async def has_fixed_cable(csms: Csms, sut: Sut, evseId: int, connectorId: int) -> bool:
    """Whether the cable of the connector is fixed to the station: by what [features] says, or the connector's type.

    Types of cables begin with c, and those of sockets with s (Appendices, ConnectorEnumType).
    """
    if sut.claims("HFS-2") and sut.claims("HFS-1"):
        type = await get_variable(csms, f"Connector[{evseId}.{connectorId}].ConnectorType")
        return (type or "").startswith("c")
    return sut.claims("HFS-2")


async def take_out_of_station(csms: Csms, sut: Sut, tx: Session, *, by_token: bool, requirement: str) -> None:
    """The cable is taken out of the station too, where it is not fixed there: the connector is Available.

    `by_token`: the driver has to present the token for it (UnlockOnEVSideDisconnect is false); where nobody can, the
    CSMS unlocks the connector.
    """
    if not await has_fixed_cable(csms, sut, tx.evseId, tx.connectorId):
        if by_token and way_to_start(sut) == "local":
            await sut.present_token(tx.token, tx.evseId)
        elif by_token:
            await csms.attempt("UnlockConnector", evseId=tx.evseId, connectorId=tx.connectorId)
        await sut.unplug(tx.evseId, tx.connectorId)
    await expect_connector_status(csms, "Available", tx.evseId, tx.connectorId, requirement=requirement)
    tx.plugged = tx.cable_kept = False


async def expect_end_without_vehicle(tx: Session, requirement: str, *reasons: str) -> Message:
    """The cable was taken out of the vehicle, and that ends the transaction, for one of these reasons."""
    ended = await tx.event(requirement=requirement, eventType="Ended")
    check_fields("E06.FR.15", ended, {"triggerReason": "EVCommunicationLost"})
    check_fields("E02.FR.13", ended, {"transactionInfo.chargingState": "Idle"})
    check_fields("E06.FR.08", ended, {"transactionInfo.stoppedReason": reasons})
    check(STEP, tx.ended, expected="no event after it", received=ended.eventType)
    return ended


async def expect_cable_timeout(csms: Csms, sut: Sut, tx: Session, seconds: int, requirement: str = "E03.FR.05") -> None:
    """Nobody plugs in: after EVConnectionTimeOut, and not before, the driver is no longer authorized.

    `seconds`: EVConnectionTimeOut. `requirement`: the one about the end of the transaction.
    """
    tx.authorized = False
    within = seconds + csms.timing.event
    if not tx.started:
        not_judged(requirement, because=f"TxStartPoint {sorted(tx.start)} has not started the transaction")
        await csms.expect_none("TransactionEvent", requirement=STEP, within=within)
        return
    begun = tx.events[-1]
    must = STEP if requirement == "E03.FR.05" else requirement  # which is advice; the tables have the time pass
    if must == "F02.FR.07" and "ParkingBayOccupancy" in tx.stop:
        must = "F02.FR.08"
    event = await tx.event(requirement=must, within=within, triggerReason="EVConnectTimeout")
    _check_end_by_timeout(tx, event, requirement)
    gap = event.received - begun.received
    check(
        must,
        gap >= seconds - interval_tolerance(sut, seconds),
        expected=f"EVConnectTimeout {seconds} s after the driver was authorized",
        received=f"{gap:.2f} s after it",
    )


def _check_end_by_timeout(tx: Session, event: Message, requirement: str) -> None:
    """After a remote start the transaction has to end (F02.FR.07), after a local one it only should (E03.FR.05)."""
    ended = {"eventType": "Ended", "transactionInfo.stoppedReason": "Timeout"}
    if requirement == "F02.FR.07":
        if "ParkingBayOccupancy" in tx.stop:
            not_judged(requirement, because="the official case has the transaction end, F02.FR.08 when the bay is left")
        else:
            check_fields(requirement, event, ended)
        return
    both = "Authorized" in tx.stop and "ParkingBayOccupancy" in tx.start | tx.stop
    if both and not tx.ended:
        not_judged("E06.FR.03", because="whether the transaction ends before the vehicle leaves the bay is left open")
    elif "Authorized" in tx.stop:
        check_fields(STEP, event, ended)
    elif "ParkingBayOccupancy" in tx.stop and "PowerPathClosed" not in tx.stop:
        check_fields("E03.FR.15", event, {"eventType": "Updated"})
    else:
        not_judged("E06.FR.03", because="the official case has the transaction go on, the standard has it end")
