"""2.9 Meter values."""

from datetime import datetime
from itertools import pairwise
from typing import Any

from ocpp_proof import case, check, check_fields, given, step
from ocpp_proof.cases.fields import Pattern
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import interval_tolerance
from ocpp_testcases.ocpp16.station.states.charging_session import charging
from ocpp_testcases.ocpp16.station.states.configuration import configured, get_configuration
from ocpp_testcases.ocpp16.station.states.idle import idle
from ocpp_testcases.ocpp16.station.states.session import Session

PERIODIC, ALIGNED = "Sample.Periodic", "Sample.Clock"
BESIDE = ("Transaction.Begin", "Transaction.End", "Trigger", "Interruption.Begin", "Interruption.End")
"""Contexts of values that a charge point may send beside those of an interval (7.35)."""
DEFAULT = "Energy.Active.Import.Register"
HOW_MANY = 3


async def measurands(csms: Csms, key: str) -> set[str]:
    """It is known which measurands are configured"""
    text = await get_configuration(csms, key) or ""
    return {part.strip() for part in text.split(",") if part.strip()} or {DEFAULT}


def measurand_names(sample: dict[str, Any]) -> set[str]:
    """How a configuration key may call what was sampled: the measurand, with its phase or without."""
    measurand = sample.get("measurand", DEFAULT)
    return {measurand} | ({f"{measurand}.{sample['phase']}"} if "phase" in sample else set())


def contexts_of(value: dict[str, Any]) -> set[str]:
    """What gave rise to one MeterValue."""
    return {sample.get("context", PERIODIC) for sample in value.get("sampledValue", [])}


def of_an_interval(message: Message) -> list[dict[str, Any]]:
    """The values in a MeterValues that an interval gave rise to."""
    return [value for value in message.meterValue or [] if not contexts_of(value) <= set(BESIDE)]


def check_value(requirement: str, value: dict[str, Any], context: str, wanted: set[str]) -> None:
    """Judge one MeterValue: its contexts, and that it has every measurand."""
    samples, contexts = value.get("sampledValue", []), contexts_of(value)
    check(requirement, contexts == {context}, expected=f"context {context}", received=sorted(contexts))
    found = set().union(*(measurand_names(sample) for sample in samples))
    check(requirement, wanted <= found, expected=sorted(wanted), received=sorted(found))


async def expect_meter_values(
    csms: Csms, sut: Sut, tx: Session, wanted: set[str], *, context: str, requirement: str, interval: int
) -> list[datetime]:
    """Judge three MeterValues of the transaction's connector; returns the times of their samples.

    Values of the start of the transaction, or that somebody asked for, are passed over.
    """
    moments: list[datetime] = []
    for _ in range(HOW_MANY):
        message = await csms.expect(
            "MeterValues",
            requirement=requirement,
            within=interval + sut.timing.event,
            connectorId=tx.connectorId,
            meterValue=Pattern("of an interval", lambda values: any(not contexts_of(v) <= set(BESIDE) for v in values)),
        )
        for value in of_an_interval(message):
            check_value(requirement, value, context, wanted)
            moments.append(datetime.fromisoformat(value["timestamp"]))
        known = {PERIODIC: (tx.id,), ALIGNED: (tx.id, None)}[context]
        check_fields("1.6 §4.7 transaction", message, {"transactionId": known})
    return moments


def alignment(interval: int) -> float:
    """How far from its time a sample of the clock may be, in seconds: the official case wants the time itself."""
    return max(0.25, interval / 10)


def check_gaps(requirement: str, sut: Sut, moments: list[datetime], interval: int) -> None:
    """Judge that the samples are an interval apart."""
    gaps = [(b - a).total_seconds() for a, b in pairwise(moments)]
    check(
        requirement,
        all(abs(gap - interval) <= interval_tolerance(sut, interval) for gap in gaps),
        expected=f"timestamps {interval} s apart",
        received=gaps,
    )


@case("TC_070_CS")
async def test_sampled(csms, sut):
    """Drivers see in the app what the samples say; with too few of them, or without what was asked for, they call."""
    interval = sut.short_interval
    await given(idle, csms, sut)
    await given(configured, csms, {"ClockAlignedDataInterval": "0", "MeterValueSampleInterval": str(interval)})
    wanted = await given(measurands, csms, "MeterValuesSampledData")
    tx = await given(charging, csms, sut)

    with step("The charge point samples what it charges"):
        moments = await expect_meter_values(
            csms,
            sut,
            tx,
            wanted,
            context=PERIODIC,
            requirement="1.6 §4.7 sampled",
            interval=interval,
        )
        check_gaps("1.6 §9.1.19", sut, moments, interval)


@case("TC_071_CS")
async def test_clock_aligned(csms, sut):
    """A grid operator adds up what all charge points measured at the same moment; a sample of another is worthless."""
    interval = sut.short_interval
    await given(idle, csms, sut)
    await given(configured, csms, {"MeterValueSampleInterval": "0", "ClockAlignedDataInterval": str(interval)})
    wanted = await given(measurands, csms, "MeterValuesAlignedData")
    tx = await given(charging, csms, sut)

    with step("The charge point samples at the intervals of the day"):
        moments = await expect_meter_values(
            csms,
            sut,
            tx,
            wanted,
            context=ALIGNED,
            requirement="1.6 §4.7 aligned",
            interval=interval,
        )
        check_gaps("1.6 §3.16.2", sut, moments, interval)
        off = [(m - m.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds() % interval for m in moments]
        check(
            "1.6 §3.16.2",
            all(min(rest, interval - rest) <= alignment(interval) for rest in off),
            expected=f"timestamps at whole intervals of {interval} s since midnight",
            received=[m.isoformat() for m in moments],
        )
