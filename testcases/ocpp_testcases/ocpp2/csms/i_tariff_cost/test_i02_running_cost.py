"""I02 - The running cost during charging."""

from ocpp_proof import case, check_fields, given, step
from ocpp_proof.cases.fields import Pattern

from ocpp_testcases.common.connection import check_stays_connected
from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.e_transactions import (
    authorized,
    energy_transfer_started,
    ev_connected_pre_session,
)
from ocpp_testcases.ocpp2.csms.states.j_meter_values import reading

TARIFF = "the CSMS has to have a tariff for the station"
NOT_NEGATIVE = Pattern("0 or more", lambda cost: cost >= 0)


@case("TC_I_01_CSMS")
async def test_running_cost(station, sut):
    """A driver who is not told what charging costs until now cannot stop before it gets too much."""
    station.has("SampledDataCtrlr.TxStartedMeasurands", "Energy.Active.Import.Register")
    await given(booted, station, sut)
    start = sut.number(1000, 900_000)
    with step("The driver presents a token that the CSMS knows, plugs in, and energy flows"):
        tx = await authorized(station, sut, meterValue=reading(start, "Transaction.Begin"))
        await ev_connected_pre_session(station, sut, tx)
        await energy_transfer_started(station, sut, tx)
    for used in (5_000, 15_000):
        with step("The station reports the meter when its interval is over, and the CSMS tells the cost"):
            await check_stays_connected(station, within=sut.short_interval)
            since = station.next_index
            answer = await tx.event("MeterValuePeriodic", meterValue=reading(start + used, "Sample.Periodic"))
            if answer.totalCost is None:
                await station.expect(
                    "CostUpdated", requirement="I02.FR.01", since=since, note=TARIFF, transactionId=ignoring_case(tx.id)
                )
            else:
                check_fields("I02.FR.01", answer, {"totalCost": NOT_NEGATIVE})
