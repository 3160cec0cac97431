"""E16 - Transactions with fixed cost, energy or time (2.1): limits of the driver.

The official texts name other reasons than the limit that was reached in two cases (TC_E_103_CS, TC_E_105_CS), and
disagree about whether the event that a limit is reached tells it again: E16.FR.05 and FR.06 decide.
"""

from ocpp_proof import STEP, case, check_fields, given, not_judged, step

from ocpp_testcases.ocpp2.station.states.b_provisioning import configured
from ocpp_testcases.ocpp2.station.states.e_limits import (
    LIMIT,
    check_not_early,
    events_between,
    expect_confirmed,
    expect_energy_reached,
    expect_reached,
    expect_time_reached,
    expect_unlimited_event,
    limits_supported,
    newest,
    samples_energy,
    seconds_into,
)
from ocpp_testcases.ocpp2.station.states.e_transactions import (
    energy_transfer_started,
    ev_connected_pre_session,
)
from ocpp_testcases.ocpp2.station.states.i_tariff_cost import (
    check_cost,
    cost_by_csms,
    cost_by_station,
    default_tariff_set,
    seconds_to_limit,
)

HOUR = 3600


@case("TC_E_101_CS")
async def test_cost_by_driver(csms, sut):
    """A driver who wants to spend so much spends more where the station does not heed what the CSMS says."""
    await given(limits_supported, csms, "maxCost")
    await given(cost_by_csms, csms)
    await given(samples_energy, csms, sut)
    tx = await given(energy_transfer_started, csms, sut)

    with step("The driver enters a limit, and the station tells it"):
        after = newest(tx)
        await sut.set_limit("maxCost", 45.3)
        told = await expect_confirmed(tx, after, "E16.FR.01", maxCost=45.3)

    with step("The CSMS says that a little is left, and the station takes note"):
        await csms.call("CostUpdated", requirement="I02.FR.02", totalCost=44.3, transactionId=tx.id)

    with step("The station tells of the transaction"):
        near = await expect_unlimited_event(sut, tx, told)
        check_fields(STEP, near, {"triggerReason": lambda reason: reason != "LimitSet"})

    with step("The CSMS says that the limit is used up: the energy stops"):
        await csms.call("CostUpdated", requirement="I02.FR.02", totalCost=45.3, transactionId=tx.id)
        # a station may stop when the cost is near the limit (E16, scenario 2, 4b)
        said = near if near.triggerReason == "CostLimitReached" else told
        await expect_reached(tx, "CostLimitReached", said, within=csms.timing.event, of={"maxCost": 45.3})
        tx.check_sequence()


@case("TC_E_106_CS")
async def test_energy_by_driver(csms, sut):
    """A driver who wants so much energy gets more than that, and the bill for it."""
    await given(limits_supported, csms, "maxEnergy")
    await given(samples_energy, csms, sut)
    tx = await given(energy_transfer_started, csms, sut)
    energy = sut.value("energy_limit", 200)

    with step("The driver enters a limit, and the station tells it"):
        after = newest(tx)
        await sut.set_limit("maxEnergy", 10 * energy)
        told = await expect_confirmed(tx, after, "E16.FR.01", maxEnergy=10 * energy)

    with step("It is not told again"):
        await expect_unlimited_event(sut, tx, told)

    with step("The driver enters a lower limit, and the station tells it"):
        after = newest(tx)
        await sut.set_limit("maxEnergy", energy)
        told = await expect_confirmed(tx, after, "E16.FR.01", maxEnergy=energy)

    with step("The energy is reached: it stops, and where that is the stop point so does the transaction"):
        event = await expect_energy_reached(sut, tx, told, of={"maxEnergy": energy})

    with step("The driver enters a higher limit, and energy flows again"):
        if tx.ended:
            not_judged("E16.FR.14", because="the limit has ended the transaction")
        else:
            await sut.set_limit("maxEnergy", 20 * energy)
            await tx.event(
                requirement="E16.FR.14",
                seqNo=lambda number: number > event.seqNo,
                transactionInfo__chargingState=("Charging", "SuspendedEV"),  # a vehicle may have fallen asleep
            )
        tx.check_sequence()


@case("TC_E_107_CS")
async def test_time_by_driver(csms, sut):
    """A driver who has to leave at a time finds the vehicle still charging, or not charged at all."""
    await given(limits_supported, csms, "maxTime")
    await given(samples_energy, csms, sut)
    tx = await given(energy_transfer_started, csms, sut)
    seconds = int(sut.value("time_limit", 20))

    with step("The driver enters a limit, and the station tells it"):
        after = newest(tx)
        await sut.set_limit("maxTime", HOUR)
        told = await expect_confirmed(tx, after, "E16.FR.01", maxTime=HOUR)

    with step("It is not told again"):
        await expect_unlimited_event(sut, tx, told)

    with step("The driver enters a lower limit, and the station tells it"):
        after = newest(tx)
        await sut.set_limit("maxTime", seconds)
        told = await expect_confirmed(tx, after, "E16.FR.01", maxTime=seconds)

    with step("The time is over: the energy stops, and where that is the stop point so does the transaction"):
        await expect_time_reached(csms, sut, tx, told, seconds)
        tx.check_sequence()


@case("TC_E_108_CS")
async def test_cost_by_driver_calculated_by_station(csms, sut):
    """A driver sees the cost grow at the station, and it stops where the driver wanted."""
    tax = ("No Tax", "No Tax")
    seconds = seconds_to_limit(sut)
    await given(limits_supported, csms, "maxCost")
    await given(cost_by_station, csms)
    interval = str(max(1, int(seconds / 2)))
    running = {"TariffCostCtrlr.Enabled/RunningCost": "true", "TariffCostCtrlr.Interval/Cost": interval}
    await given(configured, csms, running)
    await given(configured, csms, {"SampledDataCtrlr.TxUpdatedInterval": "0"}, if_writable=True)
    tx = await given(ev_connected_pre_session, csms, sut)

    with step("The CSMS sets a tariff for time, and the station accepts it"):
        price = await default_tariff_set(csms, sut, tx, 2.0, tax)

    with step("Energy flows"):
        await energy_transfer_started(csms, sut, tx)

    with step("The station tells the cost"):
        within = int(interval) + csms.timing.event
        event = await tx.event(
            requirement="I12.FR.02", within=within, triggerReason="RunningCost", costDetails=lambda cost: bool(cost)
        )
        check_fields(STEP, event, {"eventType": "Updated", LIMIT: None})
        check_cost(event, sut, price=price, tax=tax)

    with step("The driver enters a limit, and the station tells it"):
        after = newest(tx)
        await sut.set_limit("maxCost", 2.0)
        told = await expect_confirmed(tx, after, "E16.FR.01", maxCost=2.0)

    with step("The cost is reached: the energy stops, and where that is the stop point so does the transaction"):
        within = seconds + csms.timing.event
        event = await expect_reached(tx, "CostLimitReached", told, within=within, of={"maxCost": 2.0})
        check_not_early(tx, sut, event, seconds, "E16.FR.16")
        check_cost(event, sut, price=price, tax=tax, limit=2.0 if seconds_into(tx, told) < seconds else None)
        for between in events_between(tx, told.seqNo, event):
            check_cost(between, sut, price=price, tax=tax, at_most=2.0)
        tx.check_sequence()
