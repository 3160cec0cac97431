"""What a CSMS says to a station that it has not accepted."""

from __future__ import annotations

from ..exchange import Exchange
from ..rule import Rule, Side
from ..subject import Subject, on

__all__ = ["NotAccepted"]

SILENT_WHEN_REJECTED = Rule(
    "silent-when-rejected",
    "csms",
    "A CSMS asks nothing of a station that it has rejected",
    {"1.6": "1.6 §4.2 rejected CSMS", "2.0.1": "B03.FR.03", "2.1": "B03.FR.03"},
)
SECURITY_ERROR = Rule(
    "security-error-before-accepted",
    "csms",
    "A CSMS answers what a station that is not accepted says unasked with SecurityError",
    {"2.0.1": "B01.FR.10", "2.1": "B01.FR.10"},
)
_WAITS = ("Pending", "Rejected")
_LETS_SPEAK = ("TriggerMessage", "GetBaseReport", "GetReport")
"""What lets a station speak before it is accepted (B01.FR.10)."""


class NotAccepted(Subject):
    """Follows the last answer to BootNotification. Nothing is known of a station that booted before we listened."""

    rules = (SILENT_WHEN_REJECTED, SECURITY_ERROR)

    def begin(self) -> None:
        """Nothing was told yet."""
        self._status = ""
        self._booting = False
        self._asked_to_speak = False

    def closed(self, connection: int, now: float) -> None:
        """It counts until the next boot, over whatever connection; a boot without answer may have been accepted."""
        if self._booting:
            self.begin()

    def unsound(self, exchange: Exchange) -> None:
        """A boot that was made wrong may have been taken for one."""
        if exchange.action == "BootNotification":
            self.begin()

    def unreadable(self, sender: Side) -> None:
        """May have been a boot, or its answer."""
        self.begin()

    @on("station asks", "BootNotification")
    def boots(self, exchange: Exchange) -> None:
        """Until it is answered nothing is certain: what the CSMS says may come before its answer.

        What lets a station speak that waits to be accepted still does when it boots again.
        """
        if self._status not in _WAITS and exchange.request.get("reason") != "Triggered":
            self._asked_to_speak = False
        self._booting = True

    @on("csms answers", "BootNotification")
    def told(self, exchange: Exchange) -> None:
        """A CALLERROR leaves open what the station is."""
        self._booting = False
        self._status = str(exchange.response["status"]) if exchange.response is not None else ""

    @on("csms asks")
    def asked(self, exchange: Exchange) -> None:
        """Asked on a connection on which the station was told that it is rejected."""
        self._asked_to_speak |= exchange.action in _LETS_SPEAK
        if self._status == "Rejected" and not self._booting:
            self.breaks(
                SILENT_WHEN_REJECTED,
                exchange,
                expected="no CALL to a station that was rejected",
                received=exchange.text(),
                contradicts="the last answer to BootNotification says Rejected",
            )

    @on("csms answers")
    def answered(self, exchange: Exchange) -> None:
        """What the station was asked for in any way may be answered as usual."""
        if exchange.action == "BootNotification" or self._booting or self._asked_to_speak:
            return
        if self._status in _WAITS and exchange.error != "SecurityError":
            self.breaks(
                SECURITY_ERROR,
                exchange,
                expected="CALLERROR SecurityError",
                received=exchange.answer_text(),
                contradicts=f"the last answer to BootNotification says {self._status}",
            )
