"""B13 - Reset without the end of the ongoing transaction (2.1)."""

from ocpp_proof import STEP, case, given, step
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import check_time, now
from ocpp_testcases.common.records import check_recorded
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted_with, rebooted
from ocpp_testcases.ocpp2.csms.states.b_reset import RESUMES, reset
from ocpp_testcases.ocpp2.csms.states.e_transactions import Transaction, energy_transfer_started
from ocpp_testcases.ocpp2.csms.states.k_smart_charging import expect_sent_again, limit_transaction


async def interrupted_by_reset(station: Station, sut: Sut, tx: Transaction) -> None:
    """The CSMS resets the station, which tells what becomes of the transaction, and boots"""
    with step("The CSMS resets the station, and the transaction is to go on"):
        await reset(station, sut, "ImmediateAndResume")
    with step("The station tells that the reset interrupts the transaction"):
        await tx.event("ResetCommand", chargingState="SuspendedEVSE", requirement=STEP)
    with step("The station boots and reports its connectors, of which one is still occupied"):
        await rebooted(station, sut, "RemoteReset", occupied=tx.evseId)


@case("TC_B_103_CSMS")
async def test_resumed(station, sut):
    """A reset that ends a session which could go on costs a driver the charge, and the operator the driver."""
    await given(booted_with, station, sut, **RESUMES)
    tx = await given(energy_transfer_started, station, sut)
    await interrupted_by_reset(station, sut, tx)
    with step("It tells that it has restarted"):
        await station.call("SecurityEventNotification", type="ResetOrReboot", timestamp=now(), requirement=STEP)
    with step("The transaction is resumed, and energy flows again"):
        await tx.event("TxResumed", chargingState="Charging", requirement=STEP)
        await check_recorded(sut, tx, active=True, chargingState="Charging")


@case("TC_B_104_CSMS")
async def test_idle(station, sut):
    """An operator who does not know whether somebody charges takes this reset, and it has to work at any rate."""
    await given(booted_with, station, sut, **RESUMES)
    with step("The CSMS resets the station, and what goes on there is to go on"):
        await reset(station, sut, "ImmediateAndResume")
    with step("The station boots and reports its connectors"):
        answer = await rebooted(station, sut, "RemoteReset")
        check_time("B01.FR.02", sut, "currentTime", answer.currentTime)


@case("TC_B_116_CSMS")
async def test_profile_sent_again(station, sut):
    """A limit that the station has lost by the reset is not kept any more, until the CSMS sends it once more."""
    await given(booted_with, station, sut, **RESUMES)
    tx = await given(energy_transfer_started, station, sut)
    with step("The CSMS limits the charging of the transaction"):
        profile = await limit_transaction(station, sut, tx)
    station.forget_profiles("TxProfile")  # before it is back: the CSMS may look at once
    await interrupted_by_reset(station, sut, tx)
    with step("The transaction is resumed, and energy flows again"):
        since = station.next_index
        await tx.event("TxResumed", chargingState="Charging", requirement=STEP)
    with step("The CSMS sends the profile once more"):
        await expect_sent_again(station, profile, requirement="B13.FR.31", since=since)
