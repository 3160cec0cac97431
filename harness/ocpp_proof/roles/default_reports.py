"""What a station of 2.x that the harness plays tells in reports of its device model (B07, B08)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ocpp_proof.ocppj.frames import Payload

from .default_values import StationValue, VariableName

__all__ = ["report_data"]

_EVSES = (1, 2)
_PLACES: dict[str, list[dict[str, Any]]] = {
    "EVSE": [{"evse": {"id": evse}} for evse in _EVSES],
    "Connector": [{"evse": {"id": evse, "connectorId": 1}} for evse in _EVSES],
    "NetworkConfiguration": [{"instance": "1"}, {"instance": "2"}],
}
"""Where the components are that there are several of."""
_SUMMARY = ("AvailabilityState",)
"""The variables of a SummaryInventory (B07.FR.09)."""
_SWITCHES = ("Active", "Available", "Enabled")
"""Criteria that a component meets also where it has no variable of that name (B08.FR.07 to FR.09)."""


def report_data(
    known: Mapping[VariableName, StationValue], request: Payload, value: Callable[[dict[str, Any]], str]
) -> list[dict[str, Any]]:
    """The reportData that a GetBaseReport or GetReport asks for.

    `value` gives what a variable is now, for an entry with its component and variable. Values of WriteOnly variables
    are left out (B07.FR.03).
    """
    asked: list[dict[str, Any]] = request.get("componentVariable", [])
    criteria: list[str] = request.get("componentCriteria", [])
    base = request.get("reportBase")
    found = []
    for name, item in known.items():
        if base == "ConfigurationInventory" and item.access == "ReadOnly":
            continue
        if base == "SummaryInventory" and name[1] not in _SUMMARY:
            continue
        if criteria and not any(_meets(known, name[0], one) for one in criteria):
            continue
        for place in _PLACES.get(name[0], [{}]):
            entry = {
                "component": {"name": name[0], **place},
                "variable": {"name": name[1], **({"instance": name[2]} if name[2] else {})},
            }
            if not asked or any(_is_asked_for(entry, one) for one in asked):
                found.append(entry | _described(item, value(entry)))
    return found


def _meets(known: Mapping[VariableName, StationValue], component: str, criterion: str) -> bool:
    item = known.get((component, criterion, ""))
    return criterion in _SWITCHES if item is None else item.value == "true"


def _is_asked_for(entry: dict[str, Any], asked: dict[str, Any]) -> bool:
    """What a request leaves out of a name it leaves open (B08.FR.11, FR.21 to FR.24)."""
    component, evse = asked.get("component", {}), asked.get("component", {}).get("evse", {})
    variable, place = asked.get("variable", {}), entry["component"].get("evse", {})
    instance = entry["component"].get("instance")
    return (
        component.get("name") == entry["component"]["name"]
        and component.get("instance", instance) == instance
        and variable.get("name", entry["variable"]["name"]) == entry["variable"]["name"]
        and variable.get("instance", entry["variable"].get("instance")) == entry["variable"].get("instance")
        and all(place.get(name) == number for name, number in evse.items() if name in ("id", "connectorId"))
    )


def _described(item: StationValue, value: str) -> dict[str, Any]:
    attribute: dict[str, Any] = {"type": "Actual", "mutability": item.access}
    if item.access != "WriteOnly":
        attribute["value"] = value
    listed = {"valuesList": item.members or item.value} if item.kind.endswith("List") else {}
    return {
        "variableAttribute": [attribute],
        "variableCharacteristics": {"dataType": item.kind, "supportsMonitoring": False, **listed},
    }
