"""The times that a station writes are those of the clock that it was told (1.6: 4.2, 4.6; 2.x: B01, G02)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..exchange import Exchange
from ..rule import Rule
from ..subject import Subject, on
from ..times import seconds
from ..told_clocks import ToldClocks

__all__ = ["Clock"]

CLOCK_AHEAD = Rule(
    "clock-ahead",
    "station",
    "No message tells of what lies in the future by the clock that the station was told",
    {"1.6": "1.6 §4.2 clock", "2.0.1": "B01.FR.06", "2.1": "B01.FR.06"},
)
CLOCK_BEHIND = Rule(
    "clock-behind",
    "station",
    "What a station was asked for has not happened before it was asked for",
    {"1.6": "1.6 §4.2 clock", "2.0.1": "B01.FR.06", "2.1": "B01.FR.06"},
)
_KEPT = 100
"""Requests that are remembered."""
_OFF = 60.0
"""Seconds by which a clock that was set may be wrong."""
_FUTURE = ("timestamp", "generatedAt")
"""Fields that say when something was; others (validTo, startSchedule) lie ahead."""
_ACTIONS = {
    "StatusNotification",
    "StartTransaction",
    "StopTransaction",
    "MeterValues",
    "TransactionEvent",
    "NotifyEvent",
    "NotifyReport",
    "NotifyMonitoringReport",
    "NotifyCustomerInformation",
    "SecurityEventNotification",
}


class Clock(Subject):
    """Two clocks are right: the one that was told last, and that of the listener (NTP): a time is wrong by both."""

    rules = (CLOCK_AHEAD, CLOCK_BEHIND)

    def begin(self) -> None:
        """No clock was told."""
        self._clocks = ToldClocks()
        self._asked_for: dict[tuple[str, Any], Exchange] = {}
        self._from_heartbeats = False
        self._connected = 0.0

    def opened(self, connection: int, now: float) -> None:
        """What was asked for on another connection may have been lost."""
        self._asked_for.clear()

    def unsound(self, exchange: Exchange) -> None:
        """A time that a case made wrong is a clock that was told, where it is one."""
        if exchange.response is not None and exchange.action in ("BootNotification", "Heartbeat"):
            self._clocks.hear(exchange)

    @on("csms answers", "BootNotification", "Heartbeat")
    def told(self, exchange: Exchange) -> None:
        """A clock."""
        self._clocks.hear(exchange)

    @on("station answers")
    def answered(self, exchange: Exchange) -> None:
        """What will tell its time, and where the station has its time from."""
        response = exchange.response or {}
        if response.get("status") == "Accepted":
            request = exchange.request
            match exchange.action:
                case "GetBaseReport" | "GetReport" | "GetMonitoringReport":
                    self._asked_for["report", request["requestId"]] = exchange
                case "RemoteStopTransaction" | "RequestStopTransaction":
                    self._asked_for["stop", request["transactionId"]] = exchange
                case "RequestStartTransaction" if not response.get("transactionId"):
                    self._asked_for["start", request["remoteStartId"]] = exchange
            while len(self._asked_for) > _KEPT:
                del self._asked_for[next(iter(self._asked_for))]
        for result in response.get("setVariableResult", []):
            if result["variable"]["name"].casefold() == "timesource":
                self._from_heartbeats = False
        for result in response.get("getVariableResult", []):
            if (
                result["variable"]["name"].casefold() == "timesource"
                and result.get("attributeType", "Actual") == "Actual"
            ):
                sources = str(result.get("attributeValue", "")).casefold().replace(" ", "").split(",")
                self._from_heartbeats = sources == ["heartbeat"]

    @on("station asks", *_ACTIONS)
    def says(self, exchange: Exchange) -> None:
        """Held against the clocks."""
        if not self._clocks.any:
            return
        for field, text, moment in _times(exchange.request):
            ahead = self._clocks.ahead(moment, exchange.asked)
            if ahead > _OFF:
                expected = f"at most {_OFF:g} s ahead"
                # any other time may have been written down before the clock was told
                self._breaks(CLOCK_AHEAD, exchange, field, text, expected, "", field != "generatedAt")
                break
        since = self._cause(exchange)
        at = seconds(exchange.request.get("timestamp", exchange.request.get("generatedAt")))
        if since is None or at is None:
            return
        behind = self._clocks.behind(at, since.asked)
        if behind > _OFF:
            field = "timestamp" if "timestamp" in exchange.request else "generatedAt"
            told = str(exchange.request[field])
            self._breaks(CLOCK_BEHIND, exchange, field, told, f"after {since.action}", since.text())

    def _cause(self, exchange: Exchange) -> Exchange | None:
        """The request without which this message would not have come."""
        request, info = exchange.request, exchange.request.get("transactionInfo") or {}
        match exchange.action:
            case "NotifyReport" | "NotifyMonitoringReport":
                return self._asked_for.get(("report", request.get("requestId")))
            case "StopTransaction":
                return self._asked_for.get(("stop", request["transactionId"]))
            case "TransactionEvent" if request["eventType"] == "Ended":
                return self._asked_for.get(("stop", info["transactionId"]))
            case "TransactionEvent" if request["triggerReason"] == "RemoteStart" and not request.get("offline"):
                return self._asked_for.get(("start", info.get("remoteStartId")))
        return None

    def _breaks(
        self, rule: Rule, exchange: Exchange, field: str, text: str, expected: str, cause: str, should: bool = False
    ) -> None:
        now = f"{self._clocks.last:+.0f} s"
        self.breaks(
            rule,
            exchange,
            expected=f"{field} {expected} (the clock that was told is {now} from that of the listener)",
            received=f"{field} {text}",
            field=field,
            contradicts=cause,
            should=should or not self._from_heartbeats,
        )


def _times(payload: Any, depth: int = 0) -> Iterator[tuple[str, str, float]]:
    """Every time in a message that lies behind it: its field, as it is written, in seconds."""
    if isinstance(payload, list):
        for item in payload:
            yield from _times(item, depth)
    elif isinstance(payload, dict) and depth < 6:
        for name, value in payload.items():
            if name == "customData":
                continue
            if name in _FUTURE and isinstance(value, str):
                at = seconds(value)
                if at is not None:
                    yield name, value, at
            elif isinstance(value, list | dict):
                yield from _times(value, depth + 1)
