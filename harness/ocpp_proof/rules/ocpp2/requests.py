"""What a CSMS may put into one request, and must."""

from __future__ import annotations

from typing import Any

from ..attributes import attribute
from ..exchange import Exchange
from ..rule import Rule
from ..subject import Subject, on

__all__ = ["Requests"]

SET_ONCE = Rule(
    "variables-set-once",
    "csms",
    "SetVariables names each attribute of a variable once",
    {"2.0.1": "B05.FR.13", "2.1": "B05.FR.13"},
)
ITEMS_READ = Rule(
    "variables-read-at-once",
    "csms",
    "GetVariables asks for no more variables at once than the station has reported",
    {"2.0.1": "B06.FR.05", "2.1": "B06.FR.05"},
)
ITEMS_SET = Rule(
    "variables-set-at-once",
    "csms",
    "SetVariables sets no more variables at once than the station has reported",
    {"2.0.1": "B05.FR.11", "2.1": "B05.FR.11"},
)
CONNECTOR_TRIGGERED = Rule(
    "connector-of-a-triggered-status",
    "csms",
    "A StatusNotification that is triggered is asked for at a connector",
    {"2.0.1": "F06.FR.13", "2.1": "F06.FR.13"},
)
_LISTS = {"GetVariables": ("getVariableData", ITEMS_READ), "SetVariables": ("setVariableData", ITEMS_SET)}


class Requests(Subject):
    """Each request for itself, and against the limits that the station has told of."""

    rules = (SET_ONCE, ITEMS_READ, ITEMS_SET, CONNECTOR_TRIGGERED)

    def begin(self) -> None:
        """No limit was told."""
        self._limits: dict[str, int] = {}

    @on("csms answers", "NotifyReport")
    def reported(self, exchange: Exchange) -> None:
        """A report that the CSMS has answered; a refused one it may not have understood."""
        if exchange.response is None:
            return
        for item in exchange.request.get("reportData", []):
            for told in item["variableAttribute"]:
                self._learn(item, told.get("type", "Actual"), told.get("value"))

    @on("station answers", "GetVariables")
    def read(self, exchange: Exchange) -> None:
        """What the CSMS has read itself."""
        for result in (exchange.response or {}).get("getVariableResult", []):
            self._learn(result, result.get("attributeType", "Actual"), result.get("attributeValue"))

    def _learn(self, item: dict[str, Any], attribute: str, value: object) -> None:
        names = item["component"]["name"].casefold(), item["variable"]["name"].casefold()
        action = str(item["variable"].get("instance") or item["component"].get("instance"))
        told = attribute == "Actual" and str(value).isdecimal()
        if names == ("devicedatactrlr", "itemspermessage") and told and int(str(value)) > 0:
            self._limits[action.casefold()] = int(str(value))

    @on("csms asks", "GetVariables", "SetVariables")
    def variables(self, exchange: Exchange) -> None:
        """An attribute type that is left out is Actual (B05.FR.13)."""
        name, rule = _LISTS[exchange.action]
        items = exchange.request[name]
        most = self._limits.get(exchange.action.casefold())
        if most is not None and len(items) > most:
            self.breaks(rule, exchange, expected=f"at most {most}, as reported", received=str(len(items)), field=name)
        attributes = [attribute(item) for item in items]
        if exchange.action == "SetVariables" and len(set(attributes)) != len(attributes):
            twice = sorted({" ".join(one) for one in attributes if attributes.count(one) > 1})
            received = f"{', '.join(twice)} more than once"
            self.breaks(SET_ONCE, exchange, expected="each attribute once", received=received, field=name)

    @on("csms asks", "TriggerMessage")
    def triggers(self, exchange: Exchange) -> None:
        """Statuses are told of connectors alone."""
        evse = exchange.request.get("evse") or {}
        if exchange.request["requestedMessage"] == "StatusNotification" and "connectorId" not in evse:
            received = str(exchange.request.get("evse") or "no EVSE")
            self.breaks(
                CONNECTOR_TRIGGERED, exchange, expected="evse.connectorId", received=received, field="evse.connectorId"
            )
