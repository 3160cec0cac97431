"""G, availability: the connector status that a station under test reports."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ocpp_proof.cases.fields import Pattern, payload_matches
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.peer import Expected

from ocpp_testcases.common.patterns import ignoring_case

__all__ = [
    "Place",
    "Statuses",
    "expect_any_status",
    "expect_connector_status",
    "expect_status_of_each",
    "expect_statuses",
    "is_available",
    "last_statuses",
    "status_outcomes",
    "statuses_told",
]

Place = tuple[int, int]
"""evseId and connectorId."""
Statuses = Mapping[Place, str | Collection[str]]
"""What is expected of connectors: a status, or several of which each is right."""
STATUSES = ("Available", "Occupied", "Reserved", "Unavailable", "Faulted")
OF_CONNECTORS = {"component__name": ignoring_case("Connector"), "variable__name": ignoring_case("AvailabilityState")}
"""Names are case insensitive (ComponentType, VariableType)."""


def _delta(status: str, **fields: Any) -> Pattern:
    """Matches eventData that has one element with these fields, which reports this status."""

    def fits(events: Any) -> bool:
        return isinstance(events, list) and any(payload_matches(e, fields) for e in events if isinstance(e, dict))

    return Pattern(f"a Delta of Connector.AvailabilityState {status}", fits)


def status_outcomes(status: str, evseId: int, connectorId: int) -> tuple[Expected, Expected]:
    """The two messages that report a connector's status."""
    delta = _delta(
        status,
        trigger="Delta",
        actualValue=status,
        **OF_CONNECTORS,
        component__evse__id=evseId,
        component__evse__connectorId=connectorId,
    )
    return (
        Expected("StatusNotification", {"connectorStatus": status, "evseId": evseId, "connectorId": connectorId}),
        Expected("NotifyEvent", {"eventData": delta}),
    )


async def expect_connector_status(
    csms: Csms,
    status: str | tuple[str, ...],
    evseId: int,
    connectorId: int,
    *,
    requirement: str = STEP,
    within: float | None = None,
) -> Message:
    """The station reports a connector's status, or one of several, by StatusNotification or by NotifyEvent."""
    statuses = (status,) if isinstance(status, str) else status
    return await csms.expect_one_of(
        *(outcome for one in statuses for outcome in status_outcomes(one, evseId, connectorId)),
        requirement=requirement,
        within=within,
        note=f"the status {' or '.join(statuses)} of connector {connectorId} of EVSE {evseId}",
    )


async def expect_status_of_each(
    csms: Csms,
    status: str,
    places: list[Place],
    *,
    requirement: str = STEP,
    within: float | None = None,
    since: int | None = None,
) -> None:
    """The station reports this status of each of these connectors; one NotifyEvent may tell of several."""
    await expect_statuses(csms, dict.fromkeys(places, status), requirement=requirement, within=within, since=since)


async def expect_statuses(
    csms: Csms, wanted: Statuses, *, requirement: str = STEP, within: float | None = None, since: int | None = None
) -> None:
    """The station reports a status of each of these connectors; one NotifyEvent may tell of several.

    `wanted`: a status, or several of which each is right; `since`: in messages with at least this index.
    """
    left = [(place, (told,) if isinstance(told, str) else tuple(told)) for place, told in wanted.items()]
    while left:
        place, statuses = left[0]
        message = await csms.expect_one_of(
            *(outcome for status in statuses for outcome in status_outcomes(status, *place)),
            requirement=requirement,
            within=within,
            since=since,
            note=f"the status {' or '.join(statuses)} of connector {place[1]} of EVSE {place[0]}",
        )
        left = [(place, wanted) for place, wanted in left[1:] if not any(_tells(message, s, place) for s in wanted)]


def is_available(messages: list[Message], place: Place) -> bool:
    """Whether the last of these messages that tells the status of a connector tells Available."""
    told = [m for m in messages if any(_tells(m, status, place) for status in STATUSES)]
    return bool(told) and _tells(told[-1], "Available", place)


def _tells(message: Message, status: str, place: Place) -> bool:
    return any(
        o.action == message.action and payload_matches(message.payload, o.fields)
        for o in status_outcomes(status, *place)
    )


async def expect_any_status(
    csms: Csms, status: str, places: list[Place], *, requirement: str = STEP, within: float | None = None
) -> list[Place]:
    """The station reports this status of at least one of these connectors; returns those that it has not told of."""
    outcomes = [outcome for place in places for outcome in status_outcomes(status, *place)]
    message = await csms.expect_one_of(*outcomes, requirement=requirement, within=within)
    return [place for place in places if not _tells(message, status, place)]


def statuses_told(
    csms: Csms, place: Place, *, since: int = 0, by: Collection[str] = ("StatusNotification", "NotifyEvent")
) -> list[str]:
    """What the station said of a connector in messages with at least this index, by either message."""
    told = []
    for message in csms.inbox:
        if message.index >= since and message.action in by:
            told += [status for where, status in _statuses(message) if where == place]
    return told


def last_statuses(csms: Csms) -> dict[Place, str]:
    """The status that was told last of each connector that the station has spoken of."""
    return {place: status for message in csms.inbox for place, status in _statuses(message)}


def _statuses(message: Message) -> list[tuple[Place, str]]:
    if message.action == "StatusNotification":
        return [((message.evseId, message.connectorId), str(message.connectorStatus))]
    if message.action != "NotifyEvent":
        return []
    found: list[tuple[Place, str]] = []
    for event in message.eventData or []:
        if isinstance(event, dict) and payload_matches(event, OF_CONNECTORS):
            evse = event["component"].get("evse") or {}
            if "id" in evse and "connectorId" in evse:
                found.append(((evse["id"], evse["connectorId"]), str(event.get("actualValue"))))
    return found
