"""E03 - Start transaction, token first."""

from ocpp_proof import STEP, case, given, step

from ocpp_testcases.common.records import check_recorded
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.e_transactions import (
    authorized,
    energy_transfer_started,
    ev_connected_pre_session,
)


@case("TC_E_04_CSMS")
async def test_token_first(station, sut):
    """A driver may identify before plugging in, and the CSMS follows."""
    await given(booted, station, sut)
    with step("The driver presents a token that the CSMS knows"):
        tx = await authorized(station, sut)
    with step("The cable is plugged in, and energy flows"):
        await energy_transfer_started(station, sut, tx)
        await check_recorded(sut, tx, active=True, chargingState="Charging", evseId=tx.evseId)


@case("TC_E_38_CSMS")
async def test_vehicle_not_ready(station, sut):
    """A vehicle that charges later by a timer of its own looks like a fault to a CSMS that cannot tell the two."""
    await given(booted, station, sut)
    tx = await given(authorized, station, sut)
    with step("The cable is plugged in"):
        await ev_connected_pre_session(station, sut, tx, requirement=STEP)
    with step("The vehicle does not take energy yet"):
        await tx.event("ChargingStateChanged", chargingState="SuspendedEV", requirement=STEP)
        await check_recorded(sut, tx, active=True, chargingState="SuspendedEV")
