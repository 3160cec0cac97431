"""A station shows that it is there now and then, and not all the time (1.6: 4.6; 2.x: G02)."""

from __future__ import annotations

from collections import deque

from ..exchange import Exchange
from ..rule import Rule
from ..subject import Subject, on
from .registration import asked_for

__all__ = ["Heartbeats"]

HEARTBEATS_WITHOUT_END = Rule(
    "heartbeats-without-end",
    "station",
    "Heartbeats and nothing else do not come many times a second, whatever the interval is",
    {"1.6": "1.6 §4.6 interval", "2.0.1": "G02.FR.01", "2.1": "G02.FR.01"},
)
_WINDOW = 10.0
_MOST = 15
"""Heartbeats in such a window, where the interval is no second: one a second would be eleven."""


class Heartbeats(Subject):
    """How many heartbeats came of late, one after the other.

    That they come at all is no rule: over WebSocket 1.6 demands none, and 2.x none where other messages are sent.
    """

    rules = (HEARTBEATS_WITHOUT_END,)

    def begin(self) -> None:
        """No interval was told."""
        self._boot: Exchange | None = None
        self._beats: deque[float] = deque()
        self._asked_for = 0

    def opened(self, connection: int, now: float) -> None:
        """Those that had waited come at once."""
        self._beats.clear()

    def unsound(self, exchange: Exchange) -> None:
        """It may have changed the interval, or asked for heartbeats."""
        self._boot = None
        self._beats.clear()

    @on("csms answers", "BootNotification")
    def booted(self, exchange: Exchange) -> None:
        """The interval of an answer that accepts."""
        accepted = (exchange.response or {}).get("status") == "Accepted"
        self._boot = exchange if accepted else None

    @on("station answers", "SetVariables", "ChangeConfiguration")
    def changed(self, exchange: Exchange) -> None:
        """Whoever changes settings may have changed the interval; what holds is told with the next boot."""
        if "heartbeat" in str(exchange.request).casefold():
            self._boot = None

    @on("csms asks", "TriggerMessage", "ExtendedTriggerMessage", "DataTransfer")
    def triggered(self, exchange: Exchange) -> None:
        """One is asked for."""
        self._asked_for += len({"Heartbeat", "*"} & asked_for(exchange))

    @on("station asks")
    def heard(self, exchange: Exchange) -> None:
        """Some send one with whatever else they say."""
        if exchange.action != "Heartbeat":
            self._beats.clear()
            return
        if self._asked_for:
            self._asked_for -= 1
            return
        now = exchange.asked
        self._beats.append(now)
        while self._beats[0] < now - _WINDOW:
            self._beats.popleft()
        interval = float((self._boot.response or {})["interval"]) if self._boot is not None else 1.0
        if len(self._beats) > _MOST and not 0 < interval <= 1:
            self.breaks(
                HEARTBEATS_WITHOUT_END,
                exchange,
                expected="at most one Heartbeat a second",
                received=f"{len(self._beats)} in {_WINDOW:g} s",
                contradicts=self._boot.answer_text() if self._boot is not None else "",
                should=True,
            )
