"""H, reservation: Reserved, in front of a CSMS under test."""

from __future__ import annotations

from ocpp_proof.cases.steps import on_undo
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import now
from ocpp_testcases.common.operator import asked
from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.ocpp2.csms.states.g_availability import report_connector

__all__ = ["reserved"]

AN_HOUR = 3600.0


async def reserved(station: Station, sut: Sut, evseId: int) -> Message:
    """Reserved: the CSMS reserves an EVSE for a driver and the station reports its connector so."""
    token = sut.tokens.valid
    since = station.next_index
    on_undo("Cancel the reservation", lambda: _unreserved(station, sut, evseId, since))
    request = await asked(
        station,
        sut,
        "ReserveNow",
        evseId=evseId,
        idToken=token.payload,
        id=sut.number(),
        expiryDateTime=now(seconds=AN_HOUR),
        matching={
            "evseId": evseId,
            "connectorType": None,
            "idToken.idToken": ignoring_case(token.idToken),
            "idToken.type": token.type,
        },
    )
    await report_connector(station, "Reserved", evseId, sut.connectorId)
    return request


async def _unreserved(station: Station, sut: Sut, evseId: int, since: int) -> None:
    for request in [m for m in station.inbox if m.action == "ReserveNow" and m.index >= since]:
        await asked(station, sut, "CancelReservation", reservationId=request.id)
    await report_connector(station, "Available", evseId, sut.connectorId)
