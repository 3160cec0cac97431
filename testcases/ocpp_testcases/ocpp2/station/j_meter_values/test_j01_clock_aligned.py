"""J01 - Meter values by the clock, outside of transactions and within them."""

import contextlib

from ocpp_proof import case, check, given, step
from ocpp_proof.cases.errors import NotApplicable
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import moment_of
from ocpp_testcases.ocpp2.station.states.b_provisioning import configured, get_variable
from ocpp_testcases.ocpp2.station.states.e_stops import charge_for_a_while, parking_bay_unoccupied
from ocpp_testcases.ocpp2.station.states.e_transactions import energy_transfer_started
from ocpp_testcases.ocpp2.station.states.j_meter_values import measurands_aligned
from ocpp_testcases.ocpp2.station.states.j_readings import (
    CLOCK,
    TRANSACTION,
    check_context,
    check_each_has,
    check_intervals,
    check_locations,
    check_measurands,
    check_signed,
    check_within,
    end_after_readings,
    events_with,
    interval_set,
    nothing_at_the_end,
    readings,
    readings_in_events,
    signs_readings,
    wait_for_moments,
)

INTERVAL, ENDED_INTERVAL = "AlignedDataCtrlr.Interval", "AlignedDataCtrlr.TxEndedInterval"
ENDED = "TxEndedMeasurands"
WHILE_IDLE = "AlignedDataCtrlr.SendDuringIdle"
LATE = 5.0
"""Seconds by which a reading may be late where none must come."""


def of_evse(evseId: int) -> str:
    """SendDuringIdle of one EVSE, which a station may have instead of its own (Part 2, 2.7.13)."""
    return f"AlignedDataCtrlr[{evseId}].SendDuringIdle"


async def sent_while_charging(csms: Csms, sut: Sut) -> None:
    """Readings by the clock are sent while somebody charges as well, a register of several phases for each of them"""
    await configured(csms, {WHILE_IDLE: "false", of_evse(sut.evseId): "false"}, if_writable=True)
    await configured(csms, {"SampledDataCtrlr.RegisterValuesWithoutPhases": "false"}, if_writable=True)


async def sent_while_idle(csms: Csms, sut: Sut) -> bool:
    """Readings by the clock are sent only while nobody charges; returns whether that is so for the whole station"""
    for name in (WHILE_IDLE, of_evse(sut.evseId)):
        if await get_variable(csms, name) is not None:
            await configured(csms, {name: "true"}, if_implemented=True)
            return name == WHILE_IDLE
    raise NotApplicable(f"the station does not have {WHILE_IDLE}")


def told_while_idle(csms: Csms, *places: int) -> list[Message]:
    """The MeterValues that came, of all places or of these."""
    came = csms.received("MeterValues")
    return [message for message in came if not places or message.evseId in places]


@case("TC_J_01_CS")
async def test_idle(csms, sut):
    """What a site draws while nobody charges has to be accounted for as well."""
    wanted = await given(measurands_aligned, csms)
    interval = await given(interval_set, csms, sut, INTERVAL)
    with step("The station tells what its meters show, at three moments of its clock"):
        await wait_for_moments(csms, lambda: readings(told_while_idle(csms)), 3, interval)
        found = check_each_has("J01.FR.08", told_while_idle(csms), CLOCK)
        check_measurands("J01.FR.14", found, wanted, charging=False)
        check_intervals(sut, "J01.FR.14", found, interval)
        check_locations(found)


@case("TC_J_02_CS")
async def test_during_transaction(csms, sut):
    """Between the first and the last reading of a transaction lies what a driver asks about, and what a grid needs."""
    wanted = await given(measurands_aligned, csms)
    await given(sent_while_charging, csms, sut)
    interval = await given(interval_set, csms, sut, INTERVAL)
    tx = await given(energy_transfer_started, csms, sut)

    def of_transaction() -> list[Message]:
        return events_with(csms, tx, CLOCK) or told_while_idle(csms, tx.evseId)

    with step("The station tells what the meter of the transaction shows, in its events or in MeterValues"):
        await charge_for_a_while(csms, tx)
        await wait_for_moments(csms, lambda: readings(of_transaction()), 3, interval)
        others = [m for m in told_while_idle(csms) if m.evseId != tx.evseId]
        in_messages = check_each_has("J01.FR.08", of_transaction(), CLOCK)
        found = readings_in_events(csms, tx, CLOCK) or in_messages
        check_measurands("J01.FR.22", found, wanted, charging=True, elsewhere=readings(others))
        check_intervals(sut, "J01.FR.22", found, interval)
        check_locations(readings(of_transaction()))
    with step("What it tells of other meters is by the clock as well"):
        if others:
            idle = check_each_has("J01.FR.08", others, CLOCK)
            check_measurands("J01.FR.14", idle, wanted, charging=False, elsewhere=found)
            check_intervals(sut, "J01.FR.14", idle, interval, at_least=0)
            check_locations(idle)


@case("TC_J_03_CS")
async def test_ended(csms, sut):
    """Readings that come with the end alone are all that the bill of a tariff by the hour is made of."""
    wanted = await given(measurands_aligned, csms, ENDED)
    await given(sent_while_charging, csms, sut)
    alone = await given(nothing_at_the_end, csms, "SampledDataCtrlr.TxEndedMeasurands")
    interval = await given(interval_set, csms, sut, ENDED_INTERVAL)
    tx = await given(energy_transfer_started, csms, sut)
    with step("The vehicle charges, and leaves: the end of the transaction has its readings by the clock"):
        found = await end_after_readings(csms, sut, tx, interval)
        by_clock = [reading for reading in found if reading.context == CLOCK]
        check_context("J01.FR.08", found if alone else by_clock, CLOCK)
        check_measurands("E06.FR.11", by_clock, wanted, charging=False, complete=True)
        check_intervals(sut, "E06.FR.11", by_clock, interval)
        check_within(tx, by_clock)
        check_locations(found)


@case("TC_J_04_CS")
async def test_signed(csms, sut):
    """Where the law wants signed readings, one that is not signed cannot be billed."""
    wanted = await given(measurands_aligned, csms, ENDED)
    await given(sent_while_charging, csms, sut)
    await given(signs_readings, csms, "AlignedDataCtrlr")
    interval = await given(interval_set, csms, sut, ENDED_INTERVAL)
    tx = await given(energy_transfer_started, csms, sut)
    with step("The vehicle charges, and leaves: the end of the transaction has signed readings by the clock"):
        found = [r for r in await end_after_readings(csms, sut, tx, interval) if r.context == CLOCK]
        check_context("J01.FR.08", found, CLOCK)
        check_measurands("E06.FR.11", found, wanted, charging=False, complete=True)
        check_intervals(sut, "E06.FR.11", found, interval)
        await check_signed(csms, "J01.FR.21", found, tx)
        check_locations(found)


@case("TC_J_06_CS")
async def test_only_while_idle(csms, sut):
    """Readings that nobody asked for while a car charges are paid for by the message."""
    wanted = await given(measurands_aligned, csms)
    of_all = await given(sent_while_idle, csms, sut)
    interval = await given(interval_set, csms, sut, INTERVAL)

    async def expect_idle() -> None:
        csms.match_from_now_on()
        await wait_for_moments(csms, lambda: readings(told_while_idle(csms)), 2, interval)
        found = check_each_has("J01.FR.08", told_while_idle(csms), CLOCK)
        check_measurands("J01.FR.14", found, wanted, charging=False)
        check_intervals(sut, "J01.FR.14", found, interval)
        check_locations(found)

    with step("Nobody charges: the station tells what its meters show"):
        await expect_idle()
    with step("A vehicle charges"):
        tx = await energy_transfer_started(csms, sut)
    with step("The station tells nothing by the clock, of this EVSE or of any"):
        since = csms.next_index
        with contextlib.suppress(TimeoutError):
            await csms.wait_until(tx.over, interval + LATE, "an interval and five seconds to pass")
        begun = moment_of(tx.events[-1].timestamp).timestamp()
        came = [m for name in ("MeterValues", "TransactionEvent") for m in csms.received(name) if m.index >= since]
        by_clock = [r for r in readings(came) if r.context == CLOCK and r.moment > begun]
        wrong = [r for r in by_clock if of_all or r.place in (TRANSACTION, tx.evseId)]
        requirement = "J01.FR.20" if of_all else "J01.FR.19"
        check(requirement, not wrong, expected="no reading by the clock", received=wrong or "none")
    with step("The vehicle leaves"):
        await parking_bay_unoccupied(csms, sut, tx)
    with step("The station tells again what its meters show"):
        await expect_idle()
