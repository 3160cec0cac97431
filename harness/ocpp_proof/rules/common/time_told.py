"""The time that a CSMS tells is the time."""

from __future__ import annotations

from datetime import UTC, datetime

from ..exchange import Exchange
from ..rule import Rule
from ..subject import Subject, on
from ..times import seconds

__all__ = ["TimeTold"]

AT_BOOT = Rule(
    "time-at-boot",
    "csms",
    "currentTime in the answer to BootNotification is the time",
    {"1.6": "1.6 §4.2 time", "2.0.1": "B01.FR.02", "2.1": "B01.FR.02"},
)
OF_HEARTBEAT = Rule(
    "time-of-a-heartbeat",
    "csms",
    "currentTime in the answer to Heartbeat is the time",
    {"1.6": "1.6 §4.6", "2.0.1": "G02.FR.03", "2.1": "G02.FR.03"},
)


class TimeTold(Subject):
    """Compared with the clock of whoever listens: only what is off by more than two clocks may be is a fault."""

    rules = (AT_BOOT, OF_HEARTBEAT)

    @on("csms answers", "BootNotification", "Heartbeat")
    def told(self, exchange: Exchange) -> None:
        """Any moment between question and answer will do: an answer may be long on its way. A CALLERROR tells none."""
        if exchange.response is None or exchange.answered is None:
            return
        rule = AT_BOOT if exchange.action == "BootNotification" else OF_HEARTBEAT
        told = seconds(exchange.response["currentTime"])
        off = self.judge.deviation
        if told is not None and not exchange.asked - off <= told <= exchange.answered + off:
            now = datetime.fromtimestamp(exchange.answered, UTC).isoformat(timespec="seconds")
            self.breaks(
                rule,
                exchange,
                expected=f"currentTime {now}, at most {off:g} s off",
                received=str(exchange.response["currentTime"]),
                field="currentTime",
            )
