"""Nothing but BootNotification before a CSMS has accepted a station, unless it asks (1.6: 4.2; 2.x: B01 to B03)."""

from __future__ import annotations

from ..exchange import Exchange
from ..rule import Rule
from ..subject import Subject, on

__all__ = ["EVERYTHING", "Registration", "asked_for"]

SILENT_UNTIL_ANSWERED = Rule(
    "silence-until-answered",
    "station",
    "After a boot nothing else is sent until BootNotification is answered",
    {"1.6": "1.6 §4.2 boot silence", "2.0.1": "B01.FR.08", "2.1": "B01.FR.08"},
)
BOOT_FIRST = Rule(
    "boot-first",
    "station",
    "After a boot the first message is BootNotification",
    {"1.6": "1.6 §4.2 boot silence", "2.0.1": "B01.FR.08", "2.1": "B01.FR.08"},
)
SILENT_WHILE_PENDING = Rule(
    "silence-while-pending",
    "station",
    "While its registration is Pending a station sends nothing but BootNotification and what it was asked for",
    {"1.6": "1.6 §4.2 silence", "2.0.1": "B02.FR.02", "2.1": "B02.FR.02"},
)
SILENT_WHILE_REJECTED = Rule(
    "silence-while-rejected",
    "station",
    "A station that was rejected sends nothing but the next BootNotification",
    {"1.6": "1.6 §4.2 rejected", "2.0.1": "B03.FR.02", "2.1": "B03.FR.02"},
)
BOOT_INTERVAL = Rule(
    "boot-interval",
    "station",
    "A station that was not accepted waits for the interval before the next BootNotification",
    {"1.6": "1.6 §4.2 interval", "2.0.1": "B02.FR.04", "2.1": "B02.FR.04"},
)
EVERYTHING = "*"
_CONSEQUENCES = {
    "GetBaseReport": ("NotifyReport",),
    "GetReport": ("NotifyReport",),
    "GetMonitoringReport": ("NotifyMonitoringReport",),
    "GetChargingProfiles": ("ReportChargingProfiles",),
    "CustomerInformation": ("NotifyCustomerInformation",),
    "GetDisplayMessages": ("NotifyDisplayMessages",),
    "GetLog": ("LogStatusNotification",),
    "GetDiagnostics": ("DiagnosticsStatusNotification",),
    "UpdateFirmware": ("FirmwareStatusNotification",),
    "SignedUpdateFirmware": ("SignedFirmwareStatusNotification",),
    "ChangeAvailability": ("StatusNotification", "NotifyEvent"),
    "ReserveNow": ("StatusNotification", "NotifyEvent"),
    "CancelReservation": ("StatusNotification", "NotifyEvent"),
    "UnlockConnector": ("StatusNotification", "NotifyEvent"),
}
"""What may follow a request that was answered, though not all of it is named where the standard lists what may."""
_ON_ITS_WAY = 1.0
"""Seconds in which what was sent and what is answered pass each other."""
_SOON = 30.0
"""Seconds after it has connected in which a station that has booted says so."""


class Registration(Subject):
    """What the last BootNotification was answered, and what may be sent until the next."""

    rules = (SILENT_UNTIL_ANSWERED, BOOT_FIRST, SILENT_WHILE_PENDING, SILENT_WHILE_REJECTED, BOOT_INTERVAL)

    def begin(self) -> None:
        """Whether it had been accepted before anybody listened is not known."""
        self._status = ""
        """"Asked", what was answered, or "" where nothing is known."""
        self._boot: Exchange | None = None
        self._fresh = True
        """It has not been accepted since it was (re)started."""
        self._certain = False
        """It has, by what was said, been restarted since it was accepted, or was not: not only been connected anew."""
        self._restarting = False
        self._reset = 0.0
        """When it accepted a Reset."""
        self._allowed: set[str] = set()
        """Actions that the CSMS asked for since it was accepted last."""
        self._boot_asked_for = False
        self._other_interval = False
        self._opened = 0.0
        self._first: Exchange | None = None
        self._alone = True
        """Nothing but the station spoke on this connection, and no BootNotification came yet."""

    def opened(self, connection: int, now: float) -> None:
        """What comes first on it is yet to be seen."""
        self._opened, self._first, self._alone = now, None, True

    def closed(self, connection: int, now: float) -> None:
        """A refusal that may not have arrived binds only whom nobody had accepted before."""
        boot = self._boot
        if boot is None or boot.connection != connection or boot.confirmed or self._certain:
            return
        if self._status in ("Pending", "Rejected"):
            self._status = ""

    def operated(self, verb: str, place: tuple[int, int] | None, now: float) -> None:
        """Whoever is at the station may have restarted it."""
        self._alone = False
        if "power" in verb or "boot" in verb:
            self._restarting = True

    def unsound(self, exchange: Exchange) -> None:
        """A wrong answer to a BootNotification may be taken for any; a wrong trigger may have been taken."""
        if exchange.action == "BootNotification":
            self._status, self._alone = "", False
        elif exchange.sender == "csms":
            self._allowed.add(EVERYTHING)
            self._alone, self._boot_asked_for = False, True

    @on("csms asks")
    def asked(self, exchange: Exchange) -> None:
        """From now on, and not only once it is answered, what is asked for may come."""
        self._alone = False
        self._allowed |= asked_for(exchange)
        if {"BootNotification", EVERYTHING} & self._allowed:
            self._boot_asked_for = True

    @on("station answers", "Reset")
    def reset(self, exchange: Exchange) -> None:
        """The next BootNotification is that of a restart."""
        if (exchange.response or {}).get("status") in ("Accepted", "Scheduled") and "evseId" not in exchange.request:
            self._restarting, self._reset = True, exchange.answered or exchange.asked
            if self._status == "Accepted":
                self._allowed.clear()  # what was asked for before is not told after it

    @on("station answers", "ChangeConfiguration", "SetVariables")
    def changed(self, exchange: Exchange) -> None:
        """The interval for heartbeats may be that for boots."""
        self._other_interval |= "interval" in str(exchange.request).casefold()

    @on("station asks")
    def heard(self, exchange: Exchange) -> None:
        """A BootNotification, or what should not come instead."""
        if exchange.action == "BootNotification":
            self._booted(exchange)
            return
        allowed = bool({exchange.action, EVERYTHING} & self._allowed)
        if self._first is None and not allowed and self._alone:
            self._first = exchange
        if allowed or self._boot is None:
            return
        said = f"{self._boot.message_id}, a BootNotification, was answered {self._status}"
        match self._status:
            case "Asked" if self._fresh:
                expected = "nothing before the answer to BootNotification"
                said = f"{self._boot.message_id}, a BootNotification, is not answered"
                self._breaks(SILENT_UNTIL_ANSWERED, exchange, expected, said, should=not self._certain)
            case "Pending" | "Rejected":
                rule = SILENT_WHILE_PENDING if self._status == "Pending" else SILENT_WHILE_REJECTED
                # a station that only connected anew may have sent it before the answer was there
                on_its_way = not self._certain and exchange.asked - (self._boot.answered or 0.0) < _ON_ITS_WAY
                self._breaks(rule, exchange, "nothing but BootNotification", said, should=on_its_way)

    def _booted(self, exchange: Exchange) -> None:
        asked_for = self._boot_asked_for or exchange.request.get("reason") == "Triggered"
        before, boot = self._status, self._boot
        if not asked_for:
            self._first_message(exchange)
            if boot is not None and before in ("Pending", "Rejected"):
                self._too_early(boot, exchange)
        self._alone, self._first, self._boot_asked_for = False, None, False
        self._allowed.discard("BootNotification")
        self._boot = exchange
        if asked_for and before in ("Accepted", ""):
            self._status = (
                ""  # what holds until it is answered, and where that is a refusal, nobody says (erratum 3.35)
            )
            return
        self._fresh = self._fresh or self._restarting
        refused = before in ("Pending", "Rejected") and boot is not None and boot.confirmed
        self._certain = self._certain or refused or bool(self._reset)
        self._status, self._restarting, self._reset = "Asked", False, 0.0
        self._other_interval = False

    def _first_message(self, exchange: Exchange) -> None:
        """On this connection it has booted, but said something else first; nobody told it to boot since.

        Only after a reset is it sure that it has booted: some tell so whenever they connect.
        """
        first = self._first
        if first is None or not self._alone or exchange.asked - self._opened > _SOON:
            return
        if self._restarting and not 0.0 < self._reset < self._opened:
            return
        if first.connection == exchange.connection:
            said = f"{exchange.message_id}, a BootNotification, came later"
            self._breaks(BOOT_FIRST, first, "BootNotification", said, should=not self._reset)

    def _too_early(self, boot: Exchange, exchange: Exchange) -> None:
        interval = float((boot.response or {}).get("interval", 0))
        if boot.connection != exchange.connection or self._restarting or self._other_interval:
            return  # it may have been started again
        passed = exchange.asked - boot.asked  # some count from when they asked
        if passed < interval - max(0.5, interval * 0.1):
            self.breaks(
                BOOT_INTERVAL,
                exchange,
                expected=f"the next BootNotification at least {interval:g} s after the last",
                received=f"one after {passed:.1f} s",
                contradicts=boot.answer_text(),
                should=self.version == "1.6",
            )

    def _breaks(self, rule: Rule, exchange: Exchange, expected: str, contradicts: str, *, should: bool = False) -> None:
        self.breaks(rule, exchange, expected=expected, received=exchange.text(), contradicts=contradicts, should=should)

    @on("csms answers", "BootNotification")
    def answered(self, exchange: Exchange) -> None:
        """An error is no registration: what held before holds on."""
        status = (exchange.response or {}).get("status", "")
        if exchange is not self._boot or not status:
            return
        if status == "Accepted":
            self._accepted()
        elif self._status:
            self._status = status

    def _accepted(self) -> None:
        self._status, self._fresh, self._certain = "Accepted", False, False
        self._allowed.clear()


def asked_for(exchange: Exchange) -> set[str]:
    """The actions that a station may send because of this request of a CSMS; EVERYTHING where nobody can say."""
    wanted = str(exchange.request.get("requestedMessage", ""))
    match exchange.action:
        case "TriggerMessage" | "ExtendedTriggerMessage":
            if wanted.startswith("Sign"):
                return {"SignCertificate"}
            if wanted == "CustomTrigger":
                return {EVERYTHING}
            return {wanted, f"Signed{wanted}", *(("NotifyEvent",) if wanted == "StatusNotification" else ())}
        case "DataTransfer":
            return {EVERYTHING}
    return set(_CONSEQUENCES.get(exchange.action, ()))
