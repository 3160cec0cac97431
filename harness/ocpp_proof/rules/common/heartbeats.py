"""A station shows that it is there by the interval that it was told, and not all the time (1.6: 4.6; 2.x: G02)."""

from __future__ import annotations

from collections import deque

from ..exchange import Exchange
from ..rule import Rule
from ..subject import Subject, on
from .registration import asked_for

__all__ = ["Heartbeats"]

HEARTBEATS_COME = Rule(
    "heartbeats-come",
    "station",
    "A station that has nothing else to say sends a Heartbeat in each interval",
    {"2.0.1": "G02.FR.02", "2.1": "G02.FR.02"},  # 1.6, 4.6: over WebSocket a heartbeat is not mandatory
)
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
    """When the station spoke last, and how many heartbeats came of late."""

    rules = (HEARTBEATS_COME, HEARTBEATS_WITHOUT_END)

    def begin(self) -> None:
        """No interval was told."""
        self._interval = 0.0
        self._boot: Exchange | None = None
        self._spoke: tuple[float, float] | None = None
        """When the station said something last, and for how long nobody could listen until then."""
        self._beats: deque[float] = deque()
        self._asked_for = 0

    def opened(self, connection: int, now: float) -> None:
        """It counts from here."""
        self._spoke = None

    def closed(self, connection: int, now: float) -> None:
        """Nothing can come."""
        self._spoke = None

    def unsound(self, exchange: Exchange) -> None:
        """It may have changed the interval, or asked for heartbeats."""
        if exchange.sender == "csms":
            self._boot = None
            self._beats.clear()
        elif exchange.action == "BootNotification":
            self._boot = None

    @on("csms answers", "BootNotification")
    def booted(self, exchange: Exchange) -> None:
        """The interval of an answer that accepts."""
        accepted = (exchange.response or {}).get("status") == "Accepted"
        self._boot = exchange if accepted else None
        self._interval = float((exchange.response or {}).get("interval", 0)) if accepted else 0.0

    @on("station answers", "SetVariables", "ChangeConfiguration")
    def changed(self, exchange: Exchange) -> None:
        """Whoever changes settings may have changed this one; what comes of it is told with the next boot."""
        if "heartbeat" in str(exchange.request).casefold():
            self._boot = None

    @on("csms asks", "TriggerMessage", "ExtendedTriggerMessage", "DataTransfer")
    def triggered(self, exchange: Exchange) -> None:
        """One is asked for."""
        self._asked_for += len({"Heartbeat", "*"} & asked_for(exchange))

    @on("station asks", "Heartbeat")
    def beat(self, exchange: Exchange) -> None:
        """One more."""
        if self._asked_for:
            self._asked_for -= 1
            return
        now = exchange.asked
        self._beats.append(now)
        while self._beats[0] < now - _WINDOW:
            self._beats.popleft()
        if len(self._beats) > _MOST and not 0 < self._interval <= 1:
            self.breaks(
                HEARTBEATS_WITHOUT_END,
                exchange,
                expected="at most one Heartbeat a second",
                received=f"{len(self._beats)} in {_WINDOW:g} s",
                contradicts=self._boot.answer_text() if self._boot is not None else "",
                should=True,
            )

    @on("station asks")
    def asks(self, exchange: Exchange) -> None:
        """It is there."""
        if exchange.action != "Heartbeat":
            self._beats.clear()  # some send one with whatever else they say
        self._speaks(exchange, exchange.asked)

    @on("station answers")
    def answers(self, exchange: Exchange) -> None:
        """An answer shows it as well."""
        self._speaks(exchange, exchange.answered or exchange.asked)

    @on("csms asks")
    def asked(self, exchange: Exchange) -> None:
        """The CSMS speaks: is the station still there?"""
        self._silent(exchange, exchange.asked)

    def _speaks(self, exchange: Exchange, now: float) -> None:
        self._silent(exchange, now)
        self._spoke = now, self.judge.held_up()

    def _silent(self, exchange: Exchange, now: float) -> None:
        boot = self._boot
        if boot is None or not boot.confirmed or self._interval < 1 or self._spoke is None:
            return
        passed = now - self._spoke[0] - (self.judge.held_up() - self._spoke[1])
        if passed > 2 * self._interval + 10:
            self.breaks(
                HEARTBEATS_COME,
                exchange,
                expected=f"a Heartbeat within {self._interval:g} s",
                received=f"nothing for {passed:.0f} s",
                contradicts=boot.answer_text(),
            )
