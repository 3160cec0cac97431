"""What a station says of its device model in one place holds in the next: what is there, and what can be written."""

from __future__ import annotations

from typing import Any

from ..attributes import attribute
from ..exchange import Exchange
from ..remembered import forget_oldest
from ..rule import Rule, Side
from ..subject import Subject, on
from .transaction import both
from .variables import same_value

__all__ = ["KnownVariables"]

KNOWN = Rule(
    "variable-stays-known",
    "station",
    "A variable that was read is not unknown when it is read again",
    both("B06.FR.10"),
)
KNOWN_WHEN_SET = Rule(
    "variable-known-when-set",
    "station",
    "A variable that was read or reported is not unknown when it is to be set",
    both("B05.FR.09"),
)
COMPONENT = Rule(
    "component-known-or-unknown",
    "station",
    "An answer does not say of one component that it is unknown and that it has no such variable",
    both("B06.FR.06"),
)
READONLY = Rule(
    "readonly-variable-set",
    "station",
    "A variable that is reported as ReadOnly takes no new value",
    both("B05.FR.09"),
)
UNKNOWN = ("UnknownComponent", "UnknownVariable")
MOST = 10_000
"""Variables that are remembered."""
TAKEN = ("Accepted", "RebootRequired")
_COMPONENT = 4
"""Parts of an attribute that name the component."""
_VARIABLE = 6
"""Parts of an attribute that name component and variable."""
_INSTANCE = 5
Key = tuple[str, ...]


class KnownVariables(Subject):
    """Components and variables since the last boot, on one connection.

    Other components than controllers may come and go with what is plugged in: only what one answer says is held
    against itself.
    """

    rules = (KNOWN, KNOWN_WHEN_SET, COMPONENT, READONLY)

    def begin(self) -> None:
        self._known: dict[Key, Exchange] = {}
        self._readonly: dict[Key, tuple[str, Exchange]] = {}

    def closed(self, connection: int, now: float) -> None:
        self.begin()

    def unsound(self, exchange: Exchange) -> None:
        """A station may have taken it for a change of anything."""
        self.begin()

    def unreadable(self, sender: Side) -> None:
        self.begin()

    @on("station asks", "BootNotification")
    def booted(self, exchange: Exchange) -> None:
        self.begin()

    @on("csms asks", "DataTransfer", "UpdateFirmware", "SetNetworkProfile", "Reset")
    def changes(self, exchange: Exchange) -> None:
        """May change what there is."""
        self.begin()

    @on("station asks", "NotifyReport")
    def reported(self, exchange: Exchange) -> None:
        for entry in exchange.request.get("reportData", ()):
            self._know(attribute(entry), exchange)
            for one in entry["variableAttribute"]:
                key = attribute(entry | {"attributeType": one.get("type", "Actual")})
                if one.get("mutability") == "ReadOnly" and "value" in one:
                    self._readonly[key] = one["value"], exchange
                else:
                    self._readonly.pop(key, None)
        forget_oldest(self._readonly, MOST)

    def _know(self, key: Key, exchange: Exchange) -> None:
        if key[0].endswith("ctrlr"):
            self._known[key[:_VARIABLE]] = exchange
            forget_oldest(self._known, MOST)

    @on("station answers", "GetVariables")
    def read(self, exchange: Exchange) -> None:
        results = (exchange.response or {}).get("getVariableResult", [])
        here = {attribute(one)[:_VARIABLE] for one in results if one["attributeStatus"] == "Accepted"}
        without = {attribute(one)[:_COMPONENT] for one in results if one["attributeStatus"] == "UnknownVariable"}
        for result in results:
            key, status = attribute(result), result["attributeStatus"]
            if status in UNKNOWN:
                known = self._known.get(key[:_VARIABLE])
                if key[:_VARIABLE] in here or known is not None:
                    self._unknown(KNOWN, exchange, result, "getVariableResult", known or exchange)
                elif status == "UnknownComponent" and key[:_COMPONENT] in without:
                    self.breaks(
                        COMPONENT,
                        exchange,
                        expected=f"{result['component']['name']} unknown, or a variable of it",
                        received="UnknownComponent and UnknownVariable in one answer",
                        field="getVariableResult.attributeStatus",
                        should=not key[_INSTANCE],  # B06.FR.15 has both words for an instance that is left out
                    )
            elif status == "Accepted":
                self._know(key, exchange)

    @on("station answers", "SetVariables")
    def set(self, exchange: Exchange) -> None:
        if exchange.response is None:
            return
        values = {attribute(item): item["attributeValue"] for item in exchange.request["setVariableData"]}
        for result in exchange.response["setVariableResult"]:
            key, status = attribute(result), result["attributeStatus"]
            known = self._known.get(key[:_VARIABLE])
            if status in UNKNOWN and known is not None:
                self._unknown(KNOWN_WHEN_SET, exchange, result, "setVariableResult", known)
            readonly = self._readonly.get(key)
            if status in TAKEN and readonly is not None and not same_value(readonly[0], values.get(key, readonly[0])):
                self.breaks(
                    READONLY,
                    exchange,
                    expected=f"Rejected for {result['component']['name']}.{result['variable']['name']}",
                    received=status,
                    field="setVariableResult.attributeStatus",
                    contradicts="a NotifyReport says that it is ReadOnly",
                )
        if any(result["attributeStatus"] in TAKEN for result in exchange.response["setVariableResult"]):
            changed = {attribute(result)[:1] for result in exchange.response["setVariableResult"]}
            # a component that is switched on or off may have other variables, and lock or unlock them
            self._known = {key: one for key, one in self._known.items() if key[:1] not in changed}
            self._readonly = {key: one for key, one in self._readonly.items() if key[:1] not in changed}

    def _unknown(self, rule: Rule, exchange: Exchange, result: dict[str, Any], field: str, before: Exchange) -> None:
        self.breaks(
            rule,
            exchange,
            expected=f"{result['component']['name']}.{result['variable']['name']} known, as before",
            received=result["attributeStatus"],
            field=f"{field}.attributeStatus",
            contradicts="the same answer" if before is exchange else before.text(),
        )
