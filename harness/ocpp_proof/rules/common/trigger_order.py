"""A message that TriggerMessage asks for comes after the answer to it."""

from __future__ import annotations

from typing import Any

from ..exchange import Exchange
from ..rule import Rule, Side
from ..subject import Subject, on

__all__ = ["TriggerOrder"]

ANSWERED_FIRST = Rule(
    "trigger-answered-first",
    "station",
    "TriggerMessage is answered before the message that it asks for is sent",
    {"1.6": "1.6 §5.17 first", "2.0.1": "F06.FR.04", "2.1": "F06.FR.04"},
)


class TriggerOrder(Subject):
    """Looks at messages that say of themselves that they were asked for; any other may come at any time.

    Where the same was asked for not long ago, it may be the answer to that.
    """

    rules = (ANSWERED_FIRST,)

    def begin(self) -> None:
        self._open: dict[int, str] = {}
        """What is asked for in requests that have no answer yet, by their place in memory."""
        self._early: dict[str, Exchange] = {}
        self._asked: dict[str, float] = {}
        """When each message was asked for the last time."""

    def closed(self, connection: int, now: float) -> None:
        self._open.clear()
        self._early.clear()

    def unreadable(self, sender: Side) -> None:
        """It may have been the answer."""
        self._open.clear()
        self._early.clear()

    @on("csms asks", "TriggerMessage")
    def asked(self, exchange: Exchange) -> None:
        wanted = exchange.request["requestedMessage"]
        before = self._asked.get(wanted)
        self._asked[wanted] = exchange.asked
        if before is None or exchange.asked - before > 2 * self.judge.in_time:
            self._open[id(exchange)] = wanted

    @on("station asks", "BootNotification", "MeterValues", "TransactionEvent")
    def came(self, exchange: Exchange) -> None:
        if exchange.action in self._open.values() and _says_triggered(exchange.action, exchange.request):
            self._early.setdefault(exchange.action, exchange)

    @on("station answers", "TriggerMessage")
    def answered(self, exchange: Exchange) -> None:
        wanted = self._open.pop(id(exchange), "")
        early = self._early.pop(wanted, None)
        if early is not None and (exchange.response or {}).get("status") == "Accepted":
            expected = "the answer to TriggerMessage first"
            self.breaks(ANSWERED_FIRST, early, expected=expected, received=f"{early.action} before it")


def _says_triggered(action: str, told: dict[str, Any]) -> bool:
    """Whether a message says that it was asked for; one that is from a time without connection was asked for then."""
    if action == "BootNotification":
        return told.get("reason") == "Triggered"
    if action == "TransactionEvent":
        return told["triggerReason"] == "Trigger" and not told.get("offline")
    samples = [sample for value in told["meterValue"] for sample in value.get("sampledValue", [])]
    return any(sample.get("context") == "Trigger" for sample in samples)
