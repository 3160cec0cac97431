"""H, reservation: Reserved, at a station under test."""

from __future__ import annotations

from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check_fields, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.clock import in_time
from ocpp_testcases.ocpp2.station.states.g_availability import expect_connector_status, status_outcomes

__all__ = ["reserved"]


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
