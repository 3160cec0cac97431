"""Remote start and remote stop at a charge point under test, OCPP 1.6."""

from __future__ import annotations

from ocpp_proof.cases.steps import check_fields
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message

from ocpp_testcases.ocpp16.station.states.charging_session import Session, transaction_stopped
from ocpp_testcases.ocpp16.station.states.configuration import get_configuration
from ocpp_testcases.ocpp16.station.states.status import expect_connector_status

__all__ = ["authorizes_remote_starts", "remotely_authorized", "remotely_started", "remotely_stopped"]


async def authorizes_remote_starts(csms: Csms) -> bool:
    """AuthorizeRemoteTxRequests: whether the charge point asks before it starts remotely."""
    return (await get_configuration(csms, "AuthorizeRemoteTxRequests") or "false").lower() == "true"


async def remotely_started(csms: Csms, tx: Session) -> None:
    """The Central System starts a transaction remotely, and the charge point promises to try"""
    answer = await csms.call("RemoteStartTransaction", connectorId=tx.connectorId, idTag=tx.token.idToken)
    tx.authorized = answer.status == "Accepted"
    check_fields("1.6 §5.11 start", answer, {"status": "Accepted"})


async def remotely_authorized(csms: Csms, tx: Session) -> Message:
    """Authorized: a remote start without a cable; the connector waits for it"""
    authorize = await authorizes_remote_starts(csms)
    await remotely_started(csms, tx)
    if authorize:
        await csms.expect("Authorize", requirement="1.6 §5.11 authorize", idTag=tx.token.idToken)
    return await expect_connector_status(csms, "Preparing", tx.connectorId)


async def remotely_stopped(csms: Csms, tx: Session, *, status: str | tuple[str, ...] = "Finishing") -> None:
    """The Central System stops the transaction"""
    answer = await csms.call("RemoteStopTransaction", transactionId=tx.id)
    check_fields("1.6 §5.12", answer, {"status": "Accepted"})
    await transaction_stopped(csms, tx, reason="Remote", status=status, requirement="1.6 §5.12")
