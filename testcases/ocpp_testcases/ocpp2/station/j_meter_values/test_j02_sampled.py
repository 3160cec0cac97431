"""J02 - Sampled meter values of a transaction."""

from ocpp_proof import STEP, case, check, check_fields, given, step
from ocpp_proof.roles.csms import Csms

from ocpp_testcases.ocpp2.station.states.b_provisioning import configured, get_variable, members
from ocpp_testcases.ocpp2.station.states.e_transactions import (
    energy_transfer_started,
    ev_connected_pre_session,
    parking_bay_occupied,
)
from ocpp_testcases.ocpp2.station.states.j_meter_values import ENERGY, measurands_sampled

START = "TxCtrlr.TxStartPoint"
AT_AN_EVSE = ("EVConnected", "Authorized", "PowerPathClosed", "EnergyTransfer", "DataSigned")


async def starts_at_an_evse(csms: Csms) -> None:
    """TxStartPoint has a point at which the EVSE is known, and not ParkingBayOccupancy"""
    points = members(await get_variable(csms, START))
    kept = [point for point in points if point in AT_AN_EVSE] or ["EVConnected"]
    if kept != points:
        await configured(csms, {START: ",".join(kept)}, if_implemented=True)


@case("TC_J_07_CS")
async def test_started(csms, sut):
    """Without a reading at the start nobody knows what a transaction has drawn."""
    await given(starts_at_an_evse, csms)
    wanted = await given(measurands_sampled, csms, "TxStartedMeasurands")
    tx = await given(parking_bay_occupied, csms, sut)

    with step("The cable is plugged in"):
        await ev_connected_pre_session(csms, sut, tx)
    with step("The driver is authorized and energy flows"):
        await energy_transfer_started(csms, sut, tx)
    with step("The start of the transaction has the readings that are configured"):
        samples = [s for value in tx.events[0].meterValue or [] for s in value.get("sampledValue", [])]
        if check(STEP, bool(samples), expected="meterValue in the event Started", received=samples or "none"):
            check_fields("E02.FR.09", samples[0], {"context": "Transaction.Begin"})
        missing = wanted - {s.get("measurand", ENERGY) for s in samples if s.get("context") == "Transaction.Begin"}
        check("E02.FR.09", not missing, expected=f"{sorted(wanted)}, at Transaction.Begin", received=samples or "none")
