"""What SetVariables was accepted for is what GetVariables reads, also after a restart."""

from __future__ import annotations

from ..attributes import VARIABLE, attribute
from ..exchange import Exchange
from ..rule import Rule, Side
from ..subject import Subject, on
from .transaction import both
from .writable_variables import is_configuration

__all__ = ["Variables", "same_value"]

READS_BACK = Rule(
    "variable-reads-back",
    "station",
    "A variable that was set has the value that was accepted",
    both("B05.FR.10"),
)
KEPT = Rule(
    "variable-kept-over-a-restart",
    "station",
    "A variable that was set has its value also after a restart",
    both("writable variables kept"),
)
MOVING = ("datetime", "nexttimeoffsettransitiondatetime", "timeoffset", "timezone", "nexttransition")
"""Variables of a clock, which change by themselves or with each other."""
GIVEN_AT_BOOT = ("heartbeatinterval", "networkconfigurationpriority")
"""What the CSMS tells when it accepts a boot, and what a higher security profile takes out (A05.FR.06)."""


class Variables(Subject):
    """Values as they were set, until anything may have changed them: a message that was not understood, a new image.

    Only what is Accepted is in effect. Numbers, and lists, are the same however they are written.
    """

    rules = (READS_BACK, KEPT)

    def begin(self) -> None:
        self._set: dict[tuple[str, ...], tuple[str, Exchange]] = {}
        self._kept: dict[tuple[str, ...], tuple[str, Exchange]] = {}
        """What was set on an earlier connection, or before a boot."""

    def closed(self, connection: int, now: float) -> None:
        """The station may restart."""
        self._restarts()

    def _restarts(self) -> None:
        self._kept |= {key: one for key, one in self._set.items() if key[VARIABLE] not in GIVEN_AT_BOOT}
        self._set.clear()

    def unsound(self, exchange: Exchange) -> None:
        self.begin()

    def unreadable(self, sender: Side) -> None:
        self.begin()

    def operated(self, verb: str, place: tuple[int, int] | None, now: float) -> None:
        """Of what is done at a station this alone sets variables."""
        if verb == "set_security_profile":
            self.begin()

    @on("csms asks", "SetNetworkProfile", "UpdateFirmware", "DataTransfer", "SetMonitoringBase")
    def changes(self, exchange: Exchange) -> None:
        """May set variables of its own."""
        self.begin()

    @on("csms asks", "Reset")
    def resets(self, exchange: Exchange) -> None:
        """What is read until the station has restarted may be the one or the other."""
        self._restarts()

    @on("csms answers", "BootNotification")
    def interval(self, exchange: Exchange) -> None:
        """It tells how often a heartbeat is to come."""
        self._set = {key: one for key, one in self._set.items() if key[VARIABLE] not in GIVEN_AT_BOOT}

    @on("csms asks", "SetVariables")
    def asked(self, exchange: Exchange) -> None:
        """From now on the value is one or the other."""
        for item in exchange.request["setVariableData"]:
            self._set.pop(attribute(item), None)
            self._kept.pop(attribute(item), None)

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
            key = attribute(result)
            known = self._set.get(key) or self._kept.get(key)
            if known is None or result["attributeStatus"] != "Accepted" or "attributeValue" not in result:
                continue
            wanted, said = known
            if said.answered is None or exchange.asked <= said.answered:
                continue
            if not same_value(wanted, result["attributeValue"]):
                self.breaks(
                    READS_BACK if key in self._set else KEPT,
                    exchange,
                    expected=f"{result['component']['name']}.{result['variable']['name']} {wanted}",
                    received=result["attributeValue"],
                    field="getVariableResult.attributeValue",
                    contradicts=said.text(),
                    should=key not in self._set and not is_configuration(key[0], key[VARIABLE]),
                )


def same_value(set_to: str, read: str) -> bool:
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
