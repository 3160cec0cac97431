"""B12 - Reset with an ongoing transaction."""

from ocpp_proof import case, check, given, step

from ocpp_testcases.ocpp2.station.states.b_provisioning import connectors, expect_booted_event
from ocpp_testcases.ocpp2.station.states.b_reset import (
    charging_at_another_evse,
    expect_connectors_after_reset,
    expect_ended_by_reset,
    expect_evse_back,
    expect_no_boot_of_evse,
    expect_transaction_goes_on,
    resets_no_evse,
    resets_seen_through,
    stop_as_far_as_needed,
)
from ocpp_testcases.ocpp2.station.states.e_stops import parking_bay_unoccupied
from ocpp_testcases.ocpp2.station.states.e_transactions import energy_transfer_started


@case("TC_B_21_CS")
async def test_on_idle(csms, sut):
    """A reset that does not wait cuts drivers off, and one that never comes leaves the station as broken as it was."""
    places = await given(connectors, csms, sut)
    resets = await given(resets_seen_through, csms)
    tx = await given(energy_transfer_started, csms, sut)
    with step("The CSMS asks for a reset when idle; the station schedules it, and the transaction goes on"):
        await resets.ask("OnIdle", "Scheduled", requirement="B12.FR.01")
        await expect_transaction_goes_on(csms, requirement="B12.FR.03")
    with step("The driver ends the transaction"):
        await stop_as_far_as_needed(csms, sut, tx)
    with step("The station boots"):
        boot = await resets.expect_boot("ScheduledReset", requirement="B12.FR.01")
    with step("It reports its connectors, and its start"):
        status = "Occupied" if tx.plugged else "Available"
        await expect_connectors_after_reset(csms, sut, boot, places, {(tx.evseId, tx.connectorId): status})
        await expect_booted_event(csms)


@case("TC_B_22_CS")
async def test_immediate(csms, sut):
    """A transaction that a reset cuts off without a word is never billed, and its connector seems to be in use."""
    places = await given(connectors, csms, sut)
    resets = await given(resets_seen_through, csms)
    tx = await given(energy_transfer_started, csms, sut)
    with step("The CSMS asks for a reset at once; the station ends the transaction"):
        await resets.ask("Immediate", "Accepted", requirement="B12.FR.02")
        ended = await expect_ended_by_reset(csms, tx, "B12.FR.04")
        check("B12.FR.04", not ended.idToken, expected="no idToken", received=ended.idToken or "none")
    with step("The station boots, after it has told so"):
        boot = await resets.expect_boot("RemoteReset")
        before = ended.index < boot.index
        check(
            "B12.FR.04", before, expected="Ended before the boot", received="before it" if before else "after the boot"
        )
    with step("It reports its connectors, with the cable still in"):
        await expect_connectors_after_reset(csms, sut, boot, places, {(tx.evseId, tx.connectorId): "Occupied"})


@case("TC_B_26_CS")
async def test_evse_on_idle(csms, sut):
    """The reset of an EVSE must not cut off who charges there, nor take the whole station along."""
    places = await given(connectors, csms, sut)
    resets = await given(resets_seen_through, csms)
    tx = await given(energy_transfer_started, csms, sut)
    with step("The CSMS asks for a reset of the EVSE when idle; the station schedules it, and the transaction goes on"):
        await resets.ask("OnIdle", "Scheduled", requirement="B12.FR.01", evseId=sut.evseId)
        await expect_transaction_goes_on(csms, requirement="B12.FR.07")
    with step("The driver ends the transaction, takes the cable out, and leaves"):
        await parking_bay_unoccupied(csms, sut, tx, becomes=None)
    with step("The EVSE is reset, and not the station"):
        await expect_no_boot_of_evse(csms, sut, places, "B12.FR.01")
        await expect_evse_back(csms, sut, places, "B12.FR.01")


@case("TC_B_27_CS")
async def test_evse_immediate(csms, sut):
    """Where an EVSE is reset at once, the bill of who charged there must still be right."""
    places = await given(connectors, csms, sut)
    resets = await given(resets_seen_through, csms)
    tx = await given(energy_transfer_started, csms, sut)
    with step("The CSMS asks for a reset of the EVSE at once; the station ends the transaction there"):
        await resets.ask("Immediate", "Accepted", requirement="B12.FR.02", evseId=sut.evseId)
        await expect_ended_by_reset(csms, tx, "B12.FR.08")
    with step("The station does not boot"):
        await expect_no_boot_of_evse(csms, sut, places, "B12.FR.08")


@case("TC_B_29_CS")
async def test_evse_not_supported(csms, sut):
    """A station that agrees to what it cannot do leaves the CSMS waiting for a reset that never comes."""
    await given(resets_no_evse, csms, sut)
    resets = await given(resets_seen_through, csms)
    await given(energy_transfer_started, csms, sut)
    with step("The CSMS asks for a reset of the EVSE when idle: the station refuses, and the transaction goes on"):
        await resets.ask("OnIdle", "Rejected", requirement="B12.FR.09", evseId=sut.evseId)
        await expect_transaction_goes_on(csms, requirement="B12.FR.09")


@case("TC_B_41_CS")
async def test_on_idle_several(csms, sut):
    """A reset that waits for one driver only cuts all the others off."""
    places = await given(connectors, csms, sut)
    resets = await given(resets_seen_through, csms)
    tx = await given(energy_transfer_started, csms, sut)
    other = await given(charging_at_another_evse, csms, sut, places)
    with step("The CSMS asks for a reset when idle; the station schedules it, and the transactions go on"):
        await resets.ask("OnIdle", "Scheduled", requirement="B12.FR.01")
        await expect_transaction_goes_on(csms, requirement="B12.FR.03")
    with step("One driver ends the transaction and leaves; the station waits for the other one"):
        await parking_bay_unoccupied(csms, sut, tx, becomes=("Available", "Unavailable"))  # B12, 3a
        await expect_transaction_goes_on(csms, requirement="B12.FR.03")
    with step("The other driver ends the transaction"):
        await stop_as_far_as_needed(csms, sut, other)
    with step("The station boots"):
        boot = await resets.expect_boot("ScheduledReset", requirement="B12.FR.01")
    with step("It reports its connectors"):
        status = "Occupied" if other.plugged else "Available"
        await expect_connectors_after_reset(csms, sut, boot, places, {(other.evseId, other.connectorId): status})
