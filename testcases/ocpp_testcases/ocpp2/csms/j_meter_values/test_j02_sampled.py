"""J02 - Sampled meter values of a transaction."""

from ocpp_proof import case, given, step

from ocpp_testcases.common.clock import now
from ocpp_testcases.common.records import check_recorded
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.e_transactions import ev_connected_pre_session


@case("TC_J_07_CSMS")
async def test_transaction_begin(station, sut):
    """The reading at the start of a transaction is what the bill is worked out from; losing it loses the revenue."""
    station.has("SampledDataCtrlr.TxStartedMeasurands", "Energy.Active.Import.Register")
    await given(booted, station, sut)
    start = sut.number(1000, 900_000)
    sample = {"value": start, "context": "Transaction.Begin", "measurand": "Energy.Active.Import.Register"}
    with step("The cable is plugged in, and the transaction begins with a reading of the meter"):
        meter_value = [{"timestamp": now(), "sampledValue": [sample]}]
        tx = await ev_connected_pre_session(station, sut, requirement="J02.FR.19", meterValue=meter_value)
        await check_recorded(sut, tx, meterStart=start)
