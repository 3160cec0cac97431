"""A reset that is accepted is followed by a boot, and a boot says why it came (1.6: 5.14; 2.x: B01, B11, F06)."""

from __future__ import annotations

from ..exchange import Exchange
from ..rule import Rule
from ..subject import Subject, on

__all__ = ["Boots"]

RESET_BOOTS = Rule(
    "reset-boots",
    "station",
    "A Reset of the whole station that is accepted is followed by a BootNotification",
    {"1.6": "1.6 §5.14", "2.0.1": "B11.FR.03", "2.1": "B11.FR.03"},
)
REASON_OF_A_RESET = Rule(
    "boot-reason-of-a-reset",
    "station",
    "After a Reset that was accepted the reason of the BootNotification is RemoteReset or ScheduledReset",
    {"2.0.1": "B01.FR.09", "2.1": "B01.FR.09"},
)
REASON_OF_A_TRIGGER = Rule(
    "boot-reason-of-a-trigger",
    "station",
    "The reason of a BootNotification is Triggered where the CSMS asked for it, and only there",
    {"2.0.1": "B01.FR.09", "2.1": "B01.FR.09"},
)
EVSE_RESET = Rule(
    "evse-reset-boots-nothing",
    "station",
    "After a Reset of one EVSE of several no BootNotification says that the station was reset",
    {"2.0.1": "B11.FR.08", "2.1": "B11.FR.08"},
)
_RESET_REASONS = ("RemoteReset", "ScheduledReset")
_BESIDE = ("Watchdog", "ApplicationReset", "LocalReset")
"""Something else may have come in between."""
_LONG = 300.0
"""Seconds: what runs has to end before, and the standard names no time."""
_AT_ONCE = 10.0
"""Seconds after it has connected in which a station that has booted says so."""


class Boots(Subject):
    """Resets and triggers that wait for their boot."""

    rules = (RESET_BOOTS, REASON_OF_A_RESET, REASON_OF_A_TRIGGER, EVSE_RESET)

    def begin(self) -> None:
        """Nothing was asked for."""
        self._reset: Exchange | None = None
        self._held_up = 0.0
        self._evse_reset: Exchange | None = None
        self._evses: set[int] = set()
        """Those that the station has told of."""
        self._station_reset_asked = False
        self._trigger: Exchange | None = None
        self._ever_triggered = False
        self._updating = False
        self._boot: Exchange | None = None
        self._opened = 0.0

    def opened(self, connection: int, now: float) -> None:
        """A boot would come first on it."""
        self._opened = now

    def operated(self, verb: str, place: tuple[int, int] | None, now: float) -> None:
        """Who switches it off and on is not answered for a reset."""
        if "power" in verb or "boot" in verb:
            self._reset = self._trigger = self._evse_reset = None

    def unsound(self, exchange: Exchange) -> None:
        """A wrong trigger or reset may have been taken; after a wrong boot nothing is due."""
        if exchange.sender == "csms":
            self._ever_triggered = True
        if exchange.action in ("BootNotification", "Reset", "TriggerMessage"):
            self._reset = self._trigger = self._boot = self._evse_reset = None

    @on("csms asks", "Reset", "DataTransfer")
    def asks_for_reset(self, exchange: Exchange) -> None:
        """Whatever is answered, it may come; so may what a vendor's message asks for."""
        if "evseId" not in exchange.request:
            self._station_reset_asked = True

    @on("station asks", "StatusNotification")
    def tells_of_evse(self, exchange: Exchange) -> None:
        """Where there is one EVSE its reset may be that of the station."""
        if self.version != "1.6":
            self._evses.add(exchange.request["evseId"])

    @on("station answers", "Reset")
    def reset(self, exchange: Exchange) -> None:
        """Of the whole station, and now: one that is Scheduled waits for its transactions."""
        status = (exchange.response or {}).get("status")
        if status in ("Accepted", "Scheduled") and "evseId" not in exchange.request:
            self._reset, self._held_up = exchange, self.judge.held_up()
        elif status in ("Accepted", "Scheduled"):
            self._evse_reset = exchange

    @on("csms asks", "TriggerMessage")
    def triggers(self, exchange: Exchange) -> None:
        """Some answer after they have sent it."""
        if exchange.request["requestedMessage"] == "BootNotification":
            self._ever_triggered = True

    @on("station answers", "TriggerMessage")
    def triggered(self, exchange: Exchange) -> None:
        """It will come."""
        accepted = (exchange.response or {}).get("status") == "Accepted"
        if accepted and exchange.request["requestedMessage"] == "BootNotification":
            self._trigger = exchange

    @on("csms asks", "UpdateFirmware", "PublishFirmware", "SignedUpdateFirmware")
    def updates(self, exchange: Exchange) -> None:
        """A boot may be that of new firmware."""
        self._updating = True

    @on("station asks")
    def heard(self, exchange: Exchange) -> None:
        """The boot, or what shows that there was none."""
        if exchange.action == "BootNotification":
            if self.version != "1.6":
                self._reason(exchange)
                self._of_an_evse(exchange)
            self._reset = self._trigger = self._evse_reset = None
            self._station_reset_asked = False
            self._boot = exchange
            return
        reset = self._reset
        if reset is None or (reset.response or {}).get("status") != "Accepted":
            return
        waited = exchange.asked - (reset.answered or 0.0) - (self.judge.held_up() - self._held_up)
        if waited > self.judge.in_time and exchange.asked - self._opened > min(_AT_ONCE, self.judge.in_time / 2):
            self._reset = None
            self.breaks(
                RESET_BOOTS,
                reset,
                expected=f"a BootNotification within {self.judge.in_time:g} s",
                received=f"{exchange.action} after {waited:.0f} s",
                should=waited <= _LONG,
            )

    def _reason(self, exchange: Exchange) -> None:
        reason, reset, trigger = exchange.request["reason"], self._reset, self._trigger
        if reason == "Triggered":
            if not self._ever_triggered:
                first = self._boot is None  # somebody may have, before anyone listened
                self._breaks(REASON_OF_A_TRIGGER, exchange, "another reason: there was no TriggerMessage", None, first)
            return
        if trigger is not None and reset is None and self._is_for(trigger, exchange):
            self._breaks(REASON_OF_A_TRIGGER, exchange, "reason Triggered", trigger)
        allowed = (*_RESET_REASONS, *_BESIDE, *(("FirmwareUpdate",) if self._updating else ()))
        at_once = reset is not None and (reset.response or {}).get("status") == "Accepted"
        if reset is not None and at_once and reason not in allowed:
            # while it could not connect it may have been switched off as well
            late = exchange.asked - (reset.answered or 0.0) > _LONG
            self._breaks(REASON_OF_A_RESET, exchange, f"reason {' or '.join(_RESET_REASONS)}", reset, late)

    def _of_an_evse(self, exchange: Exchange) -> None:
        several = len(self._evses) > 1 and not self._station_reset_asked
        if self._evse_reset is not None and several and exchange.request["reason"] in _RESET_REASONS:
            self._breaks(EVSE_RESET, exchange, "no boot: the reset was of one EVSE", self._evse_reset)

    def _is_for(self, trigger: Exchange, exchange: Exchange) -> bool:
        """Not one that was due anyhow: such a one is enough (F06.FR.10)."""
        boot = self._boot
        if boot is None or boot.response is None or trigger.connection != exchange.connection:
            return False
        due = (boot.answered or 0.0) + float(boot.response["interval"]) - 1
        return boot.response["status"] == "Accepted" or exchange.asked < due

    def _breaks(
        self, rule: Rule, exchange: Exchange, expected: str, cause: Exchange | None, should: bool = False
    ) -> None:
        self.breaks(
            rule,
            exchange,
            expected=expected,
            received=f"reason {exchange.request['reason']}",
            field="reason",
            contradicts=cause.answer_text() if cause is not None else "",
            should=should,
        )
