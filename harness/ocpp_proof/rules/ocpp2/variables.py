"""What SetVariables was accepted for is what GetVariables reads."""

from __future__ import annotations

from ..attributes import VARIABLE, attribute
from ..exchange import Exchange
from ..rule import Rule, Side
from ..subject import Subject, on
from .transaction import both

__all__ = ["Variables"]

READS_BACK = Rule(
    "variable-reads-back",
    "station",
    "A variable that was set has the value that was accepted",
    both("B05.FR.10"),
)
MOVING = ("datetime", "nexttimeoffsettransitiondatetime", "timeoffset", "timezone", "nexttransition")
"""Variables of a clock, which change by themselves or with each other."""


class Variables(Subject):
    """Values as they were set, until anything may have changed them: a restart, a message that was not understood.

    Only what is Accepted is in effect. Numbers, and lists, are the same however they are written.
    """

    rules = (READS_BACK,)

    def begin(self) -> None:
        self._set: dict[tuple[str, ...], tuple[str, Exchange]] = {}

    def closed(self, connection: int, now: float) -> None:
        self._set.clear()

    def unsound(self, exchange: Exchange) -> None:
        self._set.clear()

    def unreadable(self, sender: Side) -> None:
        self._set.clear()

    @on("csms asks", "SetNetworkProfile", "Reset", "UpdateFirmware", "DataTransfer", "SetMonitoringBase")
    def changes(self, exchange: Exchange) -> None:
        """May set variables of its own."""
        self._set.clear()

    @on("csms answers", "BootNotification")
    def interval(self, exchange: Exchange) -> None:
        """It tells how often a heartbeat is to come."""
        self._set = {key: one for key, one in self._set.items() if key[VARIABLE] != "heartbeatinterval"}

    @on("csms asks", "SetVariables")
    def asked(self, exchange: Exchange) -> None:
        """From now on the value is one or the other."""
        for item in exchange.request["setVariableData"]:
            self._set.pop(attribute(item), None)

    @on("station answers", "SetVariables")
    def set(self, exchange: Exchange) -> None:
        if exchange.response is None:
            return
        wanted = {attribute(item): item["attributeValue"] for item in exchange.request["setVariableData"]}
        for result in exchange.response["setVariableResult"]:
            key = attribute(result)
            if result["attributeStatus"] == "Accepted" and key in wanted and key[VARIABLE] not in MOVING:
                self._set[key] = wanted[key], exchange

    @on("station answers", "GetVariables")
    def read(self, exchange: Exchange) -> None:
        if exchange.response is None:
            return
        for result in exchange.response["getVariableResult"]:
            known = self._set.get(attribute(result))
            if known is None or result["attributeStatus"] != "Accepted" or "attributeValue" not in result:
                continue
            wanted, said = known
            if (
                said.answered is not None
                and exchange.asked > said.answered
                and not _same(wanted, result["attributeValue"])
            ):
                self.breaks(
                    READS_BACK,
                    exchange,
                    expected=f"{result['component']['name']}.{result['variable']['name']} {wanted}",
                    received=result["attributeValue"],
                    field="getVariableResult.attributeValue",
                    contradicts=said.text(),
                )


def _same(set_to: str, read: str) -> bool:
    """A number may be written otherwise, a list have another order and no doubles, a word another case."""
    if set_to.casefold() == read.casefold():
        return True  # also a text that looks like a number
    try:
        return abs(float(set_to) - float(read)) < 1e-6
    except ValueError:
        pass
    return _members(set_to) == _members(read)


def _members(text: str) -> set[str]:
    return {member.strip().casefold() for member in text.split(",")} - {""}
