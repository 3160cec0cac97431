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


class Secrets(Subject):
    """AuthorizationKey and BasicAuthPassword; what only stands for them, such as asterisks, is none."""

    rules = (PASSWORD_READABLE,)

    @on("station answers", "GetConfiguration")
    def keys(self, exchange: Exchange) -> None:
        """The key of 1.6."""
        for entry in (exchange.response or {}).get("configurationKey", []):
            if entry["key"].casefold() == "authorizationkey" and _shows(entry.get("value")):
                self._breaks(exchange, "AuthorizationKey", "configurationKey.value")

    @on("station answers", "GetVariables")
    def variables(self, exchange: Exchange) -> None:
        """The variable of 2.x."""
        for result in (exchange.response or {}).get("getVariableResult", []):
            if _is_password(result) and _shows(result.get("attributeValue")):
                self._breaks(exchange, "BasicAuthPassword", "getVariableResult.attributeValue")

    @on("station asks", "NotifyReport")
    def report(self, exchange: Exchange) -> None:
        """A report may name it, without its value."""
        for data in exchange.request.get("reportData", []):
            if _is_password(data) and any(_shows(one.get("value")) for one in data["variableAttribute"]):
                self._breaks(exchange, "BasicAuthPassword", "reportData.variableAttribute.value")

    def _breaks(self, exchange: Exchange, name: str, field: str) -> None:
        expected = f"{name} without a value"
        self.breaks(PASSWORD_READABLE, exchange, expected=expected, received="a value", field=field)


def _is_password(item: dict[str, Any]) -> bool:
    return bool(item["variable"]["name"].casefold() == "basicauthpassword")


def _shows(value: Any) -> bool:
    return bool(str(value or "").strip("*•.xX- "))
