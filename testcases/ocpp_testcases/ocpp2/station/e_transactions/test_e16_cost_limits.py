"""E16 - Transactions with fixed cost, energy or time (2.1): limits of the CSMS for the cost.

The official text of TC_E_103_CS names another reason than the limit that was reached: E16.FR.05 and FR.06 decide.
"""

from ocpp_proof import case, check, check_fields, given, step

from ocpp_testcases.ocpp2.station.states.e_limits import (
    LIMIT,
    NAMES,
    answered_with,
    check_not_early,
    events_between,
    expect_confirmed,
    expect_reached,
    expect_unlimited_event,
    limits_supported,
    samples_energy,
    seconds_into,
)
from ocpp_testcases.ocpp2.station.states.e_transactions import (
    authorized,
    energy_transfer_started,
    ev_connected_pre_session,
)
from ocpp_testcases.ocpp2.station.states.i_tariff_cost import (
    check_cost,
    cost_by_csms,
    cost_by_station,
    default_tariff_set,
    expect_cost_at_end,
    seconds_to_limit,
)


@case("TC_E_103_CS")
async def test_cost_by_csms_calculated_by_station(csms, sut):
    """A station that calculates the cost itself is the only one that knows when the money is used up."""
    tax = ("MyTax1", "MyTax2")
    await given(limits_supported, csms, "maxCost")
    await given(cost_by_station, csms)
    await given(samples_energy, csms, sut)
    tx = await given(ev_connected_pre_session, csms, sut)

    with step("The CSMS sets a tariff for time, and the station accepts it"):
        price = await default_tariff_set(csms, sut, tx, 120.0, tax)

    with step("Energy flows"):
        await energy_transfer_started(csms, sut, tx)

    with step("The station tells of the transaction, and the CSMS answers with a limit"):
        event = await answered_with(csms, sut, tx, transactionLimit={"maxCost": 120.0})

    with step("The station tells the limit, once"):
        told = await expect_confirmed(tx, event.seqNo, "E16.FR.03", maxCost=120.0)

    with step("The cost is reached: the energy stops, and where that is the stop point so does the transaction"):
        seconds = seconds_to_limit(sut)
        within = seconds + csms.timing.event
        event = await expect_reached(tx, "CostLimitReached", told, within=within, of={"maxCost": 120.0})
        check_not_early(tx, sut, event, seconds, "E16.FR.16")
        limit = 120.0 if seconds_into(tx, told) < seconds else None
        check_cost(event, sut, price=price, tax=tax, limit=limit)
        tx.check_sequence()

    if event.costDetails is None and not tx.ended:
        with step("The CSMS stops the transaction: its end tells the cost"):
            await expect_cost_at_end(tx, sut, price=price, tax=tax)


@case("TC_E_104_CS")
async def test_cost_by_csms(csms, sut):
    """A prepaid card would be overdrawn where the station does not heed what the CSMS says of the cost."""
    await given(limits_supported, csms, "maxCost")
    await given(cost_by_csms, csms)
    await given(samples_energy, csms, sut)
    tx = await given(authorized, csms, sut)
    limit = {"maxCost": 99.13}

    with step("The cable is plugged in, and the CSMS answers the first event with a limit"):
        answer = csms.answer("TransactionEvent", times=1, transactionLimit=limit)
        await ev_connected_pre_session(csms, sut, tx)
        csms.remove(answer)

    with step("Energy flows, and the CSMS answers the first event with the same limit"):
        answer = csms.answer("TransactionEvent", times=1, transactionLimit=limit)
        await energy_transfer_started(csms, sut, tx)
        if not answer.used:
            csms.remove(answer)
            await answered_with(csms, sut, tx, transactionLimit=limit)

    with step("The station tells the limit"):
        known = next((event for event in tx.events if event.at(LIMIT)), None)
        told = known or await expect_confirmed(tx, -1, "E16.FR.03", maxCost=99.13)
        check_fields("E16.FR.03", told, {f"{LIMIT}.{name}": limit.get(name) for name in NAMES})

    with step("The CSMS says that half of it is used, and energy flows on"):
        event = await answered_with(csms, sut, tx, totalCost=50.34)
        again = await expect_unlimited_event(sut, tx, event, confirmed_twice=True)
        for message in (*events_between(tx, event.seqNo, again), again):
            reason = message.triggerReason
            check("E16.FR.15", reason != "CostLimitReached", expected="no CostLimitReached yet", received=reason)

    with step("The CSMS says that it costs more than the limit: the energy stops"):
        event = await answered_with(csms, sut, tx, totalCost=120.34)
        await expect_reached(tx, "CostLimitReached", event, within=csms.timing.event, of=limit)
        tx.check_sequence()
