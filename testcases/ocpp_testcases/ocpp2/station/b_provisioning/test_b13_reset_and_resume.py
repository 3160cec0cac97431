"""B13 - Reset with an ongoing transaction that is resumed (2.1)."""

from ocpp_proof import case, given, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.station.states.b_provisioning import configured, connectors, expect_booted_event
from ocpp_testcases.ocpp2.station.states.b_reset import (
    Resets,
    expect_connectors_after_reset,
    resets_seen_through,
)
from ocpp_testcases.ocpp2.station.states.e_resumption import TIMEOUT, expect_resumed, resumes_energy, resumes_within
from ocpp_testcases.ocpp2.station.states.e_transactions import Session, energy_transfer_started
from ocpp_testcases.ocpp2.station.states.g_availability import Place

LONG, ENOUGH = 999, 600
"""Seconds that no reset of these cases takes."""


async def reset_and_boot(csms: Csms, sut: Sut, resets: Resets, tx: Session, places: list[Place]) -> None:
    """The station accepts the reset, says so in the transaction, boots, and reports its connectors and its start."""
    with step("The CSMS asks for a reset at once, after which the transaction is to go on"):
        await resets.ask("ImmediateAndResume", "Accepted", requirement="B13.FR.03")
        tx.cable_kept = True  # who holds the lock after it is the station's
        await tx.event(requirement="B13.FR.04", eventType="Updated", triggerReason="ResetCommand")
    with step("The station boots, and reports its connectors and its start"):
        boot = await resets.expect_boot("RemoteReset", requirement="B13.FR.21")
        await expect_connectors_after_reset(csms, sut, boot, places, {(tx.evseId, tx.connectorId): "Occupied"})
        await expect_booted_event(csms)


async def resumed_and_charging(csms: Csms, sut: Sut, energy: bool) -> tuple[Session, Resets, list[Place], int]:
    """Transactions are resumed, with or without their energy; energy flows. The last value: seconds until it does."""
    await given(resumes_within, csms, LONG, or_more_than=ENOUGH)
    delay = await given(resumes_energy, csms, energy)
    places = await given(connectors, csms, sut)
    resets = await given(resets_seen_through, csms)
    return await given(energy_transfer_started, csms, sut), resets, places, delay


@case("TC_B_101_CS")
async def test_resumption_off(csms, sut):
    """A station that cannot resume transactions, and agrees to it, ends them where nobody expects it."""
    await given(configured, csms, {TIMEOUT: "0"}, if_implemented=True)
    resets = await given(resets_seen_through, csms)
    with step("The CSMS asks for a reset after which transactions are to go on: the station refuses"):
        await resets.ask("ImmediateAndResume", "Rejected", requirement="B13.FR.01")
    with step("Nothing is reset"):
        await csms.expect_none("BootNotification", requirement="B13.FR.01", within=csms.timing.transaction)


@case("TC_B_102_CS")
async def test_resumed_without_energy(csms, sut):
    """Where energy must not flow again by itself, a reset must not make it flow, nor lose the transaction."""
    tx, resets, places, _ = await resumed_and_charging(csms, sut, False)
    await reset_and_boot(csms, sut, resets, tx, places)
    with step("The transaction is resumed, without energy"):
        resumed = await expect_resumed(
            csms,
            tx,
            "SuspendedEVSE",
            requirement="B13.FR.25",
            told="B13.FR.30",
            kept="B13.FR.23",
            counts="B13.FR.23",
        )
    with step("No energy flows"):
        charging = {"transactionInfo__chargingState": "Charging"}
        within = sut.timing.transaction
        since = resumed.index  # it may be told until the reset
        await csms.expect_none("TransactionEvent", requirement="B13.FR.25", within=within, since=since, **charging)


@case("TC_B_103_CS")
async def test_resumed_with_energy(csms, sut):
    """A driver who left the vehicle to charge overnight finds it empty, where a reset has ended the transaction."""
    tx, resets, places, delay = await resumed_and_charging(csms, sut, True)
    await reset_and_boot(csms, sut, resets, tx, places)
    with step("The transaction is resumed, and energy flows again"):
        await expect_resumed(
            csms,
            tx,
            "Charging",
            requirement="B13.FR.24",
            told="B13.FR.30",
            kept="B13.FR.23",
            counts="B13.FR.23",
            within=delay,
            first="SuspendedEVSE" if delay else None,
        )


@case("TC_B_104_CS")
async def test_without_transaction(csms, sut):
    """Who resets stations in this way at night wants those that nobody uses to be reset as well."""
    await given(resumes_within, csms, LONG, or_more_than=0)
    places = await given(connectors, csms, sut)
    resets = await given(resets_seen_through, csms)
    with step("The CSMS asks for a reset after which transactions are to go on; there is none"):
        await resets.ask("ImmediateAndResume", "Accepted", requirement="B13.FR.02")
    with step("The station boots, and reports its connectors and its start"):
        boot = await resets.expect_boot("RemoteReset")
        await expect_connectors_after_reset(csms, sut, boot, places)
        await expect_booted_event(csms)
