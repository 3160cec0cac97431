"""G, availability: the status that the station reports, in front of a CSMS under test."""

from __future__ import annotations

from typing import Any

from ocpp_proof.roles.event_ids import new_event_id
from ocpp_proof.roles.station import Station

from ocpp_testcases.common.clock import now

__all__ = ["connector_messages", "report_connector"]


def connector_messages(status: str, evseId: int, connectorId: int) -> list[tuple[str, dict[str, Any]]]:
    """A connector's status, both ways that a station may choose: StatusNotification and NotifyEvent."""
    moment, place = now(), {"evseId": evseId, "connectorId": connectorId}
    event = {
        "eventId": new_event_id(),
        "timestamp": moment,
        "trigger": "Delta",
        "actualValue": status,
        "eventNotificationType": "HardWiredNotification",
        "component": {"name": "Connector", "evse": {"id": evseId, "connectorId": connectorId}},
        "variable": {"name": "AvailabilityState"},
    }
    return [
        ("StatusNotification", {"timestamp": moment, "connectorStatus": status, **place}),
        ("NotifyEvent", {"generatedAt": moment, "seqNo": 0, "eventData": [event]}),
    ]


async def report_connector(station: Station, status: str, evseId: int = 1, connectorId: int = 1, **more: Any) -> None:
    """Report a connector's status; `more`: what the messages hold besides."""
    for action, payload in connector_messages(status, evseId, connectorId):
        await station.call(action, **payload, **more)
