"""The status that a station under test told last of each connector, over all cases of a run: it is not asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .message import Message

__all__ = ["ConnectorStatuses", "Place"]

Place = tuple[int, int]
"""evseId and connectorId."""


class ConnectorStatuses:
    """`last`: the status by the connector's number, 0 for the charge point as a whole (1.6).

    2.x: `of` is the status by EVSE and connector, `served` are those that were Available once.
    """

    def __init__(self) -> None:
        self.last: dict[int, str] = {}
        self.of: dict[Place, str] = {}
        self.served: set[Place] = set()

    def heard(self, message: Message) -> None:
        """A message of the station came."""
        number = message.connectorId
        if message.action == "StatusNotification" and message.evseId is None and isinstance(number, int):
            self.last[number] = str(message.status)
        for place, status in _told(message.action, message.payload):
            self.of[place] = status
            if status == "Available":
                self.served.add(place)


def _told(action: str, payload: Any) -> Iterator[tuple[Place, str]]:
    """What a message of 2.x tells of connectors, whatever else is wrong with it; names are in any case of letters."""
    match action, payload:
        case "StatusNotification", {"evseId": int(evse), "connectorId": int(connector), "connectorStatus": str(status)}:
            yield (evse, connector), status
        case "NotifyEvent", {"eventData": list(events)}:
            for event in events:
                match event:
                    case {
                        "component": {"name": str(component), "evse": {"id": int(evse), "connectorId": int(connector)}},
                        "variable": {"name": str(variable)},
                        "actualValue": str(status),
                    } if (component.casefold(), variable.casefold()) == ("connector", "availabilitystate"):
                        yield (evse, connector), status
