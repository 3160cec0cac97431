"""E01 - Start of a transaction: the points at which it may start, and its sequence numbers."""

from ocpp_proof import STEP, case, given, step

from ocpp_testcases.common.clock import now
from ocpp_testcases.common.records import check_recorded
from ocpp_testcases.common.signed_readings import signed_meter_value
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted, booted_with
from ocpp_testcases.ocpp2.csms.states.e_transactions import (
    authorized,
    authorized_before_start,
    energy_transfer_started,
    ev_connected_pre_session,
    ev_disconnected,
    started,
    transaction,
)


@case("TC_E_09_CSMS")
async def test_ev_connected(station, sut):
    """Stations that start at the plug have to be told apart from those that start at the card, or sessions are lost."""
    await given(booted_with, station, sut, TxStartPoint="EVConnected")
    with step("The cable is plugged in, and with that the transaction starts"):
        tx = await ev_connected_pre_session(station, sut, requirement=STEP)
        await check_recorded(sut, tx, active=True, chargingState="EVConnected", evseId=tx.evseId)


@case("TC_E_10_CSMS")
async def test_authorized(station, sut):
    """A transaction that starts at the card has a driver, who has to be known at once, and no EVSE yet."""
    await given(booted_with, station, sut, TxStartPoint="Authorized")
    with step("The driver presents a token, and with that the transaction starts"):
        tx = await authorized(station, sut, evse=None)
        await check_recorded(sut, tx, active=True)


@case("TC_E_11_CSMS")
async def test_data_signed(station, sut):
    """Where the law wants signed readings, a CSMS that cannot take them cannot bill one session."""
    station.has("SampledDataCtrlr.TxStartedMeasurands", "Energy.Active.Import.Register")
    await given(booted_with, station, sut, TxStartPoint="DataSigned")
    tx = await authorized_before_start(station, sut)
    with step("The meter has signed its first reading, and with that the transaction starts"):
        moment = now()
        sample = {
            "value": 0.0,
            "context": "Transaction.Begin",
            "signedMeterValue": signed_meter_value(0.0, moment, serial=sut.text(12)),
        }
        readings = [{"timestamp": moment, "sampledValue": [sample]}]
        await started(sut, tx, "SignedDataReceived", chargingState="EVConnected", meterValue=readings)
    with step("Energy flows"):
        await tx.event("ChargingStateChanged", chargingState="Charging", requirement=STEP)
        await check_recorded(sut, tx, active=True, chargingState="Charging", meterStart=0.0)


@case("TC_E_12_CSMS")
async def test_parking_bay_occupied(station, sut):
    """A transaction may start when a vehicle drives up, before anybody has a cable or a card in the hand."""
    await given(booted_with, station, sut, TxStartPoint="ParkingBayOccupancy")
    tx = transaction(station, sut)
    with step("A vehicle is detected in the bay, and with that the transaction starts"):
        await tx.event("EVDetected", evse=None, requirement=STEP)
        await check_recorded(sut, tx, active=True)


@case("TC_E_01_CSMS")
async def test_power_path_closed(station, sut):
    """Card and cable may both be there before the transaction starts, and its first event has all of it."""
    await given(booted_with, station, sut, TxStartPoint="PowerPathClosed")
    tx = await authorized_before_start(station, sut)
    with step("The power path is closed, and with that the transaction starts"):
        await started(sut, tx, "ChargingStateChanged", chargingState="SuspendedEVSE")
    with step("Energy flows"):
        await tx.event("ChargingStateChanged", chargingState="Charging", requirement=STEP)
        await check_recorded(sut, tx, active=True, chargingState="Charging", evseId=tx.evseId)


@case("TC_E_02_CSMS")
async def test_energy_transfer(station, sut):
    """A transaction may start as late as the energy: whoever waits for an earlier event misses the session."""
    await given(booted_with, station, sut, TxStartPoint="EnergyTransfer")
    tx = await authorized_before_start(station, sut)
    with step("Energy flows, and with that the transaction starts"):
        await started(sut, tx, "ChargingStateChanged", chargingState="Charging")
        await check_recorded(sut, tx, active=True, chargingState="Charging", evseId=tx.evseId)


@case("TC_E_53_CSMS")
async def test_sequence_number_restarts(station, sut):
    """A CSMS that expects numbers to go on loses every transaction after the first of a station that starts at 0."""
    await given(booted, station, sut)
    for which in ("first", "second"):
        with step(f"The {which} transaction begins with seqNo 0 and energy flows"):
            tx = await energy_transfer_started(station, sut)
        with step(f"The {which} transaction ends when the cable is unplugged"):
            await ev_disconnected(station, sut, tx, requirement=STEP)
            await check_recorded(sut, tx, active=False)
