"""A charging session at a station under test, in any version."""

from __future__ import annotations

from typing import Any

from ocpp_proof.cases.steps import on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut, Token

__all__ = ["StartedSession", "token_payload", "transaction_message", "transaction_started"]


def token_payload(ocpp: str, token: Token) -> dict[str, Any]:
    """A token in an Authorize, as the version writes it."""
    return {"idTag": token.idToken} if ocpp == "1.6" else {"idToken": token.payload}


def transaction_message(ocpp: str, *, ended: bool = False) -> tuple[str, dict[str, Any]]:
    """The message with which a station says that a transaction has started, or has ended."""
    if ocpp == "1.6":
        return ("StopTransaction" if ended else "StartTransaction"), {}
    return "TransactionEvent", {"eventType": "Ended" if ended else "Started"}


class StartedSession:
    """A charging session that was begun at the station under test; taken back when the case ends."""

    def __init__(self, csms: Csms, sut: Sut) -> None:
        self.csms = csms
        self.sut = sut
        self.token = sut.tokens.valid
        self.plugged = False

    async def begin(self) -> None:
        """Plug in and present the token; what the station makes of it is for the case to see."""
        await self.plug_in()
        await self.sut.present_token(self.token)

    async def plug_in(self) -> None:
        """Plug in only."""
        on_undo("End the session", self.end)
        self.plugged = True
        await self.sut.plug_in()

    async def stop(self) -> None:
        """Present the token again and take the cable out."""
        await self.sut.present_token(self.token)
        await self.sut.unplug()
        self.plugged = False

    async def end(self) -> None:
        """Have the transaction stopped, take the cable out, and see the connector Available again."""
        csms, sut = self.csms, self.sut
        await csms.wait_until(lambda: csms.connected, csms.timing.long, "the station to connect")
        if not self.plugged:
            return
        if sut.ocpp == "1.6":
            starts = [m for m in csms.inbox if m.action == "StartTransaction" and m.answer]
            if starts and starts[-1].answer:
                await csms.attempt("RemoteStopTransaction", transactionId=starts[-1].answer["transactionId"])
        else:
            events = [m for m in csms.inbox if m.action == "TransactionEvent"]
            if events:
                await csms.attempt(
                    "RequestStopTransaction", transactionId=str(events[-1].at("transactionInfo.transactionId"))
                )
        reported = self._is_reported_in_use()
        csms.match_from_now_on()
        await sut.unplug()
        self.plugged = False
        if reported:
            await csms.wait_until(self._available, csms.timing.event, "the connector to be Available again")

    def _is_reported_in_use(self) -> bool:
        """Whether the station has said that the connector is not Available: one that has not need not take it back."""
        field = "status" if self.sut.ocpp == "1.6" else "connectorStatus"
        told = [m for m in self.csms.inbox if m.action in ("StatusNotification", "NotifyEvent")]
        told = [m for m in told if m.connectorId in (None, self.sut.connectorId)]
        return bool(told) and told[-1].payload.get(field) != "Available"

    def _available(self) -> bool:
        field = "status" if self.sut.ocpp == "1.6" else "connectorStatus"
        return bool(self.csms.received("StatusNotification", **{field: "Available"})) or bool(
            self.csms.received("NotifyEvent")
        )


async def transaction_started(csms: Csms, sut: Sut) -> tuple[StartedSession, Message]:
    """A transaction has started: the cable is in, the token was presented, the station has said so"""
    session = StartedSession(csms, sut)
    await session.begin()
    action, fields = transaction_message(sut.ocpp)
    if sut.ocpp == "1.6":
        fields = {"idTag": session.token.idToken}
    return session, await csms.expect(action, requirement="session reported", **fields)
