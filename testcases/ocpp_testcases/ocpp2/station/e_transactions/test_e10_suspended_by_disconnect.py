"""E10 - The cable is taken out of the vehicle, and the transaction waits for it."""

from ocpp_proof import STEP, case, check_fields, given, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.station.states.e_points import (
    stops_by_driver_or_bay,
    stops_without_vehicle,
    unlocks_without_vehicle,
    waits_shortly_for_cables,
)
from ocpp_testcases.ocpp2.station.states.e_stops import (
    energy_transfer_suspended,
    expect_cable_timeout,
    has_fixed_cable,
    take_out_of_vehicle,
)
from ocpp_testcases.ocpp2.station.states.e_transactions import CONNECTED, Session
from ocpp_testcases.ocpp2.station.states.g_availability import expect_connector_status


async def waiting_transaction(csms: Csms, sut: Sut) -> Session:
    """The begin of TC_E_26_CS and TC_E_27_CS: the cable is out of the vehicle, and the transaction goes on."""
    await given(stops_by_driver_or_bay, csms)
    await given(unlocks_without_vehicle, csms, False)
    await given(stops_without_vehicle, csms, False)
    tx = await given(energy_transfer_suspended, csms, sut, goes_on=True)

    with step("The cable is taken out of the vehicle: the transaction goes on without energy"):
        await take_out_of_vehicle(csms, sut, tx)
        event = await tx.event(requirement="E02.FR.17", triggerReason="EVCommunicationLost")
        check_fields(STEP, event, {"eventType": "Updated", "transactionInfo.chargingState": "Idle"})

    if await has_fixed_cable(csms, sut, tx.evseId, tx.connectorId):
        with step("The cable is fixed to the station: the connector is Available"):
            await expect_connector_status(csms, "Available", tx.evseId, tx.connectorId)
    return tx


@case("TC_E_26_CS")
async def test_vehicle_comes_back(csms, sut):
    """A driver who has moved the vehicle a little goes on charging, on the same bill."""
    tx = await waiting_transaction(csms, sut)

    with step("The cable is put back into the vehicle, and the station tells of it"):
        await sut.plug_in_vehicle()
        event = await tx.event(
            requirement="E02.FR.17", triggerReason="CablePluggedIn", transactionInfo__chargingState=CONNECTED
        )
        check_fields(STEP, event, {"eventType": "Updated"})

    with step("Energy flows again"):
        if event.at("transactionInfo.chargingState") != "Charging":
            if sut.can("ev_ready"):
                await sut.ev_ready()  # it was told to pause, and may go on doing so
            event = await tx.event(
                requirement="E02.FR.13",
                triggerReason="ChargingStateChanged",
                transactionInfo__chargingState="Charging",
            )
        check_fields(STEP, event, {"eventType": "Updated"})
        tx.check_sequence()


@case("TC_E_27_CS")
async def test_vehicle_stays_away(csms, sut):
    """A transaction that waits for ever for a vehicle keeps the place from everybody else."""
    seconds = await given(waits_shortly_for_cables, csms, sut)
    tx = await waiting_transaction(csms, sut)

    with step("Nobody puts the cable back: after EVConnectionTimeOut the driver is no longer authorized"):
        await expect_cable_timeout(csms, sut, tx, seconds, "E10.FR.02")
        tx.plugged = False
        tx.check_sequence()
