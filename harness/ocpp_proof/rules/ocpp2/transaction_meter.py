"""What TransactionEvents tell of meters: registers only go up, and samples are of the time of their event."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ..exchange import Exchange
from ..rule import Rule
from .transaction import Transaction, TransactionSubject, both, nothing_missed, seconds

__all__ = ["TransactionMeter"]

REGISTERS = Rule(
    "meter-register-does-not-fall",
    "station",
    "A register of imported or exported energy does not fall while a transaction runs",
    both("J02.FR.16"),
)
SAMPLES = Rule(
    "samples-until-their-event",
    "station",
    "Where an event before the end has several meterValue, none is later than the event",
    both("J02.FR.10"),
)
_FRACTION = 1.0
"""Seconds by which a time may be late that is told without its fraction."""
DEFAULT = "Energy.Active.Import.Register"


class TransactionMeter(TransactionSubject):
    """Compares samples of one transaction that are of the same register, in the same unit, at different times.

    A restart may set the register of a meter that keeps it in memory only: what a lost connection lies between is not
    compared.
    """

    rules = (REGISTERS, SAMPLES)

    def event(self, transaction: Transaction, exchange: Exchange) -> None:
        self._samples_in_time(exchange)
        last: dict[Any, tuple[float, float, str, Exchange]] = transaction.notes.setdefault("registers", {})
        if transaction.evse != transaction.notes.get("evse of registers", transaction.evse):
            last.clear()  # another meter
        transaction.notes["evse of registers"] = transaction.evse
        for when, time, key, value in sorted(_samples(exchange.request), key=lambda sample: sample[0]):
            before = last.get(key)
            if before is not None and before[0] >= when and nothing_missed(before[3], exchange):
                continue
            if before is not None and _falls(before[1], value) and nothing_missed(before[3], exchange):
                self.breaks(
                    REGISTERS,
                    exchange,
                    expected=f"{key[0]} of at least {before[1]:g} {key[3]}, as at {before[2]}",
                    received=f"{value:g} at {time}",
                    field="meterValue.sampledValue.value",
                    contradicts=before[3].text(),
                )
            last[key] = (when, value, time, exchange)

    def _samples_in_time(self, exchange: Exchange) -> None:
        """Only the last event may have values of more than its own interval, and one alone is of any time."""
        values, event = exchange.request.get("meterValue", []), seconds(exchange.request["timestamp"])
        if exchange.request["eventType"] == "Ended" or len(values) < 2 or event is None:
            return
        late = [one["timestamp"] for one in values if (seconds(one["timestamp"]) or event) >= event + _FRACTION]
        if late:
            self.breaks(
                SAMPLES,
                exchange,
                expected=f"meterValue.timestamp not after that of the event, {exchange.request['timestamp']}",
                received=late[0],
                field="meterValue.timestamp",
            )


def _falls(before: float, value: float) -> bool:
    """By more than the same reading may differ that is rounded otherwise: a signed one, one of the clock."""
    coarse = min(_places(before), _places(value))
    return before - value >= 10.0**-coarse * (1 - 1e-9)


def _places(value: float) -> int:
    """How many decimal places a number is told with, as far as they are not 0."""
    return max(0, -int(Decimal(repr(value)).normalize().as_tuple().exponent))


def _samples(request: dict[str, Any]) -> Iterator[tuple[float, str, tuple[str, ...], float]]:
    for values in request.get("meterValue", []):
        when = seconds(values["timestamp"])
        for sample in values["sampledValue"]:
            measurand = sample.get("measurand", DEFAULT)
            if when is None or not measurand.endswith((".Import.Register", ".Export.Register")):
                continue
            unit = sample.get("unitOfMeasure") or {}
            key = (
                measurand,
                sample.get("phase", ""),
                sample.get("location", "Outlet"),
                unit.get("unit", "Wh"),
                str(unit.get("multiplier", 0)),
            )
            yield when, values["timestamp"], key, float(sample["value"])
