"""Which EVSEs a station has: those that its full inventory names (Part 1, 7.1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..exchange import Exchange
from ..remembered import forget_oldest
from ..rule import Rule, Side
from ..subject import Subject, on
from .transaction import both

__all__ = ["Inventory"]

EVSE_EXISTS = Rule(
    "evse-exists",
    "station",
    "No message is about an EVSE above the number of those in the full inventory",
    both("EVSE numbering"),
)
NUMBERS = Rule(
    "evse-numbers-without-gap",
    "station",
    "The EVSEs in the full inventory are numbered from 1 without a gap",
    both("EVSE numbering"),
)
PROFILE = Rule(
    "profile-for-an-unknown-evse",
    "station",
    "A charging profile for an EVSE that the full inventory does not name is Rejected",
    both("K01.FR.28"),
)
SCHEDULE = Rule(
    "schedule-of-an-unknown-evse",
    "station",
    "A composite schedule of an EVSE that the full inventory does not name is Rejected",
    both("K08.FR.05"),
)
UNLOCK = Rule(
    "unlock-of-an-unknown-evse",
    "station",
    "A connector of an EVSE that the full inventory does not name is answered UnknownConnector",
    both("F05.FR.03"),
)
TOLD = (
    "StatusNotification",
    "TransactionEvent",
    "MeterValues",
    "NotifyEvent",
    "NotifyReport",
    "NotifyMonitoringReport",
    "ReportChargingProfiles",
    "NotifyEVChargingNeeds",
    "NotifyEVChargingSchedule",
    "NotifyChargingLimit",
)
LISTS = ("eventData", "reportData", "monitor")


@dataclass(slots=True)
class _Report:
    """A full inventory that was asked for, as far as it has come."""

    question: Exchange
    next: int = 0
    evses: set[int] = field(default_factory=set)


class Inventory(Subject):
    """The last full inventory that came as a whole since the last boot: with a boot, EVSEs may come and go."""

    rules = (EVSE_EXISTS, NUMBERS, PROFILE, SCHEDULE, UNLOCK)

    def begin(self) -> None:
        self._reports: dict[int, _Report] = {}
        self._count = 0
        """How many EVSEs there are; 0 where it is not known."""
        self._told_in = ""
        self._waits = False
        """Whether the station boots again only because it was not accepted."""

    def closed(self, connection: int, now: float) -> None:
        """Parts may be missed."""
        self._reports.clear()
        self._waits = False

    def unsound(self, exchange: Exchange) -> None:
        if exchange.action in ("GetBaseReport", "GetReport", "NotifyReport"):
            self._reports.clear()
        if exchange.action == "BootNotification":
            self.begin()

    def unreadable(self, sender: Side) -> None:
        self.begin()

    @on("station asks", "BootNotification")
    def booted(self, exchange: Exchange) -> None:
        if not self._waits and exchange.request["reason"] != "Triggered":
            self.begin()

    @on("csms answers", "BootNotification")
    def registered(self, exchange: Exchange) -> None:
        self._waits = (exchange.response or {}).get("status") in ("Pending", "Rejected")

    @on("csms asks", "GetBaseReport", "GetReport")
    def asked(self, exchange: Exchange) -> None:
        """The same number for another report: its parts cannot be told apart."""
        number = exchange.request["requestId"]
        again = self._reports.pop(number, None) is not None
        if exchange.request.get("reportBase") == "FullInventory" and not again:
            self._reports[number] = _Report(exchange)
            forget_oldest(self._reports)

    @on("station asks", *TOLD)
    def told(self, exchange: Exchange) -> None:
        if self._count:
            self._judge(exchange)
        if exchange.action == "NotifyReport":
            self._part(exchange)

    def _judge(self, exchange: Exchange) -> None:
        for path, evse in _evses(exchange.request):
            if evse > self._count:
                self._unknown(EVSE_EXISTS, exchange, f"an EVSE from 1 to {self._count}", f"EVSE {evse}", path)
                return

    def _part(self, exchange: Exchange) -> None:
        request = exchange.request
        report = self._reports.get(request["requestId"])
        if report is None:
            return
        accepted = (report.question.response or {}).get("status") == "Accepted"
        if not accepted or request["seqNo"] != report.next:
            del self._reports[request["requestId"]]
            return
        report.next += 1
        report.evses |= {evse for _, evse in _evses(request) if evse}
        if request.get("tbc", False):
            return
        del self._reports[request["requestId"]]
        self._count, self._told_in = max(report.evses, default=0), f"the full inventory {request['requestId']}"
        if missing := set(range(1, self._count + 1)) - report.evses:
            named = ", ".join(map(str, sorted(report.evses)))
            expected = f"the EVSEs 1 to {self._count}"
            received = f"{named} ({len(missing)} left out)"
            self.breaks(NUMBERS, exchange, expected=expected, received=received, field="reportData.component.evse.id")

    @on("station answers", "SetChargingProfile", "GetCompositeSchedule", "UnlockConnector")
    def answered(self, exchange: Exchange) -> None:
        evse, status = exchange.request["evseId"], (exchange.response or {}).get("status")
        if not self._count or evse <= self._count or status is None:
            return
        match exchange.action:
            case "SetChargingProfile" if status == "Accepted":
                self._unknown(PROFILE, exchange, f"Rejected for EVSE {evse}", status, "status")
            case "GetCompositeSchedule" if status == "Accepted":
                self._unknown(SCHEDULE, exchange, f"Rejected for EVSE {evse}", status, "status")
            case "UnlockConnector" if status != "UnknownConnector":
                self._unknown(UNLOCK, exchange, f"UnknownConnector for EVSE {evse}", status, "status")

    def _unknown(self, rule: Rule, exchange: Exchange, expected: str, received: str, field: str) -> None:
        contradicts = f"{self._told_in} names {self._count} EVSE" + ("s" if self._count > 1 else "")
        self.breaks(rule, exchange, expected=expected, received=received, field=field, contradicts=contradicts)


def _evses(request: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """The EVSEs that a message is about, each with the path of its field; 0 is the station."""
    if "evseId" in request:
        yield "evseId", request["evseId"]
    if "evse" in request:
        yield "evse.id", request["evse"]["id"]
    for name in LISTS:
        for entry in request.get(name, ()):
            if evse := entry["component"].get("evse"):
                yield f"{name}.component.evse.id", evse["id"]
