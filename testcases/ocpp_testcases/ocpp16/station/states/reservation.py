"""Reservations at a charge point under test, OCPP 1.6."""

from __future__ import annotations

from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check, check_fields, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Answer, ErrorAnswer, Message
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.clock import now
from ocpp_testcases.ocpp16.station.states.charging_session import expect_transaction_started, start_remotely
from ocpp_testcases.ocpp16.station.states.session import Session, plug_in
from ocpp_testcases.ocpp16.station.states.status import expect_connector_status
from ocpp_testcases.ocpp16.station.states.unsupported_profile import check_unsupported

__all__ = [
    "attempt_reservation",
    "charging_as_reserved",
    "check_asked_for",
    "check_reservation",
    "expect_available",
    "expect_preparing",
    "expect_turned_away",
    "reserved",
]

HOUR = 3600


async def reserved(
    csms: Csms, sut: Sut, token: Token, *, connectorId: int | None = None, seconds: float = HOUR, parentIdTag: str = ""
) -> int:
    """Reserved: the connector (0: any) is kept for a driver; returns the reservation's id"""
    number = sut.connectorId if connectorId is None else connectorId
    answer, reservationId = await _reserve(csms, sut, token, number, seconds, parentIdTag)
    check_fields("1.6 §5.13 reserve", answer, {"status": "Accepted"})
    await csms.expect(
        "StatusNotification",
        requirement="1.6 §4.9",
        connectorId={number, sut.connectorId},
        status="Reserved",
    )
    return reservationId


async def attempt_reservation(csms: Csms, sut: Sut, connectorId: int, *, status: str) -> None:
    """The Central System tries to reserve a connector (0: any): judge that it is refused with this status."""
    answer, _ = await _reserve(csms, sut, sut.tokens.valid, connectorId, HOUR, "")
    requirement, expected = f"1.6 §5.13 {status.lower()}", f"status {status}"
    if status == "Rejected":
        check_unsupported(requirement, answer, answer.get("status") == status, expected=expected)
    else:
        check_fields(requirement, answer, {"status": status})


async def _reserve(
    csms: Csms, sut: Sut, token: Token, connectorId: int, seconds: float, parentIdTag: str
) -> tuple[Answer | ErrorAnswer, int]:
    reservationId = sut.number()

    async def cancel() -> None:
        csms.match_from_now_on()
        answer = await csms.attempt("CancelReservation", reservationId=reservationId)
        if answer.status == "Accepted":
            await csms.expect_optional("StatusNotification", status="Available")

    on_undo("Cancel the reservation", cancel)
    family = {"parentIdTag": parentIdTag} if parentIdTag else {}
    answer = await csms.attempt(
        "ReserveNow",
        connectorId=connectorId,
        expiryDate=now(seconds=seconds),
        idTag=token.idToken,
        reservationId=reservationId,
        **family,
    )
    return answer, reservationId


async def expect_available(csms: Csms, sut: Sut, *, requirement: str, within: float | None = None) -> Message:
    """The connector of the case is reported as Available again."""
    return await expect_connector_status(csms, "Available", sut.connectorId, requirement=requirement, within=within)


async def expect_turned_away(csms: Csms, sut: Sut, token: Token) -> None:
    """Somebody for whom the connector is not reserved presents a token: judge that it stays reserved.

    Who is let in all the same leaves again.
    """
    await sut.present_token(token)
    if not await csms.expect_none(
        "StatusNotification",
        requirement="1.6 §5.13 refuse",
        within=csms.timing.transaction,
        connectorId=sut.connectorId,
        status="Preparing",
    ):
        await sut.present_token(token)


async def expect_preparing(csms: Csms, tx: Session) -> None:
    """The charge point reports Preparing once the driver for whom it is reserved has come; judges it, and goes on."""
    message = await csms.expect_optional(
        "StatusNotification", within=csms.timing.event, connectorId=tx.connectorId, status="Preparing"
    )
    check(
        "1.6 §4.9",
        message is not None,
        expected=f"StatusNotification(connectorId = {tx.connectorId}, status = Preparing)",
        received=dict(message.payload) if message else "nothing",
    )


async def charging_as_reserved(csms: Csms, sut: Sut, tx: Session) -> Message:
    """Charging: the cable is in a reserved connector, and the Central System has started for whom it is reserved

    Whether the charge point asks for the token first is left open. Judges that it is Preparing in between: the official
    state wants that to be told, where 1.6 §4.9 says MAY. Returns the StartTransaction.
    """
    await plug_in(sut, tx)
    await start_remotely(csms, tx)
    started = await expect_transaction_started(csms, tx)
    check_asked_for(csms, tx.token, requirement="1.6 §5.11 authorize")
    told = csms.received("StatusNotification", connectorId=tx.connectorId, status="Preparing")
    check(
        STEP,
        bool(told),
        expected=f"StatusNotification(connectorId = {tx.connectorId}, status = Preparing)",
        received="nothing",
        note="the official case wants it; 1.6 §4.9 says MAY",
    )
    return started


def check_asked_for(csms: Csms, *tokens: Token, requirement: str) -> None:
    """Judge that each Authorize, if any came, is for one of the tokens that were presented or started remotely."""
    known = {token.idToken.casefold() for token in tokens}
    other = [m.idTag for m in csms.received("Authorize") if str(m.idTag).casefold() not in known]
    check(
        requirement,
        not other,
        expected=f"Authorize, where it is sent, for {' or '.join(token.idToken for token in tokens)}",
        received=other or "as expected",
    )


def check_reservation(message: Message, reservationId: int | None) -> None:
    """Judge that a StartTransaction names this reservation (None: that it names none)."""
    check_fields("1.6 §5.13 id", message, {"reservationId": reservationId})
