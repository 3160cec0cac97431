"""H, reservation: Reserved, in front of a CSMS under test."""

from __future__ import annotations

from typing import Any

from ocpp_proof.cases.steps import on_undo
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp2.csms.states.g_availability import report_connector

__all__ = ["reserved"]


async def reserved(station: Station, sut: Sut, evseId: int) -> Message:
    """Reserved: the CSMS reserves an EVSE for a driver and the station reports its connector so."""
    token = sut.tokens.valid
    request = await asked(
        station,
        sut,
        "ReserveNow",
        evseId=evseId,
        idToken=token.payload,
        matching={
            "evseId": evseId,
            "connectorType": None,
            "idToken.idToken": token.idToken,
            "idToken.type": token.type,
        },
    )
    on_undo("Cancel the reservation", lambda: _unreserved(station, sut, evseId, request.id))
    await report_connector(station, "Reserved", evseId, sut.connectorId)
    return request


async def _unreserved(station: Station, sut: Sut, evseId: int, reservationId: Any) -> None:
    await asked(station, sut, "CancelReservation", reservationId=reservationId)
    await report_connector(station, "Available", evseId, sut.connectorId)
