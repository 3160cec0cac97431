"""The connector (1.6) or the EVSE (2.x) that is tested is reserved for an hour."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from ocpp_proof import Inconclusive, NotApplicable, by_version, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import in_time
from ocpp_testcases.edge.states.connector_reports import expect_status, statuses_told
from ocpp_testcases.ocpp2.station.states import b_provisioning

__all__ = ["cancel_reservation", "reserved"]

RESERVED = {"1.6": "1.6 §4.9", "2": "H01.FR.20"}


async def reserved(csms: Csms, sut: Sut) -> int:
    """Reserved: it is kept for a token, and the station says so; returns the reservation's id

    The reservation is cancelled when the case ends.
    """
    if not sut.claims("reservation or R-1"):
        raise NotApplicable("the station does not claim reservation")
    if sut.ocpp != "1.6":
        await b_provisioning.configured(csms, {"ReservationCtrlr.Enabled": "true"}, if_implemented=True)
    number, token, since = sut.number(), sut.tokens.valid, csms.next_index
    on_undo("Cancel the reservation", lambda: cancel_reservation(csms, sut, number))
    until: dict[str, Any]
    if sut.ocpp == "1.6":
        until = {"expiryDate": in_time(hours=1), "idTag": token.idToken}
        answer = await csms.attempt("ReserveNow", connectorId=sut.connectorId, reservationId=number, **until)
    else:
        until = {"expiryDateTime": in_time(hours=1), "idToken": token.payload}
        answer = await csms.attempt("ReserveNow", id=number, evseId=sut.evseId, **until)
    if answer.status != "Accepted":
        raise Inconclusive(f"the station does not take a reservation: {answer.error or answer.status}")
    await expect_status(csms, sut, "Reserved", since=since, requirement=by_version(RESERVED))
    return number


async def cancel_reservation(csms: Csms, sut: Sut, number: int) -> None:
    """Cancel it, and see the connector free where it was there."""
    await csms.wait_until(lambda: csms.connected, csms.timing.long, "the station to connect")
    since = csms.next_index
    answer = await csms.attempt("CancelReservation", reservationId=number)
    if answer.status == "Accepted":
        with suppress(TimeoutError):  # the next case must not hear of it
            await csms.wait_until(
                lambda: statuses_told(csms, sut, since=since), csms.timing.event, "the state of the connector"
            )
