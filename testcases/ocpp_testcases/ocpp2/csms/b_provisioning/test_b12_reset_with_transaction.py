"""B12 - Reset with an ongoing transaction."""

from typing import Any

from ocpp_proof import STEP, case, given, step
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.records import check_recorded
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted, rebooted
from ocpp_testcases.ocpp2.csms.states.b_reset import reset
from ocpp_testcases.ocpp2.csms.states.e_transactions import Transaction, energy_transfer_started, ev_disconnected


async def stopped_by_driver(station: Station, sut: Sut, tx: Transaction) -> None:
    """The driver stops the transaction and takes the cable out"""
    with step("The driver stops"):
        await tx.event("StopAuthorized", token=True, chargingState="EVConnected", requirement=STEP)
    with step("The driver takes the cable out, and the transaction ends"):
        await ev_disconnected(station, sut, tx, requirement=STEP)
        await check_recorded(sut, tx, active=False)


async def ended_by_reset(sut: Sut, tx: Transaction) -> None:
    """The station ends the transaction because of the reset"""
    with step("The transaction ends because of the reset"):
        end: dict[str, Any] = {"chargingState": "EVConnected", "stoppedReason": "ImmediateReset"}
        await tx.event("ResetCommand", eventType="Ended", **end, requirement=STEP)
        await check_recorded(sut, tx, active=False)


@case("TC_B_21_CSMS")
async def test_on_idle(station, sut):
    """A reset that waits for the drivers must not be forgotten, and the boot after it is no fault."""
    await given(booted, station, sut)
    tx = await given(energy_transfer_started, station, sut)
    with step("The CSMS resets the station once it is idle: that is scheduled"):
        await reset(station, sut, "OnIdle", status="Scheduled")
    await stopped_by_driver(station, sut, tx)
    with step("The station boots and reports its connectors"):
        await rebooted(station, sut, "ScheduledReset")


@case("TC_B_22_CSMS")
async def test_immediate(station, sut):
    """A station that hangs in a transaction has to be freed, and what was charged is still paid for."""
    await given(booted, station, sut)
    tx = await given(energy_transfer_started, station, sut)
    with step("The CSMS resets the station at once"):
        await reset(station, sut, "Immediate")
    await ended_by_reset(sut, tx)
    with step("The station boots and reports its connectors, of which one is still occupied"):
        await rebooted(station, sut, "RemoteReset", occupied=tx.evseId)


@case("TC_B_26_CSMS")
async def test_evse_on_idle(station, sut):
    """A reset of one EVSE waits for its driver alone."""
    await given(booted, station, sut)
    tx = await given(energy_transfer_started, station, sut)
    with step("The CSMS resets the EVSE once it is idle: that is scheduled"):
        await reset(station, sut, "OnIdle", evseId=tx.evseId, status="Scheduled")
    await stopped_by_driver(station, sut, tx)


@case("TC_B_27_CSMS")
async def test_evse_immediate(station, sut):
    """An EVSE that hangs in a transaction is freed without a stop for the drivers at the others."""
    await given(booted, station, sut)
    tx = await given(energy_transfer_started, station, sut)
    with step("The CSMS resets the EVSE at once"):
        await reset(station, sut, "Immediate", evseId=tx.evseId)
    await ended_by_reset(sut, tx)
