"""Charging sessions at a charge point under test, OCPP 1.6: the official reusable states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ocpp_proof.cases.steps import check, check_fields, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut, Token

from ocpp_testcases.common.clock import EARLY
from ocpp_testcases.ocpp16.station.states.configuration import configured, get_configuration
from ocpp_testcases.ocpp16.station.states.status import expect_connector_status

__all__ = [
    "Session",
    "authorized",
    "charging",
    "expect_available_after_timeout",
    "expect_available_again",
    "finished",
    "plugged_in",
    "session",
    "transaction_started",
    "transaction_stopped",
    "waiting_for_cable",
]


@dataclass
class Session:
    """One charging session: what was done so far. `id` is the transactionId that the Central System gave.

    `authorized`: the charge point may be waiting for a cable, and would start once it is in.
    """

    csms: Csms
    sut: Sut
    token: Token
    connectorId: int
    id: int | None = None
    plugged: bool = False
    ended: bool = False
    authorized: bool = False

    async def clean_up(self) -> None:
        """End what still runs: stop the transaction, take the cable out, and see the connector Available again."""
        csms = self.csms
        if not csms.connected:
            await csms.wait_until(lambda: csms.connected, csms.timing.long, "the charge point to connect")
        if self.authorized and self.id is None and not self.plugged:
            self.plugged = True
            await self.sut.plug_in()
            await csms.expect_optional("StartTransaction", within=csms.timing.event, connectorId=self.connectorId)
        if self.id is None and (started := csms.received("StartTransaction", connectorId=self.connectorId)):
            self.id = (started[-1].answer or {}).get("transactionId")
        if self.id is not None and not self.ended and not csms.received("StopTransaction", transactionId=self.id):
            await csms.attempt("RemoteStopTransaction", transactionId=self.id)
        if self.plugged:
            csms.match_from_now_on()
            await self.sut.unplug()
            self.plugged = False
            await expect_connector_status(csms, "Available", self.connectorId)


def session(csms: Csms, sut: Sut, token: Token | None = None) -> Session:
    """A session that has not begun; what it does is taken back when the case ends."""
    made = Session(csms, sut, token or sut.tokens.valid, sut.connectorId)
    on_undo("End the session", made.clean_up)
    return made


async def plugged_in(csms: Csms, sut: Sut, tx: Session | None = None, *, reported: bool = True) -> Session:
    """Plugged in: the cable connects the charge point with the vehicle

    `reported`: the charge point says so; it does not where the connector was reserved.
    """
    tx = tx or session(csms, sut)
    tx.plugged = True
    await sut.plug_in()
    if reported:
        await expect_connector_status(csms, "Preparing", tx.connectorId)
    return tx


async def authorized(csms: Csms, sut: Sut, tx: Session) -> Session:
    """Authorized: the driver presents a token and the charge point asks for it"""
    tx.authorized = True
    await sut.present_token(tx.token)
    await csms.expect("Authorize", requirement="1.6 §4.1 ask", idTag=tx.token.idToken)
    if not tx.plugged:
        await expect_connector_status(csms, "Preparing", tx.connectorId)
    return tx


async def transaction_started(csms: Csms, tx: Session, **fields: Any) -> Message:
    """The transaction starts: StartTransaction and the status Charging, in either order"""
    message = await csms.expect("StartTransaction", requirement="1.6 §4.8", connectorId=tx.connectorId, **fields)
    tx.id = (message.answer or {}).get("transactionId")
    check_fields("1.6 §4.8", message, {"idTag": tx.token.idToken})
    await expect_connector_status(csms, "Charging", tx.connectorId)
    return message


async def charging(csms: Csms, sut: Sut, token: Token | None = None, **fields: Any) -> Session:
    """Charging: the cable is in, and the Central System has started a transaction remotely

    `fields`: what else the RemoteStartTransaction has.
    """
    authorize = (await get_configuration(csms, "AuthorizeRemoteTxRequests") or "false").lower() == "true"
    may_know = (await get_configuration(csms, "LocalPreAuthorize") or "false").lower() == "true"
    tx = await plugged_in(csms, sut, session(csms, sut, token))
    answer = await csms.call("RemoteStartTransaction", connectorId=tx.connectorId, idTag=tx.token.idToken, **fields)
    check_fields("1.6 §5.11 start", answer, {"status": "Accepted"})
    if authorize and not may_know:
        await csms.expect("Authorize", requirement="1.6 §5.11 authorize", idTag=tx.token.idToken)
    await transaction_started(csms, tx)
    return tx


async def finished(csms: Csms, sut: Sut, tx: Session) -> Message:
    """Finished: the driver presents the token again, the transaction ends, and the cable is taken out"""
    await sut.present_token(tx.token)
    message = await csms.expect("StopTransaction", requirement="1.6 §4.10 stop", transactionId=tx.id)
    tx.ended = True
    await expect_connector_status(csms, "Finishing", tx.connectorId)
    await sut.unplug()
    tx.plugged = False
    await expect_connector_status(csms, "Available", tx.connectorId)
    return message


async def waiting_for_cable(csms: Csms, sut: Sut, token: Token | None = None) -> Session:
    """Idle: a driver may come, and has ConnectionTimeOut to plug in"""
    await configured(csms, {"ConnectionTimeOut": str(sut.short_interval)})
    tx = session(csms, sut, token)

    async def left() -> None:
        if tx.authorized:
            csms.match_from_now_on()
            within = sut.short_interval + csms.timing.event
            free = await csms.expect_optional(
                "StatusNotification", within=within, connectorId=tx.connectorId, status="Available"
            )
            tx.authorized = free is None

    on_undo("The driver does not plug in", left)
    return tx


async def expect_available_after_timeout(csms: Csms, sut: Sut, tx: Session, preparing: Message) -> None:
    """Nobody plugs in: after ConnectionTimeOut, and not before, the connector is Available again"""
    seconds = sut.short_interval
    message = await expect_connector_status(
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


async def expect_available_again(csms: Csms, sut: Sut, tx: Session, *, present: bool = True) -> None:
    """The driver presents the token again (`present`), or ConnectionTimeOut passes: the connector is Available again"""
    if present:
        await sut.present_token(tx.token)
    await expect_connector_status(csms, "Available", tx.connectorId, within=sut.short_interval + csms.timing.event)
    tx.authorized = False


async def transaction_stopped(
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
        check_fields("1.6 §7.36", message, {"reason": reason})
    await expect_connector_status(csms, status, tx.connectorId)
    return message
