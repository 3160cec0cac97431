"""What a message of 2.x says of the states of connectors: a StatusNotification of one, a NotifyEvent of several."""

from __future__ import annotations

from .exchange import Exchange

__all__ = ["Place", "told_states"]

Place = tuple[int, int]
"""evseId and connectorId."""


def told_states(exchange: Exchange) -> list[tuple[Place, str]]:
    """The connectors that it tells of, each with its state, in their order; none in any other message."""
    request = exchange.request
    if exchange.action == "StatusNotification":
        return [((request["evseId"], request["connectorId"]), request["connectorStatus"])]
    if exchange.action != "NotifyEvent":
        return []
    found = []
    for event in request["eventData"]:
        component, place = event["component"], event["component"].get("evse") or {}
        names = component["name"].casefold(), event["variable"]["name"].casefold()
        if names == ("connector", "availabilitystate") and "connectorId" in place:
            found.append(((place["id"], place["connectorId"]), event["actualValue"]))
    return found
