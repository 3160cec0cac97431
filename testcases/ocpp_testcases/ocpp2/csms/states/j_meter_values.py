"""J, meter values: what the meters of the station that the harness plays show, and when it tells that."""

from __future__ import annotations

import math
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from typing import Any

from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import step
from ocpp_proof.roles.event_ids import new_event_id
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import now
from ocpp_testcases.common.records import check_recorded
from ocpp_testcases.common.signed_readings import SigningMeter
from ocpp_testcases.ocpp2.csms.states.e_transactions import Transaction, ev_connected_post_session, ev_disconnected

__all__ = ["ENERGY", "Meter", "ended_with_readings", "interval", "reading", "send_clock_aligned"]

ENERGY = "Energy.Active.Import.Register"


def reading(wh: int, context: str, *, moment: str = "") -> list[dict[str, Any]]:
    """A meterValue: the energy register of the EVSE in Wh, read at a time as OCPP writes it (empty: now)."""
    return [{"timestamp": moment or now(), "sampledValue": [{"value": wh, "context": context}]}]


def interval(sut: Sut) -> int:
    """Seconds between two readings: three of them are in a transaction duration, or there is one each second."""
    return max(1, math.floor(sut.timing.transaction / 3))


class Meter:
    """A register that counts on, and is read at an interval: by the clock, or from now on.

    `seconds`: the interval; `signs`: whether it signs what it shows.
    """

    def __init__(self, station: Station, sut: Sut, *, by_clock: bool, signs: bool = False) -> None:
        self.seconds = interval(sut)
        self.wh = sut.number(1000, 900_000)
        self.context = "Sample.Clock" if by_clock else "Sample.Periodic"
        self._station = station
        self._seal = SigningMeter(sut.text(12)) if signs else None
        self._first = math.ceil(time.time() / self.seconds) * self.seconds if by_clock else time.time() + self.seconds

    def show(self, context: str, *, moment: str = "") -> list[dict[str, Any]]:
        """What the meter shows now, or at this moment, a little more than before."""
        self.wh += 1 + len(context)
        moment = moment or now()
        sample: dict[str, Any] = {"value": self.wh, "context": context, "measurand": ENERGY}
        if self._seal:
            sample["signedMeterValue"] = self._seal.sign(self.wh, moment, context)
        return [{"timestamp": moment, "sampledValue": [sample]}]

    async def moments(self, *, at_least: int, for_seconds: float = 0.0) -> AsyncIterator[str]:
        """The moments at which the meter is read: those that were already, and each of the others when it has come."""
        until = time.time() + for_seconds
        for number in count():
            due = self._first + number * self.seconds
            if number >= at_least and due > until:
                return
            with suppress(TimeoutError):
                await self._station.wait_until(_never, max(0.0, due - time.time()), "the next reading of the meter")
            yield datetime.fromtimestamp(due, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _never() -> bool:
    return False


async def send_clock_aligned(station: Station, meter: Meter, evseId: int, moment: str, *, requirement: str) -> None:
    """Tell of one EVSE, or with 0 of the station's own meter, both ways that a station may choose.

    With `requirement` that the MeterValues are answered is judged as this requirement.
    """
    values = meter.show("Sample.Clock", moment=moment)
    await station.call("MeterValues", evseId=evseId, meterValue=values, requirement=requirement)
    place = {"evse": {"id": evseId}} if evseId else {}
    event = {
        "eventId": new_event_id(),
        "timestamp": moment,
        "trigger": "Periodic",
        "actualValue": str(meter.wh),
        "eventNotificationType": "HardWiredMonitor",
        "component": {"name": "FiscalMetering", **place},
        "variable": {"name": "EnergyImportRegister"},
    }
    await station.call("NotifyEvent", generatedAt=now(), seqNo=0, eventData=[event], requirement=STEP)


async def ended_with_readings(station: Station, sut: Sut, tx: Transaction, meter: Meter) -> None:
    """The transaction duration passes, the transaction ends, and its last event has all the readings of it"""
    with step("The driver stops, and the transaction ends with its readings and the last one"):
        await ev_connected_post_session(station, sut, tx)
        values = []
        async for moment in meter.moments(at_least=1):
            values += meter.show(meter.context, moment=moment)
        values += meter.show("Transaction.End")
        await ev_disconnected(station, sut, tx, requirement="J02.FR.19", meterValue=values)
        await check_recorded(sut, tx, active=False, meterStop=meter.wh)
