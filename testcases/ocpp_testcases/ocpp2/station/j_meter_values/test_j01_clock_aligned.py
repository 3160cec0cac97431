"""J01 - Meter values by the clock, outside of transactions and within them."""

import contextlib

from ocpp_proof import case, check, given, step
from ocpp_proof.roles.csms import Csms

from ocpp_testcases.common.clock import moment_of
from ocpp_testcases.ocpp2.station.states.b_provisioning import configured
from ocpp_testcases.ocpp2.station.states.e_points import implemented
from ocpp_testcases.ocpp2.station.states.e_stops import charge_for_a_while, parking_bay_unoccupied
from ocpp_testcases.ocpp2.station.states.e_transactions import energy_transfer_started
from ocpp_testcases.ocpp2.station.states.j_meter_values import measurands_aligned, measurands_listed
from ocpp_testcases.ocpp2.station.states.j_readings import (
    CLOCK,
    Reading,
    check_context,
    check_intervals,
    check_locations,
    check_measurands,
    check_signed,
    check_within,
    end_after_readings,
    interval_set,
    nothing_at_the_end,
    readings,
    signs_readings,
    wait_for_moments,
)

INTERVAL, ENDED_INTERVAL = "AlignedDataCtrlr.Interval", "AlignedDataCtrlr.TxEndedInterval"
ENDED = "AlignedDataCtrlr.TxEndedMeasurands"
WHILE_IDLE = "AlignedDataCtrlr.SendDuringIdle"
LATE = 5.0
"""Seconds by which a reading may be late where none must come."""


async def sent_while_charging(csms: Csms) -> None:
    """Readings by the clock are sent while somebody charges as well, a register of several phases for each of them"""
    await configured(csms, {WHILE_IDLE: "false"}, if_writable=True)
    await configured(csms, {"SampledDataCtrlr.RegisterValuesWithoutPhases": "false"}, if_writable=True)


async def sent_while_idle(csms: Csms) -> None:
    """Readings by the clock are sent only while nobody charges"""
    await implemented(csms, WHILE_IDLE)
    await configured(csms, {WHILE_IDLE: "true"}, if_implemented=True)


def idle_readings(csms: Csms) -> list[Reading]:
    """What came in MeterValues."""
    return readings(csms.received("MeterValues"))


@case("TC_J_01_CS")
async def test_idle(csms, sut):
    """What a site draws while nobody charges has to be accounted for as well."""
    wanted = await given(measurands_aligned, csms)
    interval = await given(interval_set, csms, sut, INTERVAL)
    with step("The station tells what its meters show, at three moments of its clock"):
        await wait_for_moments(csms, lambda: idle_readings(csms), 3, interval)
        found = idle_readings(csms)
        check_context("J01.FR.08", found, CLOCK)
        check_measurands("J01.FR.14", found, wanted, charging=False)
        check_intervals(sut, "J01.FR.14", found, interval)
        check_locations(found)


@case("TC_J_02_CS")
async def test_during_transaction(csms, sut):
    """Between the first and the last reading of a transaction lies what a driver asks about, and what a grid needs."""
    wanted = await given(measurands_aligned, csms)
    await given(sent_while_charging, csms)
    interval = await given(interval_set, csms, sut, INTERVAL)
    tx = await given(energy_transfer_started, csms, sut)

    def of_transaction() -> list[Reading]:
        of_this = {"triggerReason": "MeterValueClock", "transactionInfo__transactionId": tx.id}
        events = readings(csms.received("TransactionEvent", **of_this))
        return events or [reading for reading in idle_readings(csms) if reading.place == tx.evseId]

    with step("The station tells what the meter of the transaction shows, in its events or in MeterValues"):
        await charge_for_a_while(csms, tx)
        await wait_for_moments(csms, of_transaction, 3, interval)
        found = of_transaction()
        check_context("J01.FR.08", found, CLOCK)
        check_measurands("J01.FR.22", found, wanted, charging=True)
        check_intervals(sut, "J01.FR.22", found, interval)
        check_locations(found)
    with step("What it tells of other meters is by the clock as well"):
        if others := [reading for reading in idle_readings(csms) if reading.place != tx.evseId]:
            check_context("J01.FR.08", others, CLOCK)
            check_measurands("J01.FR.14", others, wanted, charging=False)
            check_intervals(sut, "J01.FR.14", others, interval, at_least=0)
            check_locations(others)


@case("TC_J_03_CS")
async def test_ended(csms, sut):
    """Readings that come with the end alone are all that the bill of a tariff by the hour is made of."""
    wanted = await given(measurands_listed, csms, ENDED)
    await given(sent_while_charging, csms)
    alone = await given(nothing_at_the_end, csms, "SampledDataCtrlr.TxEndedMeasurands")
    interval = await given(interval_set, csms, sut, ENDED_INTERVAL)
    tx = await given(energy_transfer_started, csms, sut)
    with step("The vehicle charges, and leaves: the end of the transaction has its readings by the clock"):
        found = await end_after_readings(csms, sut, tx, interval)
        by_clock = [reading for reading in found if reading.context == CLOCK]
        check_context("J01.FR.08", found if alone else by_clock, CLOCK)
        check_measurands("E06.FR.11", by_clock, wanted, charging=False)
        check_intervals(sut, "E06.FR.11", by_clock, interval)
        check_within(tx, by_clock)
        check_locations(found)


@case("TC_J_04_CS")
async def test_signed(csms, sut):
    """Where the law wants signed readings, one that is not signed cannot be billed."""
    wanted = await given(measurands_listed, csms, ENDED)
    await given(sent_while_charging, csms)
    await given(signs_readings, csms, "AlignedDataCtrlr")
    interval = await given(interval_set, csms, sut, ENDED_INTERVAL)
    tx = await given(energy_transfer_started, csms, sut)
    with step("The vehicle charges, and leaves: the end of the transaction has signed readings by the clock"):
        found = [r for r in await end_after_readings(csms, sut, tx, interval) if r.context == CLOCK]
        check_context("J01.FR.08", found, CLOCK)
        check_measurands("E06.FR.11", found, wanted, charging=False)
        check_intervals(sut, "E06.FR.11", found, interval)
        await check_signed(csms, "J01.FR.21", found, tx)
        check_locations(found)


@case("TC_J_06_CS")
async def test_only_while_idle(csms, sut):
    """Readings that nobody asked for while a car charges are paid for by the message."""
    wanted = await given(measurands_aligned, csms)
    await given(sent_while_idle, csms)
    interval = await given(interval_set, csms, sut, INTERVAL)

    async def expect_idle() -> None:
        csms.match_from_now_on()
        await wait_for_moments(csms, lambda: idle_readings(csms), 2, interval)
        found = idle_readings(csms)
        check_context("J01.FR.08", found, CLOCK)
        check_measurands("J01.FR.14", found, wanted, charging=False)
        check_intervals(sut, "J01.FR.14", found, interval)
        check_locations(found)

    with step("Nobody charges: the station tells what its meters show"):
        await expect_idle()
    with step("A vehicle charges"):
        tx = await energy_transfer_started(csms, sut)
    with step("The station tells nothing by the clock"):
        since = csms.next_index
        with contextlib.suppress(TimeoutError):
            await csms.wait_until(tx.over, interval + LATE, "an interval and five seconds to pass")
        begun = moment_of(tx.events[-1].timestamp).timestamp()
        came = [m for name in ("MeterValues", "TransactionEvent") for m in csms.received(name) if m.index >= since]
        wrong = [r for r in readings(came) if r.context == CLOCK and r.moment > begun]
        check("J01.FR.20", not wrong, expected="no reading by the clock", received=wrong or "none")
    with step("The vehicle leaves"):
        await parking_bay_unoccupied(csms, sut, tx)
    with step("The station tells again what its meters show"):
        await expect_idle()
