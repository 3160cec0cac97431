"""E06 - Stop transaction options: the points at which a transaction may end."""

from math import ceil

from ocpp_proof import STEP, case, check, check_fields, given, step
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.connection import check_stays_connected
from ocpp_testcases.common.operator import asked
from ocpp_testcases.common.patterns import PRESENT, ignoring_case
from ocpp_testcases.common.records import check_recorded
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted_with
from ocpp_testcases.ocpp2.csms.states.e_transactions import (
    authorized,
    energy_transfer_started,
    energy_transfer_suspended,
    ev_connected_post_session,
    ev_disconnected,
    stop_authorized,
    transaction,
)


async def stopped_by_the_driver(station: Station, sut: Sut, *, TxStopPoint: str) -> None:
    """The driver presents the token again, and with that the transaction ends."""
    await given(booted_with, station, sut, TxStopPoint=TxStopPoint)
    tx = await given(energy_transfer_started, station, sut)
    with step("The driver stops at the station, and the transaction has ended"):
        answer = await tx.event("StopAuthorized", eventType="Ended", token=True, stoppedReason="Local")
        check_fields("E01.FR.12", answer, {"idTokenInfo.status": PRESENT})
        await check_recorded(sut, tx, active=False, stoppedReason="Local")


@case("TC_E_15_CSMS")
async def test_local_stop(station, sut):
    """A transaction that its driver has stopped but that stays open at the CSMS keeps counting on his bill."""
    await stopped_by_the_driver(station, sut, TxStopPoint="Authorized")


@case("TC_E_07_CSMS")
async def test_power_path_opened(station, sut):
    """When the power path opens because the driver stops, the session has to be over at the CSMS too."""
    await stopped_by_the_driver(station, sut, TxStopPoint="PowerPathClosed")


@case("TC_E_39_CSMS")
async def test_timeout(station, sut):
    """A driver who presents a card and goes away is not to be charged for a session that never came about."""
    seconds = ceil(station.timing.transaction)
    await given(booted_with, station, sut, TxStopPoint="Authorized", EVConnectionTimeOut=str(seconds))
    tx = await given(authorized, station, sut)
    with step("No vehicle is connected in time, and the transaction ends"):
        await check_stays_connected(station, within=seconds)
        await tx.event("EVConnectTimeout", eventType="Ended", stoppedReason="Timeout", requirement=STEP)
        await check_recorded(sut, tx, active=False, stoppedReason="Timeout")


@case("TC_E_14_CSMS")
async def test_cable_out_at_the_station(station, sut):
    """Where a session lasts until the plug is out, its last event comes after the driver has stopped."""
    await given(booted_with, station, sut, TxStopPoint="EVConnected")
    tx = await given(ev_connected_post_session, station, sut)
    with step("The cable is taken out of the station, and the transaction ends"):
        await ev_disconnected(station, sut, tx, requirement=STEP)
        await check_recorded(sut, tx, active=False, stoppedReason="EVDisconnected")


@case("TC_E_20_CSMS")
async def test_cable_out_at_the_vehicle(station, sut):
    """A vehicle that paused and whose driver then leaves must not be left with an open session."""
    await given(booted_with, station, sut, TxStopPoint="EVConnected")
    tx = await given(energy_transfer_suspended, station, sut)
    with step("The driver stops, the cable is taken out of the vehicle, and the transaction ends"):
        await ev_disconnected(station, sut, tx, requirement=STEP)
        await check_recorded(sut, tx, active=False, stoppedReason="EVDisconnected")


@case("TC_E_21_CSMS")
async def test_remote_stop(station, sut):
    """A driver who stops by an app, and whose request names another transaction, goes on paying."""
    await given(booted_with, station, sut, TxStopPoint="Authorized")
    tx = await given(energy_transfer_started, station, sut)
    this = {"transactionId": ignoring_case(tx.id)}
    station.answer("RequestStopTransaction", where=this, status="Accepted")
    with step("The operator stops the transaction"):
        await asked(station, sut, "RequestStopTransaction", transactionId=tx.id, matching=this, requirement="F03.FR.01")
    with step("The transaction ends"):
        await tx.event("RemoteStop", eventType="Ended", stoppedReason="Remote", requirement=STEP)
        await check_recorded(sut, tx, active=False, stoppedReason="Remote")


@case("TC_E_08_CSMS")
async def test_energy_stopped_by_the_driver(station, sut):
    """A session that ends when the energy does has its last event a moment after the driver has stopped."""
    await given(booted_with, station, sut, TxStopPoint="EnergyTransfer")
    tx = await given(stop_authorized, station, sut)
    with step("Energy no longer flows, and the transaction ends"):
        await tx.event(
            "ChargingStateChanged",
            eventType="Ended",
            chargingState="EVConnected",
            stoppedReason="Local",
            requirement=STEP,
        )
        await check_recorded(sut, tx, active=False, stoppedReason="Local")


@case("TC_E_16_CSMS")
async def test_deauthorized(station, sut):
    """A station lets in whom its cache has; a CSMS that says yes to that token gives the energy away."""
    station.has("AuthCtrlr.LocalPreAuthorize", "true")  # its cache has let the token in
    await given(booted_with, station, sut, TxStopPoint="Authorized", StopTxOnInvalidId="true")
    tx = transaction(station, sut, sut.tokens.invalid)
    # a CSMS may stop as well what it has not authorized, which runs until the station ends it (F03.FR.07, F03.FR.08)
    this = {"transactionId": ignoring_case(tx.id)}
    station.answer("RequestStopTransaction", lambda _: {"status": "Accepted" if tx.started else "Rejected"}, where=this)
    with step("A transaction starts for a token that the CSMS does not know, and it is refused"):
        answer = await tx.event("Authorized", token=True)
        told = answer.at("idTokenInfo.status")
        check("E01.FR.12", told is not None, expected="idTokenInfo.status", received=dict(answer))
        for verified in ("E01.FR.11", "E05.FR.01"):
            check(verified, told != "Accepted", expected="the token not Accepted", received=dict(answer))
        check_fields(STEP, answer, {"idTokenInfo.status": ("Invalid", "Unknown")})
    with step("The transaction ends, for it is no longer authorized"):
        await tx.event("Deauthorized", eventType="Ended", stoppedReason="DeAuthorized", requirement=STEP)
        await check_recorded(sut, tx, active=False, stoppedReason="DeAuthorized")


@case("TC_E_17_CSMS")
async def test_connection_to_the_vehicle_lost(station, sut):
    """A cable that is pulled out of the vehicle ends the session at the station; so it has to at the CSMS."""
    await given(booted_with, station, sut, StopTxOnEVSideDisconnect="true", TxStopPoint="Authorized")
    tx = await given(energy_transfer_suspended, station, sut)
    with step("The connection to the vehicle is lost, and the transaction ends"):
        await tx.event(
            "EVCommunicationLost",
            eventType="Ended",
            chargingState="Idle",
            stoppedReason="EVDisconnected",
            requirement=STEP,
        )
        await tx.cable_out()
        await check_recorded(sut, tx, active=False, stoppedReason="EVDisconnected")


@case("TC_E_22_CSMS")
async def test_stopped_by_the_vehicle(station, sut):
    """A battery that is full ends the session: a CSMS that does not know this reason keeps it open."""
    await given(booted_with, station, sut, TxStopPoint="EnergyTransfer")
    tx = await given(energy_transfer_started, station, sut)
    with step("The vehicle stops taking energy, and the transaction ends"):
        await tx.event(
            "ChargingStateChanged",
            eventType="Ended",
            chargingState="SuspendedEV",
            stoppedReason="StoppedByEV",
            requirement=STEP,
        )
        await check_recorded(sut, tx, active=False, stoppedReason="StoppedByEV")


@case("TC_E_19_CSMS")
async def test_parking_bay_left(station, sut):
    """Where parking is paid for too, the session goes on after the plug is out, until the bay is free."""
    await given(booted_with, station, sut, TxStopPoint="ParkingBayOccupancy")
    # the table's state has ended the transaction already; one that ends with the bay goes on (E06.FR.01, E06.FR.02)
    tx = await given(ev_disconnected, station, sut, ends=False)
    with step("The vehicle leaves the bay, and the transaction ends"):
        await tx.event("EVDeparted", eventType="Ended", stoppedReason="Local", requirement=STEP)
        await check_recorded(sut, tx, active=False, stoppedReason="Local")
