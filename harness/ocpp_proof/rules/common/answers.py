"""An answer belongs to its question: it is about what was asked for."""

from __future__ import annotations

from typing import Any

from ..attributes import attribute
from ..exchange import Exchange
from ..rule import Rule
from ..subject import Subject, on

__all__ = ["Answers"]

KEYS_ASKED_FOR = Rule(
    "keys-asked-for",
    "station",
    "The answer to GetConfiguration names the keys that were asked for, each once, and no others",
    {"1.6": "1.6 §5.8 keys"},
)
VARIABLES_READ = Rule(
    "variables-read",
    "station",
    "The results of GetVariables are about the components, variables and attributes that were asked for",
    {"2.0.1": "B06.FR.02", "2.1": "B06.FR.02"},
)
VARIABLES_SET = Rule(
    "variables-set",
    "station",
    "The results of SetVariables are about the components, variables and attributes that were to be set",
    {"2.0.1": "B05.FR.02", "2.1": "B05.FR.02"},
)
MONITORS_SET = Rule(
    "monitors-set",
    "station",
    "The results of SetVariableMonitoring are about the components and variables that were to be monitored",
    {"2.0.1": "N04.FR.02", "2.1": "N04.FR.02"},
)
VALUE_READ = Rule(
    "value-of-a-variable-read",
    "station",
    "A variable that could be read has a value in the result",
    {"2.0.1": "B06.FR.04", "2.1": "B06.FR.04"},
)
NO_VALUE = Rule(
    "no-value-of-what-is-unknown",
    "station",
    "A component or variable that is unknown has no value in the result",
    {"2.0.1": "B06.FR.06", "2.1": "B06.FR.06"},
)
TYPE_READ = Rule(
    "attribute-type-read",
    "station",
    "The result of a reading names the attribute type, Actual where none was asked for",
    {"2.0.1": "B06.FR.11", "2.1": "B06.FR.11"},
)
TYPE_SET = Rule(
    "attribute-type-set",
    "station",
    "The result of a setting names the attribute type, Actual where none was asked for",
    {"2.0.1": "B05.FR.12", "2.1": "B05.FR.12"},
)
SCHEDULE_PLACE = Rule(
    "schedule-of-the-place-asked",
    "station",
    "A composite schedule names the connector or EVSE that it was asked for",
    {"1.6": "1.6 §5.7", "2.0.1": "K08.FR.02", "2.1": "K08.FR.02"},
)
MOST_KEYS = "getconfigurationmaxkeys"


class Answers(Subject):
    """Answers held against the requests that they are for."""

    rules = (
        *(KEYS_ASKED_FOR, VARIABLES_READ, VARIABLES_SET, MONITORS_SET),
        *(VALUE_READ, NO_VALUE, TYPE_READ, TYPE_SET, SCHEDULE_PLACE),
    )

    def begin(self) -> None:
        self._most: int | None = None
        """GetConfigurationMaxKeys, as it was last told."""

    @on("station answers", "GetConfiguration")
    def keys(self, exchange: Exchange) -> None:
        """Names of keys are compared as the standard does, whatever their case (CiString).

        A station need not answer about more keys than it says, nor twice about one, nor show that there is a password.
        """
        if exchange.response is None:
            return
        entries = exchange.response.get("configurationKey", [])
        self._most = next((_number(one) for one in entries if one["key"].casefold() == MOST_KEYS), self._most)
        asked = [str(key).casefold() for key in exchange.request.get("key", [])]
        if not asked:
            return
        names = [*(str(entry["key"]) for entry in entries), *map(str, exchange.response.get("unknownKey", []))]
        told = [name.casefold() for name in names]
        missing = set(asked) - set(told) - {"authorizationkey"}
        wrong = any(told.count(name) > asked.count(name) for name in told)
        if wrong or (missing and len(asked) <= (self._most or len(asked))):
            self.breaks(
                KEYS_ASKED_FOR,
                exchange,
                expected=", ".join(map(str, exchange.request["key"])),
                received=", ".join(names) or "none",
                field="configurationKey",
                should=not wrong and self._most is None and len(asked) > 1,  # more than it says it can, perhaps
            )

    @on("station answers", "GetVariables")
    def read(self, exchange: Exchange) -> None:
        """A result in another order is as good: Part 2 fixes none."""
        if exchange.response is None:
            return
        results = exchange.response["getVariableResult"]
        self._same(VARIABLES_READ, exchange, "getVariable", exchange.request["getVariableData"], results)
        self._typed(TYPE_READ, exchange, "getVariable", results)
        for result in results:
            name, status = _name(result), result["attributeStatus"]
            if status == "Accepted" and "attributeValue" not in result:
                self._value(VALUE_READ, exchange, f"attributeValue of {name}, which is Accepted", "none")
            if status.startswith("Unknown") and "attributeValue" in result:
                self._value(NO_VALUE, exchange, f"no attributeValue of {name}", f"one, which is {status}")

    @on("station answers", "SetVariables")
    def set(self, exchange: Exchange) -> None:
        """As for GetVariables."""
        if exchange.response is not None:
            results = exchange.response["setVariableResult"]
            self._typed(TYPE_SET, exchange, "setVariable", results)
            self._same(VARIABLES_SET, exchange, "setVariable", exchange.request["setVariableData"], results)

    @on("station answers", "SetVariableMonitoring")
    def monitors(self, exchange: Exchange) -> None:
        """Several monitors may be about one variable: each has its result."""
        if exchange.response is not None:
            results = exchange.response["setMonitoringResult"]
            self._same(MONITORS_SET, exchange, "setMonitoring", exchange.request["setMonitoringData"], results)

    @on("station answers", "GetCompositeSchedule")
    def schedule(self, exchange: Exchange) -> None:
        """That of connector or EVSE 0 is one of the whole station, whatever its name. In 1.6 it need not be named."""
        response = exchange.response or {}
        field = "connectorId" if self.version == "1.6" else "evseId"
        told = (response if self.version == "1.6" else response.get("schedule", {})).get(field)
        asked = exchange.request[field]
        if response.get("status") == "Accepted" and asked > 0 and told not in (None, asked):
            field = field if self.version == "1.6" else f"schedule.{field}"
            self.breaks(SCHEDULE_PLACE, exchange, expected=str(asked), received=str(told), field=field)

    def _value(self, rule: Rule, exchange: Exchange, expected: str, received: str) -> None:
        field = "getVariableResult.attributeValue"
        self.breaks(rule, exchange, expected=expected, received=received, field=field)

    def _typed(self, rule: Rule, exchange: Exchange, name: str, results: list[dict[str, Any]]) -> None:
        """The sentence has no exception for what was refused; but what is not there has no attribute Actual."""
        without = [result for result in results if "attributeType" not in result]
        if without:
            self.breaks(
                rule,
                exchange,
                expected=f"attributeType of {', '.join(map(_name, without))}",
                received="none",
                field=f"{name}Result.attributeType",
                should=all(result["attributeStatus"] != "Accepted" for result in without),
            )

    def _same(
        self, rule: Rule, exchange: Exchange, name: str, asked: list[dict[str, Any]], results: list[dict[str, Any]]
    ) -> None:
        wanted, told = sorted(map(attribute, asked)), sorted(map(attribute, results))
        if wanted != told:
            other = [one for one in told if one not in wanted] or told
            missing = [one for one in wanted if one not in told] or wanted
            self.breaks(rule, exchange, expected=str(missing), received=str(other), field=f"{name}Result")


def _number(entry: dict[str, Any]) -> int | None:
    text = str(entry.get("value", ""))
    return int(text) if text.isdecimal() else None


def _name(item: dict[str, Any]) -> str:
    return f"{item['component']['name']}.{item['variable']['name']}"
