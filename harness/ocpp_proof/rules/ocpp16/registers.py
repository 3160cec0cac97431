"""1.6: within a transaction the register of imported energy does not fall (sections 4.7, 7.31)."""

from __future__ import annotations

from typing import Any

from ..exchange import Exchange
from ..rule import Rule
from ..subject import Subject, on
from ..times import seconds

__all__ = ["Registers"]

ENERGY = "Energy.Active.Import.Register"
REGISTER_FALLS = Rule(
    "register-falls",
    "station",
    "The register of imported energy does not fall within a transaction",
    {"1.6": "1.6 §7.31"},
)
_Reading = tuple[float, float, float, str]
"""When, how many Wh, by how many Wh it is rounded, and as it was written."""


class Registers(Subject):
    """Readings of one meter at one place. Only what comes later, by its own time too, is compared.

    A clock that is set back, and values that waited in a queue, so say nothing.
    """

    rules = (REGISTER_FALLS,)

    def begin(self) -> None:
        """Nothing was read."""
        self._last: dict[tuple[Any, ...], _Reading] = {}

    @on("station asks", "BootNotification")
    def booted(self, exchange: Exchange) -> None:
        """Some meters begin anew with the station."""
        self._last.clear()

    @on("station asks", "StartTransaction")
    def started(self, exchange: Exchange) -> None:
        """A CSMS may give a number again."""
        place = exchange.request["connectorId"]
        self._last = {key: reading for key, reading in self._last.items() if key[0] not in (0, place)}

    @on("station asks", "MeterValues")
    def values(self, exchange: Exchange) -> None:
        """Values that name their transaction."""
        number = exchange.request.get("transactionId", -1)
        if number != -1:
            place = exchange.request["connectorId"]
            self._read(exchange, exchange.request["meterValue"], self._last, (place, number), "meterValue")

    @on("station asks", "StopTransaction")
    def stopped(self, exchange: Exchange) -> None:
        """The values of a stop are judged among themselves: they were told of before, or not."""
        self._read(exchange, exchange.request.get("transactionData", []), {}, (), "transactionData")

    def _read(
        self,
        exchange: Exchange,
        values: list[dict[str, Any]],
        last: dict[tuple[Any, ...], _Reading],
        owner: tuple[Any, ...],
        field: str,
    ) -> None:
        for value in values:
            at = seconds(value["timestamp"])
            for sample in value["sampledValue"]:
                reading = _reading(sample, at)
                if reading is None:
                    continue
                key = (*owner, sample.get("location", "Outlet"), sample.get("phase"), sample.get("unit", "Wh"))
                before = last.get(key)
                if before is not None and reading[0] <= before[0]:
                    continue
                last[key] = reading
                if before is not None and reading[1] < before[1] - max(before[2], reading[2]) * 1.001:
                    self.breaks(
                        REGISTER_FALLS,
                        exchange,
                        expected=f"{ENERGY} of at least {before[3]}",
                        received=reading[3],
                        field=f"{field}.sampledValue.value",
                    )


def _reading(sample: dict[str, Any], at: float | None) -> _Reading | None:
    if at is None or sample.get("measurand", ENERGY) != ENERGY or sample.get("format", "Raw") != "Raw":
        return None
    text, factor = str(sample["value"]), 1000.0 if sample.get("unit") == "kWh" else 1.0
    try:
        value = float(text)
    except ValueError:
        return None
    decimals = len(text.partition(".")[2]) if "e" not in text.lower() else 0
    return at, value * factor, factor * 10.0**-decimals, f"{text} {sample.get('unit', 'Wh')}"
