"""J02 - Sampled meter values of a transaction."""

from ocpp_proof import STEP, case, check, check_fields, given, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.station.states.b_provisioning import configured, get_variable, members
from ocpp_testcases.ocpp2.station.states.e_points import starts_before_the_cable
from ocpp_testcases.ocpp2.station.states.e_stops import charge_for_a_while
from ocpp_testcases.ocpp2.station.states.e_transactions import (
    energy_transfer_started,
    ev_connected_pre_session,
    parking_bay_occupied,
)
from ocpp_testcases.ocpp2.station.states.j_meter_values import ENERGY, measurands_sampled, shown_at_once
from ocpp_testcases.ocpp2.station.states.j_readings import (
    CLOCK,
    PERIODIC,
    check_context,
    check_each_has,
    check_intervals,
    check_locations,
    check_measurands,
    check_signed,
    end_after_readings,
    events_with,
    interval_set,
    nothing_at_the_end,
    readings,
    readings_in_events,
    signs_readings,
    wait_for_moments,
)

START = "TxCtrlr.TxStartPoint"
END = "Transaction.End"
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
        expected = shown_at_once(wanted, charging=True)
        missing = expected - {s.get("measurand", ENERGY) for s in samples if s.get("context") == "Transaction.Begin"}
        told = f"{sorted(expected)}, at Transaction.Begin"
        check("E02.FR.09", not missing, expected=told, received=samples or "none")
        check_locations(readings(tx.events[:1]))


@case("TC_J_08_CS")
async def test_evse_not_known(csms, sut):
    """Whoever presents a card before the cable has no meter yet: its first reading comes with the EVSE."""
    await given(starts_before_the_cable, csms)
    wanted = await given(measurands_sampled, csms, "TxStartedMeasurands")
    with step("The driver is authorized, plugs in, and energy flows"):
        tx = await energy_transfer_started(csms, sut)
    with step("An event that names the EVSE, or tells that energy flows, has the readings that are configured"):
        # the table wants them with the EVSE, E01.FR.17 when charging starts
        found = [reading for reading in readings(tx.events) if reading.context == "Transaction.Begin"]
        check_context("E03.FR.11", found, "Transaction.Begin")
        check_measurands("E03.FR.11", found, wanted, charging=False)
        check_locations(found)


@case("TC_J_09_CS")
async def test_updated(csms, sut):
    """A driver who looks at the app wants to see what the car has taken so far."""
    wanted = await given(measurands_sampled, csms, "TxUpdatedMeasurands")
    interval = await given(interval_set, csms, sut, "SampledDataCtrlr.TxUpdatedInterval")
    tx = await given(energy_transfer_started, csms, sut)
    with step("The station tells at its interval what the meter shows"):
        await charge_for_a_while(csms, tx)
        await wait_for_moments(csms, lambda: readings_in_events(csms, tx, PERIODIC), 3, interval)
        events, found = events_with(csms, tx, PERIODIC), readings_in_events(csms, tx, PERIODIC)
        check_each_has("J02.FR.04", events, PERIODIC)
        check_measurands("J02.FR.11", found, wanted, charging=True)
        check_intervals(sut, "J02.FR.11", found, interval)
        check_locations(readings(events))


async def ended_with_readings(csms: Csms, sut: Sut, *, signed: bool) -> None:
    """A transaction ends with what was sampled in it"""
    wanted = await given(measurands_sampled, csms, "TxEndedMeasurands")
    await given(nothing_at_the_end, csms, "AlignedDataCtrlr.TxEndedMeasurands")
    if signed:
        await given(signs_readings, csms, "SampledDataCtrlr")
    interval = await given(interval_set, csms, sut, "SampledDataCtrlr.TxEndedInterval")
    tx = await given(energy_transfer_started, csms, sut)
    with step("The vehicle charges, and leaves: the end of the transaction has its readings, and the last one"):
        found = [r for r in await end_after_readings(csms, sut, tx, interval) if r.context != CLOCK]
        check_context("J02.FR.04", found, "Transaction.Begin", PERIODIC, END)
        between = [reading for reading in found if reading.context == PERIODIC]
        check_context("J02.FR.04", between, PERIODIC)
        last = [reading for reading in found if reading.context == END]
        check_context("E06.FR.11", last, END)
        check_measurands("E06.FR.11", last, wanted, charging=False)
        check_measurands("E06.FR.11", between, wanted, charging=False, complete=True)
        check_intervals(sut, "E06.FR.11", between, interval)
        if signed:
            await check_signed(csms, "J02.FR.21", found, tx)
        check_locations(found)


@case("TC_J_10_CS")
async def test_ended(csms, sut):
    """A station may keep the readings of a transaction for its end, and they are all that the bill is made of."""
    await ended_with_readings(csms, sut, signed=False)


@case("TC_J_11_CS")
async def test_signed(csms, sut):
    """Where the law wants signed readings, one that is not signed cannot be billed."""
    await ended_with_readings(csms, sut, signed=True)
