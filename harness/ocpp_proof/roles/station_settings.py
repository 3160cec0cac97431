"""The settings of a station under test, as far as they were read or written, and what sets a changed one back."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from .held import Held, Holdings, dicts

__all__ = ["StationSettings"]

_KEPT_AS_IT_IS = {
    "AuthorizationKey",
    "SecurityProfile",
    "BasicAuthPassword",
    "NetworkConfigurationPriority",
    "ActiveNetworkProfile",
    "Identity",
}
_CONNECTION = "NetworkConfiguration."
"""Settings that decide how the station connects: only the case that changes one knows how it is set back."""
_DONE = ("Accepted", "RebootRequired")


class StationSettings:
    """Follows what is read and written. One that was read before it was changed is held until it is set back.

    `values`: the last known ones by name (1.6: the key; 2.x: component and variable).
    """

    def __init__(self, ocpp: str, held: Holdings) -> None:
        self.ocpp = ocpp
        self.values: dict[Hashable, str] = {}
        self._held = held
        self._never_read: set[Hashable] = set()

    def connection_timeout(self) -> float | None:
        """Seconds after which a remote start without a cable is over, where it is known."""
        name = "ConnectionTimeOut" if self.ocpp == "1.6" else ("TxCtrlr", None, "EVConnectionTimeOut", None)
        try:
            return float(self.values[name])
        except (KeyError, ValueError):
            return None

    def is_changed(self, item: dict[str, Any]) -> bool:
        """Whether the variable that `item` names was written since it was last as it was before, read again or not."""
        return ("setting", _variable(item)) in self._held

    # --- requests that were answered, with the answer and the case

    def set_key(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        """ChangeConfiguration."""
        key, value = asked.get("key"), asked.get("value")
        if isinstance(key, str) and answer.get("status") in _DONE:
            self._changed(key, str(value), case, lambda old: {"key": key, "value": old}, key)

    def read_keys(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        """GetConfiguration."""
        for entry in dicts(answer.get("configurationKey")):
            if isinstance(entry.get("key"), str) and isinstance(entry.get("value"), str):
                self.values[entry["key"]] = entry["value"]

    def set_variables(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        """SetVariables."""
        values = {_variable(item): item for item in dicts(asked.get("setVariableData"))}
        for result in dicts(answer.get("setVariableResult")):
            name = _variable(result)
            item = values.get(name)
            if item is None or name is None or result.get("attributeStatus") not in _DONE:
                continue

            def undo(old: str, item: dict[str, Any] = item) -> dict[str, Any]:
                return {"setVariableData": [item | {"attributeValue": old}]}

            self._changed(name, str(item.get("attributeValue")), case, undo, _text(name))

    def read_variables(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        """GetVariables."""
        for result in dicts(answer.get("getVariableResult")):
            name, value = _variable(result), result.get("attributeValue")
            if name is not None and isinstance(value, str) and result.get("attributeStatus") == "Accepted":
                self.values[name] = value

    def _changed(
        self, name: Hashable, value: str, case: str, undo: Callable[[str], dict[str, Any]], shown: str
    ) -> None:
        """A setting was changed. Only a value that was read before can be set back."""
        before = self._held.get(("setting", name))
        if before is None and name not in self.values:
            self._never_read.add(name)  # what is known of it from now on is what the harness wrote
        original = self._original(before) if before is not None else self.values.get(name)
        self.values[name] = value
        if original is None or name in self._never_read:
            return
        if shown.startswith(_CONNECTION) or shown.rpartition(".")[2] in _KEPT_AS_IT_IS:
            return
        if value == original:
            self._held.pop(("setting", name), None)
        elif before is None:
            action = "ChangeConfiguration" if self.ocpp == "1.6" else "SetVariables"
            what = f"{shown} = {value} instead of {original}"
            self._held["setting", name] = Held(what, case, action, undo(original))

    @staticmethod
    def _original(held: Held) -> str:
        if held.action == "ChangeConfiguration":
            return str(held.payload["value"])
        return str(held.payload["setVariableData"][0]["attributeValue"])


def _variable(item: dict[str, Any]) -> tuple[str, str | None, str, str | None] | None:
    """Component and variable with their instances; None for what has none, and for other attributes than Actual."""
    component, variable = item.get("component"), item.get("variable")
    if not isinstance(component, dict) or not isinstance(variable, dict):
        return None
    if item.get("attributeType", "Actual") != "Actual" or component.get("evse"):
        return None
    return str(component.get("name")), component.get("instance"), str(variable.get("name")), variable.get("instance")


def _text(name: Any) -> str:
    return f"{name[0]}.{name[2]}"
