"""F02 - Remote start of a transaction, remote start first."""

from math import ceil

from ocpp_proof import case, given, step

from ocpp_testcases.common.connection import check_stays_connected
from ocpp_testcases.common.records import check_recorded
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted, booted_with
from ocpp_testcases.ocpp2.csms.states.e_transactions import energy_transfer_started, token_accepted, transaction
from ocpp_testcases.ocpp2.csms.states.f_remote_control import (
    remotely_started,
    request_start,
)


@case("TC_F_02_CSMS")
async def test_with_authorization(station, sut):
    """A driver whom the app has let in is turned away when the station asks who he is."""
    station.has("AuthCtrlr.AuthorizeRemoteStart", "true")
    await given(booted, station, sut)
    tx = transaction(station, sut)
    with step("The CSMS requests the start of a transaction"):
        request = await request_start(station, sut, tx)
    with step("The station asks who may charge"):
        await token_accepted(station, sut, tx)
    with step("The station says that the transaction has started"):
        await remotely_started(sut, tx, request)
    with step("The cable is plugged in and energy flows"):
        await energy_transfer_started(station, sut, tx)
        await check_recorded(sut, tx, active=True, remoteStartId=request.remoteStartId)


@case("TC_F_03_CSMS")
async def test_without_authorization(station, sut):
    """A station that trusts the CSMS starts at once; a CSMS that waits to be asked has no transaction."""
    station.has("AuthCtrlr.AuthorizeRemoteStart", "false")
    await given(booted, station, sut)
    tx = transaction(station, sut)
    with step("The CSMS requests the start of a transaction"):
        request = await request_start(station, sut, tx)
    with step("The station says that the transaction has started"):
        await remotely_started(sut, tx, request)
    with step("The cable is plugged in and energy flows"):
        await energy_transfer_started(station, sut, tx)
        await check_recorded(sut, tx, active=True, remoteStartId=request.remoteStartId)


@case("TC_F_04_CSMS")
async def test_nobody_plugs_in(station, sut):
    """A driver who starts in the app and drives away must not upset the CSMS."""
    seconds = ceil(station.timing.transaction)
    # a transaction that nobody plugs in for goes on only where the bay ends it (F02.FR.07, F02.FR.08)
    await given(booted_with, station, sut, TxStopPoint="ParkingBayOccupancy", EVConnectionTimeOut=str(seconds))
    tx = transaction(station, sut)
    with step("The CSMS requests the start of a transaction"):
        request = await request_start(station, sut, tx)
    with step("The station says that the transaction has started, and nobody plugs in"):
        await remotely_started(sut, tx, request)
        await check_stays_connected(station, within=seconds)
    with step("The station says that it has given the driver up"):
        await tx.event("EVConnectTimeout")
        await check_recorded(sut, tx, remoteStartId=request.remoteStartId)
