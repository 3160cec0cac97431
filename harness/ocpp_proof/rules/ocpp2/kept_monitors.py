"""Monitors that were set are there after a restart, under whatever id (N07.FR.13, N04.FR.19)."""

from __future__ import annotations

from typing import Any

from ..attributes import attribute
from ..exchange import Exchange
from ..remembered import forget_oldest
from ..rule import Rule, Side
from ..subject import Subject, on
from .transaction import both

__all__ = ["KeptMonitors"]

KEPT = Rule(
    "monitors-kept",
    "station",
    "A monitor that was set is in a report of all monitors after a restart",
    both("N07.FR.13"),
)
Watch = tuple[tuple[str, ...], str, int]
"""What is watched, the type of the monitor and its severity: there are no two of one kind (N04.FR.10)."""
_COMES_AND_GOES = ("connectedev",)
"""Components that a station need not have after a restart."""
_PLACE = 6
"""Parts of an attribute that name component and variable."""


class KeptMonitors(Subject):
    """Those that were accepted since they may have been cleared otherwise, held against the next report of all."""

    rules = (KEPT,)

    def begin(self) -> None:
        self._set: dict[Watch, Exchange] = {}
        self._before: dict[Watch, Exchange] = {}
        """Those that were set before the last boot."""
        self._reports: dict[int, tuple[Exchange, set[Watch], int]] = {}
        """Reports of all monitors: the request, what has come, the next seqNo."""

    def closed(self, connection: int, now: float) -> None:
        self._reports.clear()

    def unsound(self, exchange: Exchange) -> None:
        if exchange.sender == "csms" or exchange.action == "NotifyMonitoringReport":
            self.begin()

    def unreadable(self, sender: Side) -> None:
        self.begin()

    @on("csms asks", "ClearVariableMonitoring", "SetMonitoringBase", "UpdateFirmware", "DataTransfer")
    def changes(self, exchange: Exchange) -> None:
        """Takes away what it likes."""
        self.begin()

    @on("csms asks", "SetVariables")
    def sets(self, exchange: Exchange) -> None:
        """Monitoring may be switched off."""
        if any(attribute(item)[0] == "monitoringctrlr" for item in exchange.request["setVariableData"]):
            self.begin()

    @on("station asks", "BootNotification")
    def booted(self, exchange: Exchange) -> None:
        if exchange.request["reason"] != "Triggered":
            self._before |= self._set
            forget_oldest(self._before)
            self._set = {}

    @on("station answers", "SetVariableMonitoring")
    def is_set(self, exchange: Exchange) -> None:
        """One with an id replaces another, of which nothing is known."""
        if any("id" in item for item in exchange.request["setMonitoringData"]):
            self.begin()
            return
        for result in (exchange.response or {}).get("setMonitoringResult", ()):
            watch = _watch(result, result)
            if result["status"] == "Accepted" and watch[0][0] not in _COMES_AND_GOES:
                self._set[watch] = exchange
        forget_oldest(self._set)

    @on("csms asks", "GetMonitoringReport")
    def asked(self, exchange: Exchange) -> None:
        request, number = exchange.request, exchange.request["requestId"]
        again = self._reports.pop(number, None) is not None
        if not (again or request.get("monitoringCriteria") or request.get("componentVariable")):
            self._reports[number] = exchange, set(), 0
            forget_oldest(self._reports)

    @on("station answers", "GetMonitoringReport")
    def answered(self, exchange: Exchange) -> None:
        number = exchange.request["requestId"]
        if number in self._reports and (exchange.response or {}).get("status") == "EmptyResultSet":
            self._judge(exchange, self._reports.pop(number)[0], set())

    @on("station asks", "NotifyMonitoringReport")
    def part(self, exchange: Exchange) -> None:
        request = exchange.request
        question, found, wanted = self._reports.pop(request["requestId"], (None, set(), 0))
        if question is None or request["seqNo"] != wanted:
            return
        found |= {
            _watch(entry, monitor) for entry in request.get("monitor", ()) for monitor in entry["variableMonitoring"]
        }
        if request.get("tbc", False):
            self._reports[request["requestId"]] = question, found, wanted + 1
        else:
            self._judge(exchange, question, found)

    def _judge(self, exchange: Exchange, question: Exchange, found: set[Watch]) -> None:
        for watch, set_by in self._before.items():
            if watch not in found and (set_by.answered or 0.0) < question.asked:
                place = ".".join(part for part in watch[0] if part)
                self.breaks(
                    KEPT,
                    exchange,
                    expected=f"the monitor of {place}, {watch[1]} with severity {watch[2]}",
                    received=f"{len(found)} others" if found else "none",
                    field="monitor.variableMonitoring",
                    contradicts=set_by.text(),
                )
                return


def _watch(place: dict[str, Any], monitor: dict[str, Any]) -> Watch:
    return attribute(place)[:_PLACE], monitor["type"], monitor["severity"]
