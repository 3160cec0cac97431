"""E17 - Resuming a transaction after an interruption (2.1)."""

from ocpp_proof import STEP, case, given, step
from ocpp_proof.cases.steps import not_applicable

from ocpp_testcases.ocpp2.station.states.b_provisioning import get_variable
from ocpp_testcases.ocpp2.station.states.e_resumption import (
    TIMEOUT,
    expect_another,
    expect_boot_with_cable,
    expect_ended_by_power,
    expect_resumed,
    outage_longer_than_timeout,
    power_fails,
    resumes_energy,
    resumes_within,
)
from ocpp_testcases.ocpp2.station.states.e_transactions import energy_transfer_started

LONG, ENOUGH = 999, 600
"""Seconds that no power failure of these cases lasts."""


@case("TC_E_112_CS")
async def test_resumed_without_energy(csms, sut):
    """After a power failure somebody else's vehicle may be at the cable: it must not charge on the old bill."""
    await given(resumes_within, csms, LONG, or_more_than=ENOUGH)
    await given(resumes_energy, csms, False)
    tx = await given(energy_transfer_started, csms, sut)

    with step("The power fails for a while"):
        others = await power_fails(csms, sut, tx, sut.timing.transaction)

    with step("The station boots, and reports its connectors and its start"):
        await expect_boot_with_cable(csms, tx, others)

    with step("The transaction is resumed, without energy"):
        await expect_resumed(csms, tx, "SuspendedEVSE", "EVConnected", requirement="E17.FR.12")

    with step("No energy flows"):
        await csms.expect_none(
            "TransactionEvent",
            requirement="E17.FR.12",
            within=sut.timing.transaction,
            transactionInfo__chargingState="Charging",
        )


@case("TC_E_113_CS")
async def test_resumed_with_energy(csms, sut):
    """A vehicle that has to be ready in the morning is not, where the power failed for a moment at night."""
    await given(resumes_within, csms, LONG, or_more_than=ENOUGH)
    delay = await given(resumes_energy, csms, True)
    tx = await given(energy_transfer_started, csms, sut)

    with step("The power fails for a while"):
        others = await power_fails(csms, sut, tx, sut.timing.transaction)

    with step("The station boots, and reports its connectors and its start"):
        await expect_boot_with_cable(csms, tx, others)

    with step("The transaction is resumed, and energy flows again"):
        meanwhile = "SuspendedEVSE" if delay else None
        await expect_resumed(csms, tx, "Charging", requirement="E17.FR.11", within=delay, first=meanwhile)


@case("TC_E_114_CS")
async def test_resumption_not_supported(csms, sut):
    """A transaction that the CSMS believes to have ended would go on after a power failure, and be billed to nobody."""
    if await given(get_variable, csms, TIMEOUT) is not None:
        raise not_applicable(f"the station has {TIMEOUT}")
    tx = await given(energy_transfer_started, csms, sut)

    with step("The power fails for a while, and the station boots"):
        others = await power_fails(csms, sut, tx, sut.timing.transaction)
        await expect_boot_with_cable(csms, tx, others)

    with step("No transaction is resumed; whether the end of the old one is told is left to the station"):
        tx.ended = await csms.expect_none(
            "TransactionEvent", requirement=STEP, within=sut.timing.transaction, triggerReason="TxResumed"
        )


@case("TC_E_115_CS")
async def test_resumption_switched_off(csms, sut):
    """Where transactions are not to be resumed, the bill has to end with the power."""
    await given(resumes_within, csms, 0)
    tx = await given(energy_transfer_started, csms, sut)

    with step("The power fails for a while, and the station boots"):
        others = await power_fails(csms, sut, tx, sut.timing.transaction)
        await expect_boot_with_cable(csms, tx, others)

    with step("The transaction has ended, before the station was dark or after it, and the station says why"):
        await expect_ended_by_power(csms, tx, "PowerLoss", "Reboot")


@case("TC_E_116_CS")
async def test_interrupted_for_too_long(csms, sut):
    """Who has left after a long power failure must not pay for what the next one charges."""
    seconds = outage_longer_than_timeout(sut)
    await given(resumes_within, csms, seconds)
    tx = await given(energy_transfer_started, csms, sut)

    with step("The power fails for longer than a transaction may be interrupted"):
        others = await power_fails(csms, sut, tx, seconds + 1, exactly=True)

    with step("The station boots, and reports its connectors and its start"):
        await expect_boot_with_cable(csms, tx, others)

    with step("The transaction ends, and the station says why"):
        await expect_ended_by_power(csms, tx, "PowerLoss")

    with step("Where the cable is a start point, it may begin another transaction"):
        await expect_another(csms, tx)
