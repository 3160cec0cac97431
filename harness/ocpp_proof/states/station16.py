"""Where a charge point under test can be brought, OCPP 1.6: the reusable and memory states of the official cases.

Each state operates the charge point, watches what it sends, and judges what the official state validates. Used by
`given` it is a precondition; called from a step it is judged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..engine.words import check, on_undo
from ..roles.csms import Csms
from ..roles.message import Message
from ..sut.sut import Sut, Token
from .configuration16 import configured, connectors, get_configuration

__all__ = [
    "Session",
    "authorized",
    "charging",
    "connector_status",
    "finished",
    "id_tag_cached",
    "in_local_list",
    "plugged_in",
    "rebooted",
    "reported",
    "session",
    "started",
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
            await csms.until(lambda: csms.connected, csms.timing.long, "the charge point to connect")
        if self.authorized and self.id is None and not self.plugged:
            self.plugged = True
            await self.sut.plug_in()
            await csms.seen("StartTransaction", within=csms.timing.event, connectorId=self.connectorId)
        if self.id is None and (started := csms.received("StartTransaction", connectorId=self.connectorId)):
            self.id = (started[-1].answer or {}).get("transactionId")
        if self.id is not None and not self.ended and not csms.received("StopTransaction", transactionId=self.id):
            await csms.attempt("RemoteStopTransaction", transactionId=self.id)
        if self.plugged:
            csms.forget()
            await self.sut.unplug()
            self.plugged = False
            await connector_status(csms, "Available", self.connectorId)


def session(csms: Csms, sut: Sut, token: Token | None = None) -> Session:
    """A session that has not begun; what it does is taken back when the case ends."""
    made = Session(csms, sut, token or sut.tokens.valid, sut.connectorId)
    on_undo("End the session", made.clean_up)
    return made


async def connector_status(
    csms: Csms,
    status: str | tuple[str, ...],
    connectorId: int,
    *,
    requirement: str = "1.6 §4.9",
    within: float | None = None,
) -> Message:
    """The charge point reports the status of a connector."""
    return await csms.expect(
        "StatusNotification", requirement=requirement, within=within, connectorId=connectorId, status=status
    )


async def reported(
    csms: Csms,
    numbers: Iterable[int],
    *,
    special: dict[int, str | tuple[str, ...]] | None = None,
    requirement: str = "1.6 §4.9",
) -> None:
    """After a boot these connectors (0: the charge point) are reported: Available, but for those in `special`."""
    for number in numbers:
        status = (special or {}).get(number, "Available")
        await connector_status(csms, status, number, requirement=requirement, within=csms.timing.long)


async def rebooted(csms: Csms) -> Message:
    """Booted: the charge point was reset, has booted and is accepted"""
    numbers = range(await connectors(csms) + 1)
    csms.forget()
    answer = await csms.call("Reset", type="Hard")
    check("1.6 §5.14", answer.status == "Accepted", expected="Reset Accepted", received=dict(answer))
    boot = await csms.boot(requirement="1.6 §4.2 boot")
    await reported(csms, numbers)
    return boot


async def plugged_in(csms: Csms, sut: Sut, tx: Session | None = None, *, reported: bool = True) -> Session:
    """Plugged in: the cable connects the charge point with the vehicle

    `reported`: the charge point says so; it does not where the connector was reserved.
    """
    tx = tx or session(csms, sut)
    tx.plugged = True
    await sut.plug_in()
    if reported:
        await connector_status(csms, "Preparing", tx.connectorId)
    return tx


async def authorized(csms: Csms, sut: Sut, tx: Session) -> Session:
    """Authorized: the driver presents a token and the charge point asks for it"""
    tx.authorized = True
    await sut.present_token(tx.token)
    await csms.expect("Authorize", requirement="1.6 §4.1 ask", idTag=tx.token.idToken)
    if not tx.plugged:
        await connector_status(csms, "Preparing", tx.connectorId)
    return tx


async def started(csms: Csms, tx: Session, **fields: Any) -> Message:
    """The transaction starts: StartTransaction and the status Charging, in either order"""
    message = await csms.expect("StartTransaction", requirement="1.6 §4.8", connectorId=tx.connectorId, **fields)
    tx.id = (message.answer or {}).get("transactionId")
    check(
        "1.6 §4.8",
        message.idTag == tx.token.idToken,
        expected=f"idTag {tx.token.idToken}",
        received=dict(message.payload),
    )
    await connector_status(csms, "Charging", tx.connectorId)
    return message


async def charging(csms: Csms, sut: Sut, token: Token | None = None, **fields: Any) -> Session:
    """Charging: the cable is in, and the Central System has started a transaction remotely

    `fields`: what else the RemoteStartTransaction has.
    """
    authorize = (await get_configuration(csms, "AuthorizeRemoteTxRequests") or "false").lower() == "true"
    may_know = (await get_configuration(csms, "LocalPreAuthorize") or "false").lower() == "true"
    tx = await plugged_in(csms, sut, session(csms, sut, token))
    answer = await csms.call("RemoteStartTransaction", connectorId=tx.connectorId, idTag=tx.token.idToken, **fields)
    check("1.6 §5.11 start", answer.status == "Accepted", expected="status Accepted", received=dict(answer))
    if authorize and not may_know:
        await csms.expect("Authorize", requirement="1.6 §5.11 authorize", idTag=tx.token.idToken)
    await started(csms, tx)
    return tx


async def finished(csms: Csms, sut: Sut, tx: Session) -> Message:
    """Finished: the driver presents the token again, the transaction ends, and the cable is taken out"""
    await sut.present_token(tx.token)
    message = await csms.expect("StopTransaction", requirement="1.6 §4.10 stop", transactionId=tx.id)
    tx.ended = True
    await connector_status(csms, "Finishing", tx.connectorId)
    await sut.unplug()
    tx.plugged = False
    await connector_status(csms, "Available", tx.connectorId)
    return message


async def id_tag_cached(csms: Csms, sut: Sut, token: Token, *, expiryDate: str = "") -> None:
    """IdTagCached: the charge point has met the token in a transaction, and keeps what the Central System said of it

    `expiryDate`: until when the Central System says that it is valid, with its last answer.
    """
    await configured(csms, {"AuthorizationCacheEnabled": "true"})
    on_undo("Clear the cache", lambda: csms.call("ClearCache"))
    info = {"status": "Accepted"} | ({"expiryDate": expiryDate} if expiryDate else {})
    override = csms.answer("StopTransaction", idTagInfo=info)
    tx = await charging(csms, sut, token)
    await finished(csms, sut, tx)
    csms.remove(override)


async def in_local_list(csms: Csms, sut: Sut, entries: dict[str, dict[str, Any]]) -> None:
    """IdTagLocalAuthList: the local authorization list has these tokens; `entries` maps each to its idTagInfo"""
    await configured(csms, {"LocalAuthListEnabled": "true"})
    version = (await csms.call("GetLocalListVersion")).listVersion or 0
    on_undo("Empty the local list", lambda: _send_list(csms, max(version, 0) + 2, {}))
    await _send_list(csms, max(version, 0) + 1, entries)


async def _send_list(csms: Csms, version: int, entries: dict[str, dict[str, Any]]) -> None:
    listed = [{"idTag": idTag, "idTagInfo": info} for idTag, info in entries.items()]
    answer = await csms.call("SendLocalList", listVersion=version, updateType="Full", localAuthorizationList=listed)
    check("1.6 §5.15", answer.status == "Accepted", expected="status Accepted", received=dict(answer))
