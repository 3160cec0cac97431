"""H, reservation: Reserved, and Authorized at a reserved EVSE, at a station under test."""

from __future__ import annotations

from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check_fields, not_judged, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.clock import in_time
from ocpp_testcases.ocpp2.station.states.e_transactions import Session, parking_bay_occupied
from ocpp_testcases.ocpp2.station.states.g_availability import expect_connector_status, status_outcomes

__all__ = ["authorized_at_reserved_evse", "reserved"]


async def reserved(csms: Csms, sut: Sut, token: Token, evseId: int, connectorId: int) -> int:
    """Reserved: an EVSE is kept for a token; returns the reservation's id

    The reservation is cancelled when the case ends.
    """
    number = sut.number()

    async def cancel() -> None:
        csms.match_from_now_on()
        answer = await csms.attempt("CancelReservation", reservationId=number)
        if answer.status == "Accepted":
            await csms.expect_one_of(*status_outcomes("Available", evseId, connectorId))

    on_undo("Cancel the reservation", cancel)
    answer = await csms.call(
        "ReserveNow", id=number, expiryDateTime=in_time(hours=1), idToken=token.payload, evseId=evseId
    )
    check_fields(STEP, answer, {"status": "Accepted"})
    await expect_connector_status(csms, "Reserved", evseId, connectorId)
    return number


async def authorized_at_reserved_evse(csms: Csms, sut: Sut, tx: Session) -> Session:
    """Authorized, where the EVSE is reserved for the driver: the reservation is used, the connector Available again.

    The station may authorize by the reservation alone.
    """
    tx = await parking_bay_occupied(csms, sut, tx)
    await sut.present_token(tx.token, tx.evseId)
    tx.authorized = True
    await expect_connector_status(csms, "Available", tx.evseId, tx.connectorId, requirement="H03.FR.10")
    if tx.started or "Authorized" in tx.start:
        await tx.event(
            requirement="H03.FR.01",
            eventType="Updated" if tx.started else "Started",
            triggerReason="Authorized",
            **tx.token_fields,
        )
    else:
        not_judged("H03.FR.01", because=f"TxStartPoint {sorted(tx.start)} does not start the transaction here")
    for asked in csms.received("Authorize"):  # before or after the status
        check_fields("C01.FR.02", asked, tx.token_fields)
    return tx
