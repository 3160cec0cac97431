"""G, availability: the status that the station reports, and Unavailable, in front of a CSMS under test."""

from __future__ import annotations

from typing import Any

from ocpp_proof.cases.steps import on_undo
from ocpp_proof.roles.event_ids import new_event_id
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import now
from ocpp_testcases.common.operator import asked

__all__ = ["connector_messages", "report_connector", "unavailable"]


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


async def report_connector(station: Station, status: str, evseId: int = 1, connectorId: int = 1) -> None:
    """Report a connector's status."""
    for action, payload in connector_messages(status, evseId, connectorId):
        await station.call(action, **payload)


async def unavailable(station: Station, sut: Sut, evseId: int) -> Message:
    """Unavailable: the CSMS takes an EVSE out of service and the station reports its connector so."""
    on_undo("Put the EVSE back into service", lambda: _operative(station, sut, evseId))
    request = await asked(
        station,
        sut,
        "ChangeAvailability",
        operationalStatus="Inoperative",
        evse={"id": evseId},
        matching={"operationalStatus": "Inoperative", "evse.id": evseId, "evse.connectorId": None},
    )
    await report_connector(station, "Unavailable", evseId, sut.connectorId)
    return request


async def _operative(station: Station, sut: Sut, evseId: int) -> None:
    await asked(station, sut, "ChangeAvailability", operationalStatus="Operative", evse={"id": evseId})
    await report_connector(station, "Available", evseId, sut.connectorId)
