"""The status that a station under test told last of each connector, over all cases of a run: it is not asked for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from .message import Message

__all__ = ["ConnectorStatuses", "Place"]

Place = tuple[int, int]
"""evseId and connectorId."""
_OUT_OF_USE = ("Unavailable", "Faulted")


class ConnectorStatuses:
    """`last`: the status by the connector's number, 0 for the charge point as a whole (1.6).

    2.x: `of` is the status by EVSE and connector, `served` are those that were Available once. `freed` is when one was
    told to be Available last, by time.monotonic; 1.6 has EVSE 0.
    """

    def __init__(self) -> None:
        self.last: dict[int, str] = {}
        self.of: dict[Place, str] = {}
        self.served: set[Place] = set()
        self.freed: dict[Place, float] = {}

    def heard(self, message: Message) -> None:
        """A message of the station came."""
        number = message.connectorId
        if message.action == "StatusNotification" and message.evseId is None and isinstance(number, int):
            self.last[number] = str(message.status)
            if message.status == "Available":
                self.freed[0, number] = time.monotonic()
        for place, status in _told(message.action, message.payload):
            self.of[place] = status
            if status == "Available":
                self.served.add(place)
                self.freed[place] = time.monotonic()

    def in_use(self, evse: int, connector: int) -> str:
        """In words, where the station has told last that this connector is not Available; else empty.

        1.6 counts connectors alone: `evse` is not looked at, and the charge point as a whole is.
        """
        told = self.of.get((evse, connector), "Available")
        if told != "Available":
            return f"connector {connector} of EVSE {evse}, which is {told} as the station told"
        whole, told = self.last.get(0, "Available"), self.last.get(connector, "Available")
        if whole in _OUT_OF_USE:
            return f"the charge point, which is {whole} as it told"
        return f"connector {connector}, which is {told} as the station told" if told != "Available" else ""

    def freed_since(self, moment: float, evse: int, connector: int) -> bool:
        """Whether the connector was told to be Available after this moment of time.monotonic."""
        return max(self.freed.get((evse, connector), 0.0), self.freed.get((0, connector), 0.0)) > moment


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
