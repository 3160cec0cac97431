"""The connector (1.6) or the EVSE (2.x) that is tested is taken out of service, and back."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from ocpp_proof import Inconclusive, by_version, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.edge.states.connector_reports import expect_status, statuses_told

__all__ = ["back_in_service", "out_of_service", "out_of_service_soon"]

DONE = ("Accepted", "Scheduled")
REPORTED = {"1.6": "1.6 §5.2", "2": "G03.FR.04"}


def _change(sut: Sut, to: str) -> dict[str, Any]:
    if sut.ocpp == "1.6":
        return {"connectorId": sut.connectorId, "type": to}
    return {"operationalStatus": to, "evse": {"id": sut.evseId}}


async def _take_out_of_service(csms: Csms, sut: Sut, status: str) -> None:
    """Ask for it; it is put back into service when the case ends. Inconclusive where the answer is another one."""
    on_undo("Put it back into service", lambda: back_in_service(csms, sut))
    answer = await csms.attempt("ChangeAvailability", **_change(sut, "Inoperative"))
    if answer.status != status:
        raise Inconclusive(f"ChangeAvailability is answered with {answer.error or answer.status}, not {status}")


async def back_in_service(csms: Csms, sut: Sut) -> None:
    """Put it back into service; a station that is just booting may refuse once."""
    await csms.wait_until(lambda: csms.connected, csms.timing.long, "the station to connect")
    since = csms.next_index
    answer = await csms.attempt("ChangeAvailability", **_change(sut, "Operative"))
    if answer.status not in DONE:
        await csms.wait_until_quiet()
        answer = await csms.attempt("ChangeAvailability", **_change(sut, "Operative"))
    if answer.status not in DONE:
        raise Inconclusive(f"it stays out of service: {answer.error or answer.status}")
    with suppress(TimeoutError):  # the next case must not hear of it
        await csms.wait_until(
            lambda: set(statuses_told(csms, sut, since=since)) - {"Unavailable"}, csms.timing.event, "its new state"
        )


async def out_of_service(csms: Csms, sut: Sut) -> None:
    """It is out of service, and the station says so"""
    since = csms.next_index
    await _take_out_of_service(csms, sut, "Accepted")
    await expect_status(csms, sut, "Unavailable", since=since, requirement=by_version(REPORTED))


async def out_of_service_soon(csms: Csms, sut: Sut) -> None:
    """It will go out of service when the transaction that runs is over"""
    await _take_out_of_service(csms, sut, "Scheduled")
