"""Reservations that a Central System under test makes at the charge point that the harness plays, OCPP 1.6."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ocpp_proof.cases.steps import on_undo
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.clock import now
from ocpp_testcases.common.connection import check_stays_connected
from ocpp_testcases.common.operator import asked
from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.ocpp16.csms.states.charging_session import Transaction, charging
from ocpp_testcases.ocpp16.csms.states.cold_boot import report_status
from ocpp_testcases.ocpp16.csms.states.connection import connected

__all__ = [
    "Reservation",
    "cancel_reservation",
    "charging_as_reserved",
    "reservation_expired",
    "reserve",
    "reserve_chosen_connector",
]

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
            await cancel_reservation(self, status="Accepted", reservationId=self.id)
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
    matching: Mapping[str, Any] | None = None,
    requirement: str = "1.6 §5.13 send",
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
        connectorId=sut.connectorId if connectorId is None else connectorId,
        idTag=(token or sut.tokens.valid).idToken,
        reservationId=sut.number(),
        expiryDate=expiryDate or now(seconds=HOUR),
        matching=matching,
        requirement=requirement,
        **parent,
    )
    made = Reservation(station, sut, request)
    if status == "Accepted":
        on_undo("Cancel the reservation", made.take_back)
        await report_status(station, made.connectorId, "Reserved")
    return made


async def reserve_chosen_connector(
    station: Station, sut: Sut, *, status: str = "Accepted", expiryDate: str = ""
) -> Reservation:
    """The operator reserves the connector of the case for its driver: judge that the ReserveNow names them."""
    return await reserve(
        station,
        sut,
        status=status,
        expiryDate=expiryDate,
        matching={"connectorId": sut.connectorId, "idTag": ignoring_case(sut.tokens.valid.idToken)},
        requirement="1.6 §5.13",
    )


async def charging_as_reserved(
    station: Station, sut: Sut, reservation: Reservation, token: Token | None = None
) -> Transaction:
    """Charging: the driver for whom it is reserved has come, and the transaction names the reservation."""
    tx = await charging(station, sut, token, reservationId=reservation.id)
    reservation.over = True
    return tx


async def reservation_expired(reservation: Reservation, seconds: float) -> None:
    """Expired: the driver does not come in the seconds that are left, and the connector is Available again."""
    await check_stays_connected(reservation.station, within=seconds)
    reservation.over = True
    await report_status(reservation.station, reservation.connectorId, "Available")


async def cancel_reservation(
    reservation: Reservation,
    *,
    status: str,
    reservationId: int,
    matching: Mapping[str, Any] | None = None,
) -> Message:
    """The operator cancels the reservation with this id, and the charge point answers with `status`."""
    reservation.station.answer("CancelReservation", status=status)
    request = await asked(
        reservation.station,
        reservation.sut,
        "CancelReservation",
        reservationId=reservationId,
        matching=matching,
        requirement="1.6 §5.1 send",
    )
    if status == "Accepted":
        reservation.over = True
    return request
