"""How sessions at a charge point under test begin and end, OCPP 1.6: what several official cases share."""

from __future__ import annotations

from typing import Any

from ..engine.errors import NotApplicable
from ..engine.words import check, on_undo
from ..roles.csms import Csms
from ..roles.message import Message
from ..sut.sut import Sut, Token
from .boot16 import EARLY
from .configuration16 import configuration, configured, connectors, get_configuration
from .station16 import Session, connector_status, session

__all__ = [
    "authorizes_remote_starts",
    "become_free",
    "free_after_timeout",
    "remotely_authorized",
    "remotely_started",
    "remotely_stopped",
    "settable",
    "stopped",
    "unknown_connector",
    "waiting",
]


async def settable(csms: Csms, wanted: dict[str, str], *, writable: bool = False) -> None:
    """The configuration can be what the case needs

    NotApplicable where a key is not implemented, or is read-only with another value (`writable`: with any).
    """
    entries = {name.lower(): entry for name, entry in (await configuration(csms, *wanted)).items()}
    for key, value in wanted.items():
        entry = entries.get(key.lower())
        if entry is None:
            raise NotApplicable(f"{key} is not implemented")
        if entry.get("readonly") and (writable or str(entry.get("value")).lower() != value.lower()):
            raise NotApplicable(f"{key} is read-only and {entry.get('value')}")


async def authorizes_remote_starts(csms: Csms) -> bool:
    """AuthorizeRemoteTxRequests: whether the charge point asks before it starts remotely."""
    return (await get_configuration(csms, "AuthorizeRemoteTxRequests") or "false").lower() == "true"


async def waiting(csms: Csms, sut: Sut, token: Token | None = None) -> Session:
    """Idle: a driver may come, and has ConnectionTimeOut to plug in"""
    await configured(csms, {"ConnectionTimeOut": str(sut.short_interval)})
    tx = session(csms, sut, token)

    async def left() -> None:
        if tx.authorized:
            csms.forget()
            within = sut.short_interval + csms.timing.event
            free = await csms.seen("StatusNotification", within=within, connectorId=tx.connectorId, status="Available")
            tx.authorized = free is None

    on_undo("The driver does not plug in", left)
    return tx


async def remotely_started(csms: Csms, tx: Session) -> None:
    """The Central System starts a transaction remotely, and the charge point promises to try"""
    answer = await csms.call("RemoteStartTransaction", connectorId=tx.connectorId, idTag=tx.token.idToken)
    tx.authorized = answer.status == "Accepted"
    check("1.6 §5.11 start", answer.status == "Accepted", expected="status Accepted", received=dict(answer))


async def remotely_authorized(csms: Csms, tx: Session) -> Message:
    """Authorized: a remote start without a cable; the connector waits for it"""
    authorize = await authorizes_remote_starts(csms)
    await remotely_started(csms, tx)
    if authorize:
        await csms.expect("Authorize", requirement="1.6 §5.11 authorize", idTag=tx.token.idToken)
    return await connector_status(csms, "Preparing", tx.connectorId)


async def free_after_timeout(csms: Csms, sut: Sut, tx: Session, preparing: Message) -> None:
    """Nobody plugs in: after ConnectionTimeOut, and not before, the connector is Available again"""
    seconds = sut.short_interval
    message = await connector_status(
        csms, "Available", tx.connectorId, requirement="1.6 §9.1.6", within=seconds + csms.timing.event
    )
    tx.authorized = False
    gap = message.received - preparing.received
    check(
        "1.6 §9.1.6",
        gap >= EARLY * seconds,
        expected=f"Available {seconds} s after Preparing",
        received=f"{gap:.2f} s after it",
    )


async def become_free(csms: Csms, sut: Sut, tx: Session, *, present: bool = True) -> None:
    """The driver presents the token again (`present`), or ConnectionTimeOut passes: the connector is Available again"""
    if present:
        await sut.present_token(tx.token)
    await connector_status(csms, "Available", tx.connectorId, within=sut.short_interval + csms.timing.event)
    tx.authorized = False


async def stopped(
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
    tx.ended = True
    if reason:
        check(
            "1.6 §7.36",
            message.reason == reason,
            expected=f"reason {reason}",
            received=dict(message.payload),
        )
    await connector_status(csms, status, tx.connectorId)
    return message


async def remotely_stopped(csms: Csms, tx: Session, *, status: str | tuple[str, ...] = "Finishing") -> None:
    """The Central System stops the transaction"""
    answer = await csms.call("RemoteStopTransaction", transactionId=tx.id)
    check("1.6 §5.12", answer.status == "Accepted", expected="status Accepted", received=dict(answer))
    await stopped(csms, tx, reason="Remote", status=status, requirement="1.6 §5.12")


async def unknown_connector(csms: Csms, sut: Sut) -> int:
    """The number of a connector that the charge point does not have."""
    return await connectors(csms) + sut.number(1, 90)
