"""Which attribute of which variable an item of a message of 2.x is about."""

from __future__ import annotations

from typing import Any

__all__ = ["VARIABLE", "attribute"]

VARIABLE = 4
"""Where the name of the variable stands in what `attribute` gives."""


def attribute(item: dict[str, Any]) -> tuple[str, ...]:
    """Component, variable and attribute type as texts that can be compared: whatever their case (identifierString).

    Component, its instance, EVSE and connector, variable, its instance, attribute type; "" for what is not there, and
    Actual where no attribute type is named.
    """
    component, variable = item["component"], item["variable"]
    evse = component.get("evse") or {}
    parts = (
        component["name"],
        component.get("instance", ""),
        evse.get("id", ""),
        evse.get("connectorId", ""),
        variable["name"],
        variable.get("instance", ""),
        item.get("attributeType", "Actual"),
    )
    return tuple(str(part).casefold() for part in parts)
