"""The transactions of a charge point, as far as they can be known from the wire alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..exchange import Exchange
from ..times import seconds

__all__ = ["IN_STEP", "Running", "Transaction"]

_STOPS_KEPT = 50
"""Stops of which is looked whether their answers arrive: of older ones it stays unknown."""
_AT_ONCE = 1.0
"""Seconds: no sender gives up a CALL sooner, so that an answer within them is taken where it arrives."""
_KEPT = 1000
"""Transactions that are remembered."""
_REPORTED = 30.0
"""Seconds after an accepted boot in which the status of every connector has come (erratum 3.22)."""
IN_STEP = 60.0
"""Seconds by which a clock that was set may be wrong."""


@dataclass(slots=True, eq=False)
class Transaction:
    """One that was told with StartTransaction.

    `begun`: its start by the station's clock. `sure`: its last answer has most likely arrived, so that the station
    knows the last of its `numbers`. `boots` and `clock`: how often the station had booted, and its clock was set
    otherwise, when the start was told. `live`: the start was told when it happened, by a clock in step.
    """

    exchange: Exchange
    begun: float | None
    boots: int
    clock: int
    live: bool
    numbers: list[int] = field(default_factory=list)
    sure: bool = False
    prompt: bool = False
    stop: Exchange | None = None
    before: Exchange | None = None
    """The same start, where it was sent again and had no answer yet."""

    @property
    def request(self) -> dict[str, Any]:
        """The StartTransaction."""
        return self.exchange.request

    @property
    def connector(self) -> int:
        """The connector at which it runs."""
        return int(self.request["connectorId"])


class Running:
    """Is told what was said, in order, by a subject that keeps one."""

    def __init__(self) -> None:
        self.by_number: dict[int, Transaction] = {}
        """By every number that an answer gave it, stopped or not."""
        self.latest: dict[int, Transaction] = {}
        """The last one that was started at each connector."""
        self.told_connectors = 0
        """How many there are, as NumberOfConnectors said."""
        self.told_at = 0
        """How often the station had booted by then: it may have been built otherwise since."""
        self.seen_connectors = 0
        """The same, or the highest that had a status when all should have one; 0 until one of them is known."""
        self.shared: set[int] = set()
        """Numbers that two transactions had at once: what carries one may be about either."""
        self._forgotten: set[int] = set()
        self._reported = 0
        self._accepted: float | None = None
        self.boots = 0
        self.clock = 0
        self._offset: float | None = None
        self._stops: list[Exchange] = []
        """Those whose answers may not have arrived."""
        self._nothing_before: dict[int, float | None] = {}
        self._nothing_here: dict[int, float | None] = {}
        """Since when nothing but what was told can run at a connector: ever, and told on this connection."""

    # --- what was said

    def opened(self) -> None:
        """A connection was opened; what was told on the one before may not have arrived."""
        self._nothing_here.clear()
        self._stops.clear()

    def arrived(self, exchange: Exchange) -> None:
        """Before anything else of a CALL of the station: so soon after another it has not given that one up.

        What comes later may come after a time-out, while the answer is still on its way.
        """
        for one in self.latest.values():
            if one.prompt and not one.sure and _is_soon(one.exchange, exchange):
                one.sure = True
        for stop in self._stops:
            if stop.answered is not None and _is_soon(stop, exchange):
                stop.notes["arrived"] = True
        self._stops = [stop for stop in self._stops if "arrived" not in stop.notes][-_STOPS_KEPT:]

    def station_asks(self, exchange: Exchange) -> None:
        """Any CALL of the station."""
        match exchange.action:
            case "StartTransaction":
                self._start(exchange)
            case "StopTransaction":
                one = self.named(exchange.request["transactionId"])
                if one is not None:
                    one.stop, one.sure = exchange, True
                    exchange.notes["boots"] = self.boots
                    self._stops.append(exchange)
            case "MeterValues":
                one = self.named(exchange.request.get("transactionId", -1))
                if one is not None:
                    one.sure = True
            case "StatusNotification":
                self._status(exchange)
            case "BootNotification":
                self.boots += 1

    def csms_answers(self, exchange: Exchange) -> None:
        """Any answer of the CSMS that is one."""
        if exchange.response is None:
            return
        if exchange.action == "StartTransaction":
            one = next((t for t in self.latest.values() if t.exchange is exchange or t.before is exchange), None)
            if one is not None:
                self.number(one, exchange.response["transactionId"])
                assert exchange.answered is not None
                if exchange is one.before:
                    one.sure = one.prompt = False  # it may have been taken, or dropped
                    return
                one.prompt = exchange.answered - exchange.asked <= _AT_ONCE
        elif exchange.action in ("BootNotification", "Heartbeat"):
            self._clock_told(exchange)
            if exchange.response.get("status") == "Accepted" and self._accepted is None:
                self._accepted = exchange.answered

    def station_answers(self, exchange: Exchange) -> None:
        """Any answer of the station that is one: it has read what was sent to it before."""
        for one in self.latest.values():
            if one.numbers and _is_read(one.exchange, exchange):
                one.sure = True
        for stop in self._stops:
            if _is_read(stop, exchange):
                stop.notes["arrived"] = True
        if exchange.action == "GetConfiguration" and exchange.response is not None:
            for entry in exchange.response.get("configurationKey", []):
                value = str(entry.get("value", ""))
                if entry["key"].casefold() == "numberofconnectors" and value.isascii() and value.isdigit():
                    self.told_connectors = self.seen_connectors = int(value)
                    self.told_at = self.boots

    def unsound(self, exchange: Exchange) -> None:
        """What came of it nobody knows: it may have begun a transaction, or given one any number."""
        if exchange.action == "StartTransaction":
            self._nothing_before.clear()
            self._nothing_here.clear()
            number = (exchange.response or {}).get("transactionId")
            one = next((t for t in self.latest.values() if t.exchange is exchange), None)
            if one is not None:
                one.sure = one.prompt = False
                if isinstance(number, int):
                    self.number(one, number)
        elif exchange.action == "StopTransaction":
            number = exchange.request.get("transactionId")
            one = self.named(number) if isinstance(number, int) else None
            if one is not None:
                one.stop = exchange

    def number(self, one: Transaction, number: int) -> None:
        """An answer gave it this number, which may have been another's before."""
        before = self.by_number.get(number)
        if before is not None and before is not one and before.stop is None:
            self.shared.add(number)
        one.numbers.append(number)
        self.by_number[number] = one
        if len(self.by_number) > _KEPT:
            over = [number for number, known in self.by_number.items() if known.stop is not None]
            for number in over[: _KEPT // 2]:
                del self.by_number[number]
                self._forgotten.add(number)

    def named(self, number: int) -> Transaction | None:
        """The one transaction that has, or had, this number."""
        return None if number in self.shared else self.by_number.get(number)

    def _start(self, exchange: Exchange) -> None:
        connector = int(exchange.request["connectorId"])
        known = self.latest.get(connector)
        if known is not None and known.stop is None and known.request == exchange.request:  # sent again
            known.before = known.exchange if known.exchange.answered is None else None
            known.exchange, known.sure, known.prompt = exchange, False, False
            return
        begun = seconds(exchange.request["timestamp"])
        live = begun is not None and self.in_step(begun, exchange.asked)
        self.latest[connector] = Transaction(exchange, begun, self.boots, self.clock, live)
        # what ran at this connector before has been told by now: transaction messages come in their order (3.7)
        self._nothing_before[connector] = self._nothing_here[connector] = None

    def _status(self, exchange: Exchange) -> None:
        number, at = exchange.request["connectorId"], seconds(exchange.request.get("timestamp"))
        self._reported = max(self._reported, number)
        if not self.told_connectors and self._accepted is not None and exchange.asked > self._accepted + _REPORTED:
            self.seen_connectors = max(self.seen_connectors, self._reported)
        free = exchange.request["status"] == "Available"
        if number and free and at is not None and self.in_step(at, exchange.asked):
            self._nothing_before.setdefault(number, at)
            self._nothing_here.setdefault(number, at)

    def _clock_told(self, exchange: Exchange) -> None:
        told = seconds((exchange.response or {}).get("currentTime"))
        if told is None or exchange.answered is None:
            return
        offset = told - exchange.answered
        if self._offset is not None and abs(offset - self._offset) > 2:
            self.clock += 1
            for known in (self._nothing_before, self._nothing_here):
                for place in [place for place, since in known.items() if since is not None]:
                    del known[place]
        self._offset = offset

    # --- what is known

    def in_step(self, at: float, now: float) -> bool:
        """Whether the station's time `at` is about the time that was told last."""
        return self._offset is not None and abs(at - now - self._offset) <= IN_STEP

    def is_true(self) -> bool:
        """Whether the time that was told last is about that of the listener."""
        return self._offset is not None and abs(self._offset) <= IN_STEP

    def station_time(self, now: float) -> float | None:
        """What a clock shows now that follows what was told last."""
        return None if self._offset is None else now + self._offset

    def is_impossible(self, number: int, at: float | None) -> bool:
        """Whether no transaction can have had this number at this time of the station's.

        One that began before anybody listened may have any; so may one whose answer did not arrive, and one whose
        start did not, on an earlier connection, has -1.
        """
        if number in self.by_number or number in self._forgotten or not self.seen_connectors:
            return False
        if any(self._may_have_any(one) for one in self.latest.values()):
            return False
        known = self._nothing_here if number == -1 else self._nothing_before
        return all(
            place in known and ((since := known[place]) is None or (at is not None and at > since + 1))
            for place in range(1, self.seen_connectors + 1)
        )

    def _may_have_any(self, one: Transaction) -> bool:
        """Whether its number may not have arrived, or may be gone, and something may still be told of it."""
        over = one.stop is not None and "arrived" in one.stop.notes
        return not over and (not one.sure or one.boots != self.boots)


def _is_soon(before: Exchange, after: Exchange) -> bool:
    return before.connection == after.connection and after.asked - before.asked <= _AT_ONCE


def _is_read(asked: Exchange, answered: Exchange) -> bool:
    """Whether the answer to what the station asked went out before the CALL that it has answered, and in time.

    One that comes late is dropped by a station that had given up.
    """
    if asked.answered is None or asked.response is None or asked.connection != answered.connection:
        return False
    return asked.answered <= answered.asked and asked.answered - asked.asked <= _AT_ONCE
