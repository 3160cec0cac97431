"""What a station of 2.x that the harness plays has told of its connectors: it says the same when it is asked."""

from __future__ import annotations

from typing import Any

__all__ = ["ToldStatuses"]

STATE = "AvailabilityState"


class ToldStatuses:
    """The AvailabilityState of each connector that a StatusNotification or a NotifyEvent was about."""

    def __init__(self) -> None:
        self._last: dict[tuple[int, int], str] = {}

    def note(self, action: str, payload: Any) -> None:
        """A CALL of the station, which a case may have made wrong in any way."""
        if not isinstance(payload, dict):
            return
        match action, payload:
            case "StatusNotification", {
                "evseId": int(evse),
                "connectorId": int(connector),
                "connectorStatus": str(status),
            }:
                self._last[evse, connector] = status
            case "NotifyEvent", {"eventData": list(events)}:
                for event in events:
                    self._note_event(event)

    def _note_event(self, event: Any) -> None:
        match event:
            case {
                "component": {"name": "Connector", "evse": {"id": int(evse), "connectorId": int(connector)}},
                "variable": {"name": "AvailabilityState"},
                "actualValue": str(status),
            }:
                self._last[evse, connector] = status

    def value(self, asked: dict[str, Any]) -> str | None:
        """The value of the variable that is asked for, an AvailabilityState of a place that was told of; else None.

        An EVSE is as its connectors are: as the one that is not Available, where there is one.
        """
        component = asked.get("component", {})
        place = component.get("evse", {})
        if asked.get("variable", {}).get("name") != STATE or component.get("name") not in ("Connector", "EVSE"):
            return None
        if component["name"] == "Connector":
            return self._last.get((place.get("id"), place.get("connectorId", 1)))
        told = [status for (evse, _), status in sorted(self._last.items()) if evse == place.get("id")]
        return next((status for status in told if status != "Available"), told[0] if told else None)
