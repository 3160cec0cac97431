"""A password is written and never read (1.6 whitepaper 7.2; 2.x: A01, B06)."""

from __future__ import annotations

from typing import Any

from ..exchange import Exchange
from ..rule import Rule
from ..subject import Subject, on

__all__ = ["Secrets"]

PASSWORD_READABLE = Rule(
    "password-readable",
    "station",
    "The password with which a station connects can be read by nobody",
    {"1.6": "1.6S §7.2", "2.0.1": "B06.FR.09", "2.1": "B06.FR.09"},
)


_OWN = ("Actual", "Target")
"""The attributes that hold a value, and not its limits."""


class Secrets(Subject):
    """AuthorizationKey and BasicAuthPassword; what only stands for them, such as asterisks, is none.

    In 1.6 any value may be told that has nothing to do with the key (OCPP-J 6.2.2): it is one for sure where it is the
    key that was set.
    """

    rules = (PASSWORD_READABLE,)

    def begin(self) -> None:
        """None was set."""
        self._set = ""

    @on("csms asks", "ChangeConfiguration")
    def changes(self, exchange: Exchange) -> None:
        """The key that the station has, if it takes it."""
        if exchange.request["key"].casefold() == "authorizationkey":
            self._set = exchange.request["value"].casefold()

    @on("csms asks", "SetVariables")
    def sets(self, exchange: Exchange) -> None:
        """The same in 2.x."""
        for data in exchange.request["setVariableData"]:
            if _is_password(data):
                self._set = data["attributeValue"].casefold()

    @on("station answers", "GetConfiguration")
    def keys(self, exchange: Exchange) -> None:
        """The key of 1.6."""
        for entry in (exchange.response or {}).get("configurationKey", []):
            value = str(entry.get("value") or "")
            if entry["key"].casefold() == "authorizationkey" and _shows(value):
                other = not self._set or value.casefold() != self._set
                self._breaks(exchange, "AuthorizationKey", "configurationKey.value", should=other)

    @on("station answers", "GetVariables")
    def variables(self, exchange: Exchange) -> None:
        """The variable of 2.x."""
        for result in (exchange.response or {}).get("getVariableResult", []):
            own = result.get("attributeType", "Actual") in _OWN
            if own and _is_password(result) and _shows(result.get("attributeValue")):
                refused = result["attributeStatus"] != "Accepted"
                self._breaks(exchange, "BasicAuthPassword", "getVariableResult.attributeValue", should=refused)

    @on("station asks", "NotifyReport")
    def report(self, exchange: Exchange) -> None:
        """A report may name it, without its value."""
        for data in exchange.request.get("reportData", []):
            own = [one for one in data["variableAttribute"] if one.get("type", "Actual") in _OWN]
            shown = [str(one["value"]) for one in own if _shows(one.get("value"))]
            if _is_password(data) and shown:
                other = self._set not in (value.casefold() for value in shown)
                self._breaks(exchange, "BasicAuthPassword", "reportData.variableAttribute.value", should=other)

    def _breaks(self, exchange: Exchange, name: str, field: str, should: bool = False) -> None:
        expected = f"{name} without a value"
        self.breaks(PASSWORD_READABLE, exchange, expected=expected, received="a value", field=field, should=should)


def _is_password(item: dict[str, Any]) -> bool:
    return bool(item["variable"]["name"].casefold() == "basicauthpassword")


def _shows(value: Any) -> bool:
    return bool(str(value or "").strip("*•.xX- "))
