"""J02 - Sampled meter values of a transaction."""

from ocpp_proof import case, given, step
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import now
from ocpp_testcases.common.records import check_recorded
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted, booted_with
from ocpp_testcases.ocpp2.csms.states.e_transactions import (
    authorized,
    energy_transfer_started,
    ev_connected_pre_session,
)
from ocpp_testcases.ocpp2.csms.states.j_meter_values import ENERGY, Meter, ended_with_readings, interval


async def samples(station: Station, sut: Sut, when: str) -> None:
    """Booted, by a station that reads its meter at intervals while a transaction runs"""
    station.has(f"SampledDataCtrlr.{when}Interval", str(interval(sut)))
    station.has(f"SampledDataCtrlr.{when}Measurands", ENERGY)
    await booted(station, sut)


@case("TC_J_07_CSMS")
async def test_transaction_begin(station, sut):
    """The reading at the start of a transaction is what the bill is worked out from; losing it loses the revenue."""
    station.has("SampledDataCtrlr.TxStartedMeasurands", ENERGY)
    await given(booted, station, sut)
    start = sut.number(1000, 900_000)
    sample = {"value": start, "context": "Transaction.Begin", "measurand": ENERGY}
    with step("The cable is plugged in, and the transaction begins with a reading of the meter"):
        meter_value = [{"timestamp": now(), "sampledValue": [sample]}]
        tx = await ev_connected_pre_session(station, sut, requirement="J02.FR.19", meterValue=meter_value)
        await check_recorded(sut, tx, meterStart=start)


@case("TC_J_08_CSMS")
async def test_evse_not_known(station, sut):
    """Whoever presents a card before the cable has no meter yet: the first reading comes with the EVSE."""
    station.has("SampledDataCtrlr.TxStartedMeasurands", ENERGY)
    await given(booted_with, station, sut, TxStartPoint="Authorized")
    meter = Meter(station, sut, by_clock=False)
    with step("The driver is authorized, and the transaction starts without an EVSE"):
        tx = await authorized(station, sut, evse=None)
    with step("The cable is plugged in: the EVSE is known, and its meter is read"):
        values = meter.show("Transaction.Begin")
        await ev_connected_pre_session(station, sut, tx, requirement="J02.FR.19", meterValue=values)
        await check_recorded(sut, tx, meterStart=meter.wh)
    with step("Energy flows"):
        await energy_transfer_started(station, sut, tx)


@case("TC_J_09_CSMS")
async def test_updated(station, sut):
    """A driver who looks at the app wants to see what the car has taken so far."""
    await given(samples, station, sut, "TxUpdated")
    tx = await given(energy_transfer_started, station, sut)
    meter = Meter(station, sut, by_clock=False)
    async for moment in meter.moments(at_least=3):
        with step(f"The station tells what the meter of the transaction showed at {moment}"):
            values = meter.show("Sample.Periodic", moment=moment)
            await tx.event("MeterValuePeriodic", meterValue=values, timestamp=moment, requirement="J02.FR.19")
            await check_recorded(sut, tx, active=True, meterStop=meter.wh)


@case("TC_J_10_CSMS")
async def test_ended(station, sut):
    """A station may keep the readings of a transaction for its end, and they are all that the bill is made of."""
    await given(samples, station, sut, "TxEnded")
    tx = await given(energy_transfer_started, station, sut)
    await ended_with_readings(station, sut, tx, Meter(station, sut, by_clock=False))


@case("TC_J_11_CSMS")
async def test_signed(station, sut):
    """Where the law wants signed readings, a CSMS that cannot take them cannot bill one session."""
    await given(samples, station, sut, "TxEnded")
    tx = await given(energy_transfer_started, station, sut)
    await ended_with_readings(station, sut, tx, Meter(station, sut, by_clock=False, signs=True))
