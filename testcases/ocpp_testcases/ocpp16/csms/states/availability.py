"""Unavailable, OCPP 1.6: a Central System under test takes a connector out of service, and the charge point says so."""

from __future__ import annotations

from ocpp_proof.cases.steps import on_undo
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp16.csms.states.cold_boot import report_status

__all__ = ["unavailable"]


async def unavailable(station: Station, sut: Sut, connectorId: int) -> None:
    """Unavailable: the operator has taken a connector out of service, and the charge point has reported it so."""

    async def back() -> None:
        await asked(station, sut, "ChangeAvailability", connectorId=connectorId, type="Operative")
        await report_status(station, connectorId, "Available")

    on_undo("The connector is in service again", back)
    station.answer("ChangeAvailability", status="Accepted")
    await asked(
        station,
        sut,
        "ChangeAvailability",
        connectorId=connectorId,
        type="Inoperative",
        matching={"connectorId": connectorId, "type": "Inoperative"},
        requirement="1.6 §5.2 send",
    )
    await report_status(station, connectorId, "Unavailable")
