"""NotifyEvent: each event has a number of its own, and the messages of one are numbered from 0."""

from __future__ import annotations

from typing import Any

from ..exchange import Exchange
from ..rule import Rule, Side
from ..subject import Subject, on
from .transaction import both

__all__ = ["Events"]

ID_ONCE = Rule(
    "event-id-once",
    "station",
    "No two events have the same eventId",
    both("event id"),
)
NUMBERS = Rule(
    "event-numbers",
    "station",
    "The NotifyEvents about one thing are numbered by seqNo from 0 in steps of one",
    both("N07.FR.07"),
)


MOST = 1000


class Events(Subject):
    """What was told before a boot may have the numbers of what comes after it; a message sent again has its own."""

    rules = (ID_ONCE, NUMBERS)

    def begin(self) -> None:
        self._events: dict[int, tuple[tuple[Any, ...], Exchange]] = {}
        self._next: int | None = None
        self._last: Exchange | None = None

    def closed(self, connection: int, now: float) -> None:
        self._next = None

    def unsound(self, exchange: Exchange) -> None:
        if exchange.action == "NotifyEvent":
            self._next = None

    def unreadable(self, sender: Side) -> None:
        self._next = None

    @on("station asks", "BootNotification")
    def booted(self, exchange: Exchange) -> None:
        self._events.clear()

    @on("csms answers", "NotifyEvent")
    def refused(self, exchange: Exchange) -> None:
        """It may be sent again, and nothing need come after it."""
        if exchange.error:
            self._next = None

    @on("station asks", "NotifyEvent")
    def told(self, exchange: Exchange) -> None:
        number, wanted = exchange.request["seqNo"], self._next
        if self._last is not None and self._last.response is None:
            wanted = None  # what was not answered may be sent again
        self._last = exchange
        if wanted is not None and number != wanted and number != 0:
            self.breaks(
                NUMBERS,
                exchange,
                expected=f"seqNo {wanted}",
                received=str(number),
                field="seqNo",
            )
        self._next = number + 1 if exchange.request.get("tbc", False) else 0
        for event in exchange.request["eventData"]:
            what = _what(event)
            before, said = self._events.setdefault(event["eventId"], (what, exchange))
            if before != what and said is not exchange and said.response is None:
                self._events[event["eventId"]] = what, exchange  # sent again, perhaps by a clock that was set meanwhile
            elif before != what:
                self.breaks(
                    ID_ONCE,
                    exchange,
                    expected=f"an eventId that no other event has than the one of {what[0]}",
                    received=str(event["eventId"]),
                    field="eventData.eventId",
                    contradicts=said.text(),
                    # of one thing, and its return to normal, no sentence says that they are two events
                    should=before[1:-1] == what[1:-1],
                )
        while len(self._events) > MOST:
            del self._events[next(iter(self._events))]


def _what(event: dict[str, Any]) -> tuple[Any, ...]:
    """What makes an event the one it is: when it was, and about what."""
    component, variable = event["component"], event["variable"]
    return event["timestamp"], str(component.get("evse")), component["name"], variable["name"], event["actualValue"]
