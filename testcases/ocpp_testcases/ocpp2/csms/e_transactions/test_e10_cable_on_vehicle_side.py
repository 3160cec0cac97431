"""E10 - The cable is disconnected on the side of the vehicle, and the transaction goes on."""

from ocpp_proof import STEP, case, given, step

from ocpp_testcases.common.records import check_recorded
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted_with
from ocpp_testcases.ocpp2.csms.states.e_transactions import energy_transfer_suspended, ev_connected_pre_session


@case("TC_E_26_CSMS")
async def test_suspended(station, sut):
    """A plug that slips out of the vehicle need not end the session; a CSMS that ends it loses what comes after."""
    await given(booted_with, station, sut, StopTxOnEVSideDisconnect="false", TxStopPoint="Authorized")
    tx = await given(energy_transfer_suspended, station, sut)
    with step("The connection to the vehicle is lost, and the transaction goes on"):
        await tx.event("EVCommunicationLost", chargingState="Idle", requirement=STEP)
    with step("The connector is available"):
        await tx.cable_out()
        await check_recorded(sut, tx, active=True, chargingState="Idle")
    with step("The cable is plugged in again"):
        await ev_connected_pre_session(station, sut, tx, requirement=STEP)
    with step("Energy flows again"):
        await tx.event("ChargingStateChanged", chargingState="Charging", requirement=STEP)
        await check_recorded(sut, tx, active=True, chargingState="Charging")
