"""Events of monitors: of those that there are, and of the variable that each watches (N04, N06, N07)."""

from __future__ import annotations

from typing import Any

from ..attributes import attribute
from ..exchange import Exchange
from ..remembered import forget_oldest
from ..rule import Rule, Side
from ..subject import Subject, on
from ..times import seconds
from ..told_clocks import ToldClocks
from .transaction import both

__all__ = ["Monitors"]

VARIABLE = Rule(
    "event-of-its-variable",
    "station",
    "An event of a monitor is about the component and the variable that the monitor is set on",
    both("N07.FR.06"),
)
KNOWN = Rule(
    "event-of-a-known-monitor",
    "station",
    "An event of a custom monitor names one that was set, or that a report of all monitors has",
    both("N07.FR.06"),
)
CLEARED = Rule(
    "event-of-a-cleared-monitor",
    "station",
    "A monitor that was cleared has no events any more",
    both("N06.FR.01"),
)
Place = tuple[str, ...]
_PLACE = 6
"""Parts of an attribute that name component and variable."""


class Monitors(Subject):
    """Monitors by their id since the last boot, which may give them other ids (N04.FR.19).

    What an event tells may be old: it may have waited for a connection. Its time decides, by the clocks that the
    station was told, or by that of the report that has all monitors.
    """

    rules = (VARIABLE, KNOWN, CLEARED)

    def begin(self) -> None:
        self._clocks = ToldClocks()
        self._forget()

    def _forget(self) -> None:
        self._places: dict[int, tuple[Place, float]] = {}
        """What each monitor watches, and since when that is known."""
        self._cleared: dict[int, Exchange] = {}
        self._setting: set[int] = set()
        """Requests to set monitors that are not answered."""
        self._reports: dict[int, tuple[Exchange, int]] = {}
        """Reports of all monitors that have begun, with the next seqNo."""
        self._all_since: float | None = None
        """When a report had all monitors, by the clock of the station."""

    def closed(self, connection: int, now: float) -> None:
        """What was asked last may have been done."""
        self._reports.clear()
        if self._setting:
            self._forget()

    def unsound(self, exchange: Exchange) -> None:
        if exchange.response is not None and exchange.action in ("BootNotification", "Heartbeat"):
            self._clocks.hear(exchange)
        if exchange.sender == "csms":
            self._forget()

    def unreadable(self, sender: Side) -> None:
        self._forget()

    @on("station asks", "BootNotification")
    def booted(self, exchange: Exchange) -> None:
        self._forget()

    @on("csms answers", "BootNotification", "Heartbeat")
    def told_time(self, exchange: Exchange) -> None:
        self._clocks.hear(exchange)

    @on("csms asks", "SetMonitoringBase", "UpdateFirmware", "DataTransfer")
    def changes(self, exchange: Exchange) -> None:
        """Sets and clears monitors by itself."""
        self._forget()

    @on("csms asks", "SetVariableMonitoring")
    def setting(self, exchange: Exchange) -> None:
        """An event of a new monitor may come before its id is told."""
        self._setting.add(id(exchange))

    @on("station answers", "SetVariableMonitoring")
    def set(self, exchange: Exchange) -> None:
        self._setting.discard(id(exchange))
        for result in (exchange.response or {}).get("setMonitoringResult", ()):
            if result["status"] == "Accepted" and "id" in result:
                self._cleared.pop(result["id"], None)
                self._places[result["id"]] = attribute(result)[:_PLACE], exchange.asked

    @on("station answers", "ClearVariableMonitoring")
    def clears(self, exchange: Exchange) -> None:
        for result in (exchange.response or {}).get("clearMonitoringResult", ()):
            if result["status"] == "Accepted":
                self._places.pop(result["id"], None)
                self._cleared[result["id"]] = exchange
        forget_oldest(self._cleared)

    @on("csms asks", "GetMonitoringReport")
    def asked(self, exchange: Exchange) -> None:
        number = exchange.request["requestId"]
        again = self._reports.pop(number, None) is not None
        if (
            not exchange.request.get("monitoringCriteria")
            and not exchange.request.get("componentVariable")
            and not again
        ):
            self._reports[number] = exchange, 0
            forget_oldest(self._reports)

    @on("station asks", "NotifyMonitoringReport")
    def reported(self, exchange: Exchange) -> None:
        request = exchange.request
        for entry in request.get("monitor", ()):
            for monitor in entry["variableMonitoring"]:
                if monitor["id"] not in self._cleared:
                    self._places.setdefault(monitor["id"], (attribute(entry)[:_PLACE], exchange.asked))
        question, wanted = self._reports.pop(request["requestId"], (None, 0))
        if question is None or (question.response or {}).get("status") != "Accepted" or request["seqNo"] != wanted:
            return
        if request.get("tbc", False):
            self._reports[request["requestId"]] = question, wanted + 1
        else:
            self._all_since = seconds(request["generatedAt"])

    @on("station asks", "NotifyEvent")
    def told(self, exchange: Exchange) -> None:
        for event in exchange.request["eventData"]:
            monitor, at = event.get("variableMonitoringId"), seconds(event["timestamp"])
            if monitor is not None and at is not None:
                self._event(exchange, event, monitor, at)

    def _event(self, exchange: Exchange, event: dict[str, Any], monitor: int, at: float) -> None:
        if cleared := self._cleared.get(monitor):
            if self._clocks.any and self._clocks.ahead(at, cleared.answered or 0.0) > self.judge.deviation:
                self._breaks(CLEARED, exchange, "no event of a monitor that was cleared", monitor, cleared.text())
        elif monitor in self._places:
            place, since = self._places[monitor]
            of = attribute(event)[:_PLACE]
            if not _within(of, place) and self._clocks.any and self._clocks.ahead(at, since) > 0:
                watched = ".".join(part for part in place if part)
                told = ".".join(part for part in of if part)
                self._breaks(VARIABLE, exchange, f"{watched}, which the monitor {monitor} watches", told, "")
        elif event["eventNotificationType"] == "CustomMonitor" and not self._setting:
            if self._all_since is None or at <= self._all_since:
                return
            known = ", ".join(map(str, self._places)) or "none"
            self._breaks(KNOWN, exchange, f"a monitor that there is: {known}", monitor, "")

    def _breaks(self, rule: Rule, exchange: Exchange, expected: str, received: object, contradicts: str) -> None:
        self.breaks(
            rule,
            exchange,
            expected=expected,
            received=str(received),
            field="eventData.variableMonitoringId",
            contradicts=contradicts,
        )


def _within(told: Place, watched: Place) -> bool:
    """Whether an event is about what is watched, or names it closer: the connector of an EVSE, an instance."""
    return all(not part or part == other for part, other in zip(watched, told, strict=True))
