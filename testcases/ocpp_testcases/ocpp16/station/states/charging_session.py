"""Charging sessions at a charge point under test, OCPP 1.6: the official reusable states."""

from __future__ import annotations

from typing import Any, Literal

from ocpp_proof.cases.errors import NotPossible
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check, check_fields, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Answer, ErrorAnswer, Message
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.clock import interval_tolerance
from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.ocpp16.station.states.configuration import configured, get_configuration
from ocpp_testcases.ocpp16.station.states.session import Session, plugged_in, session, unplugged
from ocpp_testcases.ocpp16.station.states.status import expect_connector_status

__all__ = [
    "attempt_remote_start",
    "authorized",
    "charging",
    "check_reason",
    "expect_available_after_timeout",
    "expect_available_again",
    "expect_started_without_authorize",
    "expect_transaction_started",
    "expect_transaction_stopped",
    "finished",
    "start_remotely",
    "stop_remotely",
    "waiting_for_cable",
]


async def authorized(csms: Csms, sut: Sut, tx: Session, *, by: Literal["local", "remote"] = "local") -> Session:
    """Authorized: the driver is accepted

    `by`: with a token at the reader, for which the charge point asks, or by a RemoteStartTransaction.
    """
    if by == "remote":
        asks = await _is_on(csms, "AuthorizeRemoteTxRequests")
        await start_remotely(csms, tx)
        if asks:
            await csms.expect("Authorize", requirement="1.6 §5.11 authorize", idTag=ignoring_case(tx.token.idToken))
    else:
        tx.authorized = True
        try:
            await sut.present_token(tx.token)
        except NotPossible:
            tx.authorized = False
            raise
        await csms.expect("Authorize", requirement="1.6 §4.1 ask", idTag=ignoring_case(tx.token.idToken))
    if not tx.plugged:
        tx.preparing = await expect_connector_status(csms, "Preparing", tx.connectorId)
    return tx


async def _is_on(csms: Csms, key: str) -> bool:
    return (await get_configuration(csms, key) or "false").lower() == "true"


async def start_remotely(csms: Csms, tx: Session, **fields: Any) -> None:
    """The Central System starts a transaction remotely: judge that the charge point promises to try."""
    answer = await csms.call("RemoteStartTransaction", connectorId=tx.connectorId, idTag=tx.token.idToken, **fields)
    tx.authorized = answer.status == "Accepted"
    check_fields("1.6 §5.11 start", answer, {"status": "Accepted"})


async def attempt_remote_start(csms: Csms, tx: Session, *, connectorId: int, **fields: Any) -> Answer | ErrorAnswer:
    """Send a RemoteStartTransaction that the charge point may refuse; judges nothing."""
    answer = await csms.attempt("RemoteStartTransaction", connectorId=connectorId, idTag=tx.token.idToken, **fields)
    tx.authorized = answer.status == "Accepted"
    return answer


async def expect_transaction_started(csms: Csms, tx: Session, **fields: Any) -> Message:
    """The transaction starts: StartTransaction and the status Charging, in either order."""
    message = await csms.expect("StartTransaction", requirement="1.6 §4.8", connectorId=tx.connectorId, **fields)
    tx.id = (message.answer or {}).get("transactionId")
    check_fields("1.6 §4.8", message, {"idTag": ignoring_case(tx.token.idToken)})
    await expect_connector_status(csms, "Charging", tx.connectorId)
    return message


async def expect_started_without_authorize(csms: Csms, tx: Session) -> None:
    """The transaction starts: judge that the charge point does not ask for the token, which it knows."""
    await expect_transaction_started(csms, tx)
    asked = [dict(m.payload) for m in csms.received("Authorize")]
    check("1.6 §9.1.13", not asked, expected="no Authorize: the charge point knows the token", received=asked or "none")


async def charging(csms: Csms, sut: Sut, token: Token | None = None, **fields: Any) -> Session:
    """Charging: the cable is in, and the Central System has started a transaction remotely

    `fields`: what else the RemoteStartTransaction has.
    """
    asks = await _is_on(csms, "AuthorizeRemoteTxRequests") and not await _is_on(csms, "LocalPreAuthorize")
    tx = await plugged_in(csms, sut, session(csms, sut, token))
    await start_remotely(csms, tx, **fields)
    if asks:
        await csms.expect("Authorize", requirement="1.6 §5.11 authorize", idTag=ignoring_case(tx.token.idToken))
    await expect_transaction_started(csms, tx)
    return tx


async def finished(csms: Csms, sut: Sut, tx: Session) -> Message:
    """Finished: the driver presents the token again, the transaction ends, and the cable is taken out

    Where a driver cannot stop it, the Central System does.
    """
    if sut.claims("local stop"):
        await sut.present_token(tx.token)
    else:
        await csms.call("RemoteStopTransaction", transactionId=tx.id)
    message = await expect_transaction_stopped(csms, tx)
    await unplugged(csms, sut, tx)
    return message


async def waiting_for_cable(csms: Csms, sut: Sut, token: Token | None = None) -> Session:
    """Idle: ConnectionTimeOut is short, and has passed when the case ends"""
    await configured(csms, {"ConnectionTimeOut": str(sut.short_interval)})
    tx = session(csms, sut, token)

    async def timed_out() -> None:
        if tx.authorized:
            csms.match_from_now_on()
            within = sut.short_interval + csms.timing.event
            free = await csms.expect_optional(
                "StatusNotification", within=within, connectorId=tx.connectorId, status="Available"
            )
            tx.authorized = free is None

    on_undo("Wait until ConnectionTimeOut has passed", timed_out)
    return tx


async def expect_available_after_timeout(csms: Csms, sut: Sut, tx: Session) -> None:
    """Nobody plugs in: after ConnectionTimeOut, and not before, the connector is Available again."""
    assert tx.preparing is not None
    seconds = sut.short_interval
    message = await expect_connector_status(
        csms, "Available", tx.connectorId, requirement="1.6 §9.1.6", within=seconds + csms.timing.event
    )
    tx.authorized = False
    gap = message.received - tx.preparing.received
    check(
        "1.6 §9.1.6",
        gap >= seconds - interval_tolerance(sut, seconds),
        expected=f"Available {seconds} s after Preparing",
        received=f"{gap:.2f} s after it",
    )


async def expect_available_again(csms: Csms, sut: Sut, tx: Session, *, present: bool = True) -> None:
    """The connector is Available again: the driver presents the token again (`present`), or ConnectionTimeOut ends."""
    if present:
        await sut.present_token(tx.token)
    await expect_connector_status(csms, "Available", tx.connectorId, within=sut.short_interval + csms.timing.event)
    tx.authorized = False


async def expect_transaction_stopped(
    csms: Csms,
    tx: Session,
    *,
    reason: str = "",
    status: str | tuple[str, ...] = "Finishing",
    requirement: str = "1.6 §4.10 stop",
    **fields: Any,
) -> Message:
    """The transaction stops: StopTransaction for this reason and the status, in either order."""
    message = await csms.expect("StopTransaction", requirement=requirement, transactionId=tx.id, **fields)
    if reason:
        check_reason(message, reason)
    await expect_connector_status(csms, status, tx.connectorId)
    return message


def check_reason(stopped: Message, *reasons: str) -> None:
    """Judge for which reason a transaction stopped; one that is left out means Local."""
    wanted = (*reasons, None) if "Local" in reasons else reasons
    check_fields(STEP, stopped, {"reason": wanted}, note="the official case wants it; 1.6 §4.10 says SHOULD")


async def stop_remotely(csms: Csms, tx: Session, *, status: str | tuple[str, ...] = "Finishing") -> None:
    """The Central System stops the transaction remotely: judge that it stops for that reason."""
    answer = await csms.call("RemoteStopTransaction", transactionId=tx.id)
    check_fields("1.6 §5.12", answer, {"status": "Accepted"})
    await expect_transaction_stopped(csms, tx, reason="Remote", status=status, requirement="1.6 §5.12")
