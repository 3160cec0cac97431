"""G, availability: what the CSMS under test takes out of service, and puts back; the harness plays the station."""

from __future__ import annotations

from typing import Any, Literal

from ocpp_proof.cases.steps import given, on_undo, step
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted_with, connected
from ocpp_testcases.ocpp2.csms.states.e_transactions import (
    energy_transfer_started,
    ev_connected_post_session,
    ev_disconnected,
    stop_authorized,
)
from ocpp_testcases.ocpp2.csms.states.g_availability import report_connector

__all__ = ["inoperative", "operative", "out_of_service_after_transaction", "unavailable"]

Level = Literal["station", "EVSE", "connector"]
"""What a ChangeAvailability is about."""


def _named(sut: Sut, level: Level) -> dict[str, Any]:
    """How the request names it: the station by naming no EVSE (G04.FR.01)."""
    if level == "station":
        return {}
    return {"evse": {"id": sut.evseId} | ({"connectorId": sut.connectorId} if level == "connector" else {})}


def _fields(sut: Sut, level: Level, operationalStatus: str) -> dict[str, Any]:
    """What the request has to hold, and what it must not: that would make it about something else."""
    if level == "station":
        return {"operationalStatus": operationalStatus, "evse": None}
    connectorId = sut.connectorId if level == "connector" else None
    return {"operationalStatus": operationalStatus, "evse.id": sut.evseId, "evse.connectorId": connectorId}


async def _change(station: Station, sut: Sut, level: Level, operationalStatus: str) -> Message:
    return await asked(
        station,
        sut,
        "ChangeAvailability",
        operationalStatus=operationalStatus,
        **_named(sut, level),
        matching=_fields(sut, level, operationalStatus),
    )


async def _report(station: Station, sut: Sut, level: Level, status: str) -> None:
    """The station reports its connectors: EVSEs 1 and 2, and the one that is tested, have one each."""
    for evseId in sorted({1, 2, sut.evseId}) if level == "station" else [sut.evseId]:
        await report_connector(station, status, evseId, sut.connectorId)


async def inoperative(station: Station, sut: Sut, level: Level) -> None:
    """The CSMS takes it out of service; it is put back when the case ends."""
    on_undo(f"Put the {level} back into service", lambda: _put_back(station, sut, level))
    await _change(station, sut, level, "Inoperative")


async def _put_back(station: Station, sut: Sut, level: Level) -> None:
    """What the CSMS took out of service last, also where it named something else than it was asked for

    Unless the CSMS has put it back already: it may not ask for what it knows to be so.
    """
    requests = [m for m in station.inbox if m.action == "ChangeAvailability"]
    closing = [m for m in requests if m.operationalStatus == "Inoperative"]
    if not closing:
        return
    part = _part(closing[-1])
    if any(m.operationalStatus == "Operative" and _part(m) == part for m in requests if m.index > closing[-1].index):
        return
    evse = {name: value for name, value in zip(("id", "connectorId"), part, strict=True) if value is not None}
    named: dict[str, Any] = {"evse": evse} if evse else {}
    await connected(station)
    await asked(station, sut, "ChangeAvailability", operationalStatus="Operative", **named)
    await _report(station, sut, level, "Available")


def _part(request: Message) -> tuple[Any, Any]:
    """The EVSE and connector that a request is about, whatever else it says of them; None for all."""
    return request.at("evse.id"), request.at("evse.connectorId")


async def unavailable(station: Station, sut: Sut, level: Level) -> None:
    """Unavailable: the CSMS has taken it out of service, and the station has reported its connectors so"""
    await inoperative(station, sut, level)
    await _report(station, sut, level, "Unavailable")


async def operative(station: Station, sut: Sut, level: Level) -> None:
    """The CSMS puts it back into service, and the station reports its connectors as Available."""
    await _change(station, sut, level, "Operative")
    await _report(station, sut, level, "Available")


async def out_of_service_after_transaction(station: Station, sut: Sut, level: Level) -> None:
    """The CSMS takes out of service what charges: the station puts it off until the transaction has ended."""
    await given(booted_with, station, sut, TxStopPoint="EVConnected")
    tx = await given(energy_transfer_started, station, sut)
    station.answer("ChangeAvailability", status="Scheduled", where={"operationalStatus": "Inoperative"})
    with step(f"The CSMS takes the {level} out of service, which the station puts off"):
        await inoperative(station, sut, level)
    others = [evseId for evseId in (1, 2) if evseId != sut.evseId] if level == "station" else []
    with step("The station reports the connectors that nobody uses as Unavailable"):
        for evseId in others:
            await report_connector(station, "Unavailable", evseId, sut.connectorId)
    # the table's state says Available first, which a connector that is to be Unavailable never is (G01.FR.05)
    with step("The driver stops and takes the cable out: the transaction ends, and the connector is Unavailable"):
        await stop_authorized(station, sut, tx)
        await ev_connected_post_session(station, sut, tx)
        await ev_disconnected(station, sut, tx, becomes="Unavailable")
