"""J01 - Meter values by the clock, outside of transactions and within them."""

from ocpp_proof import case, given, step
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.records import check_recorded
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.e_transactions import energy_transfer_started
from ocpp_testcases.ocpp2.csms.states.j_meter_values import (
    ENERGY,
    Meter,
    ended_with_readings,
    interval,
    send_clock_aligned,
)

OWN_METER = 0
"""The evseId that stands for the meter of the whole station."""


async def reads_by_the_clock(station: Station, sut: Sut, measurands: str, seconds: str = "Interval") -> None:
    """Booted, by a station whose meters are read by the clock"""
    station.has(f"AlignedDataCtrlr.{seconds}", str(interval(sut)))
    station.has(f"AlignedDataCtrlr.{measurands}", ENERGY)
    await booted(station, sut)


def places(sut: Sut) -> list[int]:
    """The station's own meter and those of its EVSEs."""
    return sorted({OWN_METER, 1, 2, sut.evseId})


@case("TC_J_01_CSMS")
async def test_idle(station, sut):
    """What a site draws while nobody charges has to be accounted for as well."""
    await given(reads_by_the_clock, station, sut, "Measurands")
    meters = {evseId: Meter(station, sut, by_clock=True) for evseId in places(sut)}
    async for moment in meters[OWN_METER].moments(at_least=3):
        with step(f"The station tells what its meters showed at {moment}"):
            for evseId, meter in meters.items():
                await send_clock_aligned(station, meter, evseId, moment, requirement="J01.FR.18")


@case("TC_J_02_CSMS")
async def test_during_transaction(station, sut):
    """The readings of a transaction are the driver's, those of the other meters are not."""
    await given(reads_by_the_clock, station, sut, "Measurands")
    tx = await given(energy_transfer_started, station, sut)
    meters = {evseId: Meter(station, sut, by_clock=True) for evseId in places(sut)}
    async for moment in meters[OWN_METER].moments(at_least=2, for_seconds=sut.timing.transaction):
        with step(f"The station tells what the meters showed where nobody charges, at {moment}"):
            for evseId in meters.keys() - {tx.evseId}:
                await send_clock_aligned(station, meters[evseId], evseId, moment, requirement="J01.FR.18")
        with step("and in the transaction"):
            values = meters[tx.evseId].show("Sample.Clock", moment=moment)
            await tx.event("MeterValueClock", meterValue=values, timestamp=moment, requirement="J02.FR.19")
    await check_recorded(sut, tx, active=True, meterStop=meters[tx.evseId].wh)


@case("TC_J_03_CSMS")
async def test_ended(station, sut):
    """A station may keep the readings of a transaction for its end, and they are all that the bill is made of."""
    await given(reads_by_the_clock, station, sut, "TxEndedMeasurands", "TxEndedInterval")
    tx = await given(energy_transfer_started, station, sut)
    await ended_with_readings(station, sut, tx, Meter(station, sut, by_clock=True))


@case("TC_J_04_CSMS")
async def test_signed(station, sut):
    """Where the law wants signed readings, a CSMS that cannot take them cannot bill one session."""
    await given(reads_by_the_clock, station, sut, "TxEndedMeasurands", "TxEndedInterval")
    tx = await given(energy_transfer_started, station, sut)
    await ended_with_readings(station, sut, tx, Meter(station, sut, by_clock=True, signs=True))
