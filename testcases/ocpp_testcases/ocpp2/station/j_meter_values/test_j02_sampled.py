"""J02 - Sampled meter values of a transaction."""

from typing import Any

from ocpp_proof import case, check, given, step
from ocpp_proof.cases.fields import Pattern

from ocpp_testcases.ocpp2.station.states.b_provisioning import configured, get_variable
from ocpp_testcases.ocpp2.station.states.e_transactions import (
    energy_transfer_started,
    ev_connected_pre_session,
    parking_bay_occupied,
)

ENERGY = "Energy.Active.Import.Register"
POINTS = {"EVConnected", "Authorized", "PowerPathClosed", "EnergyTransfer", "DataSigned"}


def starts_at_an_evse(value: Any) -> bool:
    """Whether a TxStartPoint lets transactions begin where the EVSE is known."""
    points = {p.strip() for p in str(value).split(",")}
    return bool(points & POINTS) and "ParkingBayOccupancy" not in points


@case("TC_J_07_CS")
async def test_started(csms, sut):
    """Without a reading at the start nobody knows what a transaction has drawn."""
    start = Pattern("a TxStartPoint where the EVSE is known", starts_at_an_evse)
    await given(configured, csms, {"TxCtrlr.TxStartPoint": start})
    wanted = await given(get_variable, csms, "SampledDataCtrlr.TxStartedMeasurands") or ENERGY
    tx = await given(parking_bay_occupied, csms, sut)

    with step("The cable is plugged in"):
        await ev_connected_pre_session(csms, sut, tx)
    with step("The driver is authorized and energy flows"):
        await energy_transfer_started(csms, sut, tx)
    with step("The start of the transaction has the readings that are configured"):
        samples = [s for value in tx.events[0].meterValue or [] for s in value.get("sampledValue", [])]
        check("E02.FR.09", bool(samples), expected="meterValue in the event Started", received=samples or "none")
        contexts = {s.get("context", "Sample.Periodic") for s in samples}
        check("J02.FR.04", contexts == {"Transaction.Begin"}, expected="context Transaction.Begin", received=contexts)
        measured = {s.get("measurand", ENERGY) for s in samples}
        missing = {m.strip() for m in wanted.split(",")} - measured
        check("E02.FR.09", not missing, expected=f"the measurands {wanted}", received=sorted(measured))
