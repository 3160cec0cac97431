"""A charging session at a station under test, in any version."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.steps import on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.cables import cable_in
from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.edge.states.shown_sessions import sessions_shown

__all__ = ["StartedSession", "has_been_ended", "token_payload", "transaction_message", "transaction_started"]


def token_payload(ocpp: str, token: Token) -> dict[str, Any]:
    """A token in an Authorize, as the version writes it."""
    return {"idTag": token.idToken} if ocpp == "1.6" else {"idToken": token.payload}


def transaction_message(ocpp: str, *, ended: bool = False) -> tuple[str, dict[str, Any]]:
    """The message with which a station says that a transaction has started, or has ended."""
    if ocpp == "1.6":
        return ("StopTransaction" if ended else "StartTransaction"), {}
    return "TransactionEvent", {"eventType": "Ended" if ended else "Started"}


def has_been_ended(csms: Csms, id: Any) -> bool:
    """Whether the station has told in this case that the transaction is over."""
    return any(
        m.transactionId == id
        if m.action == "StopTransaction"
        else m.eventType == "Ended" and m.at("transactionInfo.transactionId") == id
        for m in csms.inbox
        if m.action in ("StopTransaction", "TransactionEvent")
    )


def _tells_of_a_stop(message: Message) -> bool:
    """Whether a message may be what a station says when a card was presented to end a session.

    What was on its way then, as that the vehicle charges, is not.
    """
    if message.action == "TransactionEvent":
        return message.eventType == "Ended" or message.triggerReason == "StopAuthorized" or message.idToken is not None
    if message.action == "StatusNotification":
        return message.status in ("Finishing", "Available")
    return message.action in ("Authorize", "StopTransaction")


class StartedSession:
    """A charging session that was begun at the station under test; taken back when the case ends."""

    def __init__(self, csms: Csms, sut: Sut) -> None:
        self.csms = csms
        self.sut = sut
        self.token = sut.tokens.valid
        self.plugged = False
        self._open: set[Any] = set()  # of the transactions told, those that may still run: a second try knows them

    async def begin(self) -> None:
        """Plug in and present the token; what the station makes of it is for the case to see."""
        await self.plug_in()
        await self.sut.present_token(self.token)

    async def plug_in(self) -> None:
        """Plug in only."""
        on_undo("End the session", self.end)
        with cable_in(self):
            await self.sut.plug_in()

    async def stop(self) -> None:
        """Present the token again and take the cable out.

        A reader may take its time, and a card that is read when the cable is gone is that of the next session: while
        the station is connected the cable waits for what it says of the card.
        """
        csms, before = self.csms, len(self.csms.inbox)
        await self.sut.present_token(self.token)
        with suppress(TimeoutError):
            await csms.wait_until(
                lambda: not csms.connected or any(map(_tells_of_a_stop, csms.inbox[before:])),
                csms.timing.event,
                "what the station says of the card",
            )
        await self.sut.unplug()
        self.plugged = False

    async def end(self) -> None:
        """Have the transaction stopped, take the cable out, and see the connector Available again."""
        csms, sut = self.csms, self.sut
        await csms.wait_until(lambda: csms.connected, csms.timing.long, "the station to connect")
        self._open |= self._told_here()
        errors = {}
        for id in sorted(self._open, key=str):
            if not has_been_ended(csms, id):
                errors[id] = await self._request_stop(id)
        if self.plugged:
            reported = self._is_reported_in_use()
            csms.match_from_now_on()
            await sut.unplug()
            self.plugged = False
            if reported:
                await csms.wait_until(self._available, csms.timing.event, "the connector to be Available again")
        # Rejected says that it does not run (1.6 5.12, F03.FR.08)
        self._open = {id for id, error in errors.items() if error and not has_been_ended(csms, id)}
        if self._open:
            raise Inconclusive(f"the station does not stop the transactions {sorted(self._open, key=str)}: {errors}")

    async def _request_stop(self, id: Any) -> str | None:
        """Ask for the end of a transaction; the error code with which that was answered, None for an answer."""
        action = "RemoteStopTransaction" if self.sut.ocpp == "1.6" else "RequestStopTransaction"
        answer = await self.csms.attempt(action, transactionId=id)
        return str(answer.error) if answer.error is not None else None

    def _told_here(self) -> set[Any]:
        """The transactions of which the station told in this case, but for those that it told to be elsewhere."""
        inbox, sut = self.csms.inbox, self.sut
        if sut.ocpp == "1.6":
            starts = [m for m in inbox if m.action == "StartTransaction" and m.connectorId == sut.connectorId]
            # one that was sent again has its id from the last answer
            ids = {str(m.timestamp): m.answer["transactionId"] for m in starts if m.answer}
            return set(ids.values())
        events = [m for m in inbox if m.action == "TransactionEvent"]
        elsewhere = {m.at("transactionInfo.transactionId") for m in events if m.at("evse.id") not in (None, sut.evseId)}
        return {m.at("transactionInfo.transactionId") for m in events} - elsewhere - {None}

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
    await sessions_shown(csms, sut)
    session = StartedSession(csms, sut)
    await session.begin()
    action, fields = transaction_message(sut.ocpp)
    if sut.ocpp == "1.6":
        fields = {"idTag": ignoring_case(session.token.idToken)}
    return session, await csms.expect(action, requirement="session reported", **fields)
