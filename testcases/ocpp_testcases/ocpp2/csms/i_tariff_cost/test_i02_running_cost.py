"""I02 - The running cost during charging."""

from typing import Any

from ocpp_proof import case, check, given, step

from ocpp_testcases.common.clock import now
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.e_transactions import (
    authorized,
    energy_transfer_started,
    ev_connected_pre_session,
)


def reading(wh: int, context: str) -> list[dict[str, Any]]:
    """A meter value: the energy register of the EVSE."""
    return [{"timestamp": now(), "sampledValue": [{"value": wh, "context": context}]}]


@case("TC_I_01_CSMS")
async def test_running_cost(station, sut):
    """A driver who is not told what charging costs until now cannot stop before it gets too much."""
    await given(booted, station, sut)
    start = sut.number(1000, 900_000)
    with step("The driver presents a token that the CSMS knows, plugs in, and energy flows"):
        tx = await authorized(station, sut, meterValue=reading(start, "Transaction.Begin"))
        await ev_connected_pre_session(station, sut, tx)
        await energy_transfer_started(station, sut, tx)
    with step("The station reports the meter twice, and the CSMS tells the cost"):
        costs = []
        for used in (5_000, 15_000):
            answer = await tx.event("MeterValuePeriodic", meterValue=reading(start + used, "Sample.Periodic"))
            costs.append(answer.totalCost)
        told = any(cost is not None for cost in costs)
        updated = (
            None if told else await station.expect_optional("CostUpdated", within=sut.timing.event, transactionId=tx.id)
        )
        check(
            "I02.FR.01",
            told or updated is not None,
            expected="totalCost in an answer, or CostUpdated",
            received=updated.payload if updated else costs,
        )
