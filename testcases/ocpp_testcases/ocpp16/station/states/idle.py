"""The general preconditions of the document (1.3) that a charge point under test is brought to, OCPP 1.6."""

from __future__ import annotations

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp16.station.states.configuration import configured

__all__ = ["authorization_cache_empty", "idle"]


async def idle(csms: Csms, sut: Sut) -> None:
    """Idle: no transaction runs, nothing is reserved, and the charge point tells of every change of status at once

    Every token is asked for: an earlier case, or the operator, may have made it known to the charge point.
    """
    if stuck := csms.transactions.stuck:
        raise Inconclusive(f"transactions of earlier cases run on, and cannot be stopped: {sorted(stuck)}")
    await _not_reserved(csms, sut)
    await configured(csms, {"MinimumStatusDuration": "0"}, if_implemented=True)
    await configured(csms, {"LocalPreAuthorize": "false"})


async def _not_reserved(csms: Csms, sut: Sut) -> None:
    """OCPP 1.6 neither lists reservations nor cancels one whose number nobody knows: the operator has to."""
    here = sut.connectorId
    status: str | None = csms.connector_statuses.last.get(here)
    if status == "Reserved" and sut.claims("remote trigger"):
        await csms.attempt("TriggerMessage", requestedMessage="StatusNotification", connectorId=here)
        if told := await csms.expect_optional("StatusNotification", within=csms.timing.event, connectorId=here):
            status = str(told.status)
    if status == "Reserved":
        raise Inconclusive(f"connector {here} is reserved, and not by this case: cancel the reservation")


async def authorization_cache_empty(csms: Csms) -> None:
    """Empty: the authorization cache knows nobody (it fills again by itself)"""
    await csms.attempt("ClearCache")
