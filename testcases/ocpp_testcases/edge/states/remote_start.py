"""A charging session that the CSMS starts remotely, at whichever EVSE, the same in every version."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.fields import payload_matches
from ocpp_proof.cases.steps import check, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Answer, ErrorAnswer, Message
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.cables import cable_in
from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.edge.states.charging_session import has_been_ended

__all__ = ["RemotelyStartedSession", "open_transactions"]

MESSAGES = {"1.6": ("StartTransaction", "StopTransaction"), "2": ("TransactionEvent", "TransactionEvent")}


class RemotelyStartedSession:
    """One session at the EVSE of `sut` (1.6: its connector), for one token. Ended and unplugged when the case ends.

    `id`: of the transaction, as soon as it is known; `number`: the remoteStartId of 2.x.
    """

    def __init__(self, csms: Csms, sut: Sut, token: Token) -> None:
        self.csms, self.sut, self.token = csms, sut, token
        self.v16 = sut.ocpp == "1.6"
        self.number = sut.number()
        self.id: Any = None
        self.plugged = False
        self._watched = False
        self.start_action, self.stop_action = MESSAGES["1.6" if self.v16 else "2"]

    @property
    def place(self) -> dict[str, int]:
        """Where it takes place, as a StatusNotification says it."""
        here = {"connectorId": self.sut.connectorId}
        return here if self.v16 else here | {"evseId": self.sut.evseId}

    # --- what is done

    async def plug_in(self, *, settled: bool = True) -> None:
        """The cable connects the EVSE with a vehicle"""
        self._end_afterwards()
        since = self.csms.next_index
        with cable_in(self):
            await self.sut.plug_in()
        if settled:
            await self._wait_until_reported(since)
            await self.csms.wait_until_quiet()

    async def _wait_until_reported(self, since: int) -> None:
        """A state may have to last for a while before it is told (1.6, 9.1.20)."""
        within = self.csms.timing.event
        try:
            await self.csms.wait_until(lambda: self._reported(since), within, "a report of the cable")
        except TimeoutError:
            raise Inconclusive(f"the station does not report that a cable was plugged in at {self.place}") from None

    def _reported(self, since: int) -> bool:
        """Whether anything about this place has been told since that message."""
        told = [m for m in self.csms.inbox if m.index >= since]
        if any(m.action in ("NotifyEvent", self.start_action) for m in told):
            return True
        name = "connectorId" if self.v16 else "evseId"
        return any(m.action == "StatusNotification" and m.payload.get(name) == self.place[name] for m in told)

    def _end_afterwards(self) -> None:
        if not self._watched:
            self._watched = True
            on_undo("End the session", self.end)

    async def unplug(self) -> None:
        """The cable is taken out."""
        await self.sut.unplug()
        self.plugged = False

    async def request_start(self) -> Answer | ErrorAnswer:
        """The CSMS asks for the start; the answer."""
        self._end_afterwards()
        if self.v16:
            fields: dict[str, Any] = {"connectorId": self.sut.connectorId, "idTag": self.token.idToken}
            return await self.csms.attempt("RemoteStartTransaction", **fields)
        fields = {"evseId": self.sut.evseId, "idToken": self.token.payload, "remoteStartId": self.number}
        return await self.csms.attempt("RequestStartTransaction", **fields)

    async def have_started(self) -> None:
        """The CSMS asks for the start; Inconclusive where the station says that it will not (1.6 5.11, F01, F02)."""
        answer = await self.request_start()
        if answer.error is None and answer.status != "Accepted":
            raise Inconclusive(f"the station does not start a transaction remotely now: {answer.status}")

    async def request_stop(self) -> Answer | ErrorAnswer:
        """The CSMS asks for the end of the transaction; the answer."""
        action = "RemoteStopTransaction" if self.v16 else "RequestStopTransaction"
        return await self.csms.attempt(action, transactionId=self.id)

    # --- what the station says

    async def expect_started(self, *, authorized: bool = True) -> Message:
        """The station tells of the transaction, here and for this token; from then on its id is known.

        2.x does not say which event has the token (F01.FR.04): where events are not answered only the first can come,
        and `authorized` is left to later.
        """
        if self.v16:
            fields: dict[str, Any] = {"connectorId": self.sut.connectorId}
            message = await self.csms.expect("StartTransaction", requirement="1.6 §4.8", **fields)
            right = self._is_token(message.idTag)
            check("1.6 §4.8", right, expected=self.token.idToken, received=message.idTag)
            self.id = (message.answer or {}).get("transactionId")
        else:
            fields = {"transactionInfo__remoteStartId": self.number}
            message = await self.csms.expect("TransactionEvent", requirement="F01.FR.25", **fields)
            self.id = message.at("transactionInfo.transactionId")
            self.check_place()
            if authorized:
                await self.expect_authorized()
        return message

    async def expect_authorized(self) -> None:
        """One of the events of the transaction names the token (2.x)."""

        def told() -> list[str]:
            return [m.at("idToken.idToken") for m in self.events() if m.idToken]

        with suppress(TimeoutError):
            await self.csms.wait_until(told, self.csms.timing.event, "an event with the token")
        right = bool(told()) and all(map(self._is_token, told()))
        check("F01.FR.04", right, expected=self.token.idToken, received=told() or "no event with an idToken")

    def _is_token(self, text: Any) -> bool:
        """Whether this is the token of the session: upper and lower case are the same (CiString, IdTokenType)."""
        return ignoring_case(self.token.idToken).matches(text)

    def events(self) -> list[Message]:
        """What has been told of the transaction since the main scenario began, 2.x."""
        return self.csms.received("TransactionEvent", transactionInfo__transactionId=self.id)

    def check_place(self) -> None:
        """Judge that the events of the transaction that name an EVSE name this one, 2.x."""
        places = [message.at("evse.id") for message in self.events() if message.evse]
        right = all(place == self.sut.evseId for place in places)
        check("station place", right, expected=f"evse.id {self.sut.evseId} in transaction {self.id}", received=places)

    async def stopped(self, *triggers: str, within: float | None = None) -> Message:
        """The station tells that the transaction has stopped (2.x: or that its authorization has, if so set)."""
        if self.v16:
            return await self.csms.expect(
                "StopTransaction", requirement="1.6 §4.10 stop", within=within, transactionId=self.id
            )
        return await self.csms.expect(
            "TransactionEvent",
            requirement="E01.FR.15",
            within=within,
            transactionInfo__transactionId=self.id,
            triggerReason=triggers or ("RemoteStop",),
        )

    @property
    def has_ended(self) -> bool:
        """Whether the station has told that the transaction has ended."""
        if self.v16:
            return bool(self.csms.received("StopTransaction", transactionId=self.id))
        return any(message.eventType == "Ended" for message in self.events())

    async def over(self) -> bool:
        """Whether the transaction is over by itself: it may be told later than what it ended for."""
        with suppress(TimeoutError):
            await self.csms.wait_until(lambda: self.has_ended, self.csms.timing.event, "the end of the transaction")
        return self.has_ended

    async def start_charging(self) -> None:
        """A transaction has been started remotely: the cable is in, and the station has told so"""
        await self.plug_in()
        await self.have_started()
        await self.expect_started()
        await self.csms.wait_until_quiet()

    async def end(self) -> None:
        """Have the transaction stopped, take the cable out, and see the connector Available again."""
        csms = self.csms
        await csms.wait_until(lambda: csms.connected, csms.timing.long, "the station to connect")
        self.find()
        error = None
        if self.id is not None and not has_been_ended(csms, self.id):
            error = (await self.request_stop()).error
        if self.plugged:
            reported = self._is_reported_in_use()
            csms.match_from_now_on()
            await self.unplug()
            if reported:
                await csms.wait_until(self._available, csms.timing.event, "the connector to be Available again")
        if error is not None and not has_been_ended(csms, self.id):
            raise Inconclusive(f"the station does not stop the transaction {self.id}: {error}")

    def _is_reported_in_use(self) -> bool:
        """Whether the station has said that the connector is not Available: one that has not need not take it back."""
        field = "status" if self.v16 else "connectorStatus"
        told = [m for m in self.csms.inbox if m.action in ("StatusNotification", "NotifyEvent")]
        told = [m for m in told if m.action == "NotifyEvent" or payload_matches(m.payload, self.place)]
        return bool(told) and told[-1].payload.get(field) != "Available"

    def find(self) -> None:
        """The transaction of this session, where one began that the case did not look for: of this token, here."""
        if self.id is not None:
            return
        told = [message for message in self.csms.inbox if message.action == self.start_action]
        if self.v16:
            mine = [m for m in told if m.connectorId == self.sut.connectorId and self._is_token(m.idTag)]
            ids = [(m.answer or {}).get("transactionId") for m in mine]
        else:
            mine = [m for m in told if m.at("transactionInfo.remoteStartId") == self.number]
            mine = mine or [m for m in told if self._is_token(m.at("idToken.idToken"))]
            ids = [m.at("transactionInfo.transactionId") for m in mine]
        self.id = ids[-1] if ids else None

    def _available(self) -> bool:
        field = "status" if self.v16 else "connectorStatus"
        told = self.csms.received("StatusNotification", **self.place, **{field: "Available"})
        return bool(told or self.csms.received("NotifyEvent"))


def open_transactions(csms: Csms, ocpp: str, *, before: int) -> list[str]:
    """The transactions of which the station had told before this message, and which it has not told to be over."""

    def told(action: str) -> list[Message]:
        return [m for m in csms.inbox if m.action == action]

    if ocpp == "1.6":
        starts = told("StartTransaction")
        # one that was sent again has its id from the last answer
        ids = {(m.connectorId, m.timestamp): (m.answer or {}).get("transactionId") for m in starts}
        begun = {ids[m.connectorId, m.timestamp] for m in starts if m.index < before}
        over = {m.transactionId for m in told("StopTransaction")}
    else:
        events = told("TransactionEvent")
        begun = {m.at("transactionInfo.transactionId") for m in events if m.index < before}
        over = {m.at("transactionInfo.transactionId") for m in events if m.eventType == "Ended"}
    return sorted(map(str, begun - over))
