"""Reservations that a Central System under test makes at the charge point that the harness plays, OCPP 1.6."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ocpp_proof.cases.steps import check, check_fields, on_undo
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut, Token

from ocpp_testcases.common.clock import now
from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp16.csms.states.cold_boot import report_status
from ocpp_testcases.ocpp16.csms.states.connection import connected

__all__ = ["Reservation", "check_place", "reserve"]

HOUR = 3600.0


@dataclass
class Reservation:
    """A reservation as the Central System asked for it; `over`: it was used, cancelled or has expired."""

    station: Station
    sut: Sut
    request: Message
    over: bool = False

    @property
    def id(self) -> int:
        """The id that the Central System gave it."""
        return int(self.request.reservationId or 0)

    @property
    def connectorId(self) -> int:
        """The connector that shows it: that of the case where the whole charge point is reserved."""
        return int(self.request.connectorId or 0) or self.sut.connectorId

    async def take_back(self) -> None:
        """Cancel it if it still holds."""
        await connected(self.station)
        if not self.over:
            self.over = True
            self.station.answer("CancelReservation", status="Accepted")
            await asked(self.station, self.sut, "CancelReservation", reservationId=self.id)
        await report_status(self.station, self.connectorId, "Available")


async def reserve(
    station: Station,
    sut: Sut,
    *,
    status: str = "Accepted",
    connectorId: int | None = None,
    token: Token | None = None,
    parentIdTag: str = "",
    expiryDate: str = "",
) -> Reservation:
    """The operator reserves a connector for a driver, and the charge point answers with `status`.

    A reservation that it took is reported as Reserved, and taken back when the case ends.
    """
    station.answer("ReserveNow", status=status)
    parent: dict[str, Any] = {"parentIdTag": parentIdTag} if parentIdTag else {}
    request = await asked(
        station,
        sut,
        "ReserveNow",
        requirement="1.6 §5.13 send",
        connectorId=sut.connectorId if connectorId is None else connectorId,
        idTag=(token or sut.tokens.valid).idToken,
        reservationId=sut.number(),
        expiryDate=expiryDate or now(seconds=HOUR),
        **parent,
    )
    made = Reservation(station, sut, request)
    if status == "Accepted":
        on_undo("Cancel the reservation", made.take_back)
        await report_status(station, made.connectorId, "Reserved")
    return made


def check_place(sut: Sut, request: Message) -> None:
    """Judge that the reservation is for the connector and for the driver that the operator chose."""
    wanted, token = sut.connectorId, sut.tokens.valid.idToken
    check_fields("1.6 §5.13", request, {"connectorId": wanted})
    right = str(request.idTag).casefold() == token.casefold()
    check("1.6 §5.13", right, expected=f"idTag {token}", received=dict(request.payload))
