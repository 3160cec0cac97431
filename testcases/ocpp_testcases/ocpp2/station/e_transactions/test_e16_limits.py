"""E16 - Transactions with fixed cost, energy or time (2.1): limits of the CSMS for energy and time.

The official text of TC_E_105_CS names another reason than the limit that was reached, and the texts
disagree about whether the event that a limit is reached tells it again: E16.FR.05 and FR.06 decide. Of an event Ended
the text of TC_E_100_CS names no chargingState, the others EVConnected.
"""

import contextlib
from typing import Any

from ocpp_proof import STEP, case, check, check_fields, given, step
from ocpp_proof.cases.errors import DriverError
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.station.states.e_limits import (
    LIMIT,
    answered_with,
    events_between,
    expect_confirmed,
    expect_energy_reached,
    expect_time_reached,
    expect_unlimited_event,
    limits_supported,
    newest,
    samples_energy,
)
from ocpp_testcases.ocpp2.station.states.e_transactions import (
    Session,
    energy_transfer_started,
)

HOUR = 3600


@case("TC_E_100_CS")
async def test_energy_by_csms(csms, sut):
    """A driver who has paid for so much energy would get more, or none."""
    await given(limits_supported, csms, "maxEnergy")
    await given(samples_energy, csms, sut)
    tx = await given(energy_transfer_started, csms, sut)
    energy = sut.value("energy_limit", 200)
    told = await _limited_twice(csms, sut, tx, {"maxEnergy": 10 * energy}, {"maxEnergy": energy})

    with step("The energy is reached: it stops, and where that is the stop point so does the transaction"):
        await expect_energy_reached(sut, tx, told, of={"maxEnergy": energy}, state_at_end=None)
        tx.check_sequence()


@case("TC_E_102_CS")
async def test_energy_by_both(csms, sut):
    """A driver could lift the limit of the operator, and charge what nobody pays for."""
    supported = await given(limits_supported, csms, "maxEnergy")
    await given(samples_energy, csms, sut)
    tx = await given(energy_transfer_started, csms, sut)
    energy = sut.value("energy_limit", 200)
    hour = {"maxTime": HOUR} if "maxTime" in supported else {}

    with step("The station tells of the transaction, and the CSMS answers with limits"):
        event = await answered_with(csms, sut, tx, transactionLimit={"maxEnergy": 10 * energy, **hour})
        check_fields(STEP, event, {LIMIT: None})

    with step("The station tells the limits"):
        told = await expect_confirmed(tx, event.seqNo, "E16.FR.03", maxEnergy=10 * energy, **hour)

    with step("They are not told again"):
        await expect_unlimited_event(sut, tx, told)

    with step("The driver enters a lower limit, and the station tells it"):
        after = newest(tx)
        await sut.set_limit("maxEnergy", 5 * energy)
        await expect_confirmed(tx, after, "E16.FR.01", also=hour, maxEnergy=5 * energy)

    with step("The driver enters a higher limit than that of the CSMS, which the station does not take"):
        after = newest(tx)
        with contextlib.suppress(DriverError):
            await sut.set_limit("maxEnergy", 20 * energy)

    with step("The station tells of the transaction, with no higher limit than that of the CSMS, which lowers it"):
        event = await answered_with(csms, sut, tx, transactionLimit={"maxEnergy": energy})

    with step("The station tells the new limit"):
        lowered = await expect_confirmed(tx, event.seqNo, "E16.FR.03", also=hour, maxEnergy=energy)
        for message in (*events_between(tx, after, lowered), event):
            told_energy = message.at(f"{LIMIT}.maxEnergy")
            check(
                "E16.FR.04",
                told_energy is None or told_energy <= 10 * energy,
                expected=f"no maxEnergy above {10 * energy:g}, which the CSMS has set",
                received=told_energy,
            )

    with step("The energy is reached: it stops, and where that is the stop point so does the transaction"):
        await expect_energy_reached(sut, tx, lowered, of={"maxEnergy": energy, **hour})
        tx.check_sequence()


@case("TC_E_105_CS")
async def test_time_by_csms(csms, sut):
    """A place that is booked for so long would be occupied for longer."""
    await given(limits_supported, csms, "maxTime")
    await given(samples_energy, csms, sut)
    tx = await given(energy_transfer_started, csms, sut)
    seconds = int(sut.value("time_limit", 300))
    told = await _limited_twice(csms, sut, tx, {"maxTime": 12 * seconds}, {"maxTime": seconds})

    with step("The time is over: the energy stops, and where that is the stop point so does the transaction"):
        await expect_time_reached(csms, sut, tx, told, seconds)
        tx.check_sequence()


async def _limited_twice(csms: Csms, sut: Sut, tx: Session, first: dict[str, Any], second: dict[str, Any]) -> Message:
    """The CSMS sets a limit, and then a lower one; gives the event that tells that."""
    with step("The station tells of the transaction, and the CSMS answers with a limit"):
        event = await answered_with(csms, sut, tx, transactionLimit=first)
        check_fields(STEP, event, {LIMIT: None})

    with step("The station tells the limit, once"):
        told = await expect_confirmed(tx, event.seqNo, "E16.FR.03", **first)

    with step("It tells more of the transaction, and the CSMS answers with a lower limit"):
        event = await answered_with(csms, sut, tx, transactionLimit=second)
        for message in (*events_between(tx, told.seqNo, event), event):
            check_fields(STEP, message, {LIMIT: None})

    with step("The station tells the new limit, once"):
        return await expect_confirmed(tx, event.seqNo, "E16.FR.03", **second)
