"""What a station under test told of one transaction, over however many connections: nothing lost, nothing twice."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from itertools import pairwise
from typing import Any

from ocpp_proof.cases.steps import check
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.edge.states.charging_session import StartedSession, transaction_message
from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.shown_sessions import sessions_shown

__all__ = [
    "ACTIONS",
    "DELIVERY",
    "TransactionLog",
    "authorized_before_plug_in",
    "charging",
    "end_message",
    "event_time",
    "never_answered",
    "repeated_although_answered",
]

DELIVERY = "transaction delivery"
ACTIONS = ("StartTransaction", "MeterValues", "StopTransaction", "TransactionEvent")


async def authorized_before_plug_in(csms: Csms, session: StartedSession) -> None:
    """Present the token, let the station ask what it has to ask, then plug in.

    So the driver is authorized before the first message of the transaction, whatever TxStartPoint says: an answer to
    it that is withheld keeps nothing else back.
    """
    await session.sut.present_token(session.token)
    await csms.wait_until_quiet()
    await session.plug_in()


async def charging(csms: Csms, sut: Sut) -> tuple[StartedSession, Message]:
    """A transaction has started: the token was presented, the cable is in, the station has said all about it"""
    await sessions_shown(csms, sut)
    session = StartedSession(csms, sut)
    await authorized_before_plug_in(csms, session)
    action, fields = transaction_message(sut.ocpp)
    start = await csms.expect(action, requirement="session reported", **fields)
    await csms.wait_until_quiet()
    return session, start


def end_message(start: Message) -> tuple[str, dict[str, Any]]:
    """The message with which the station has to tell the end of the transaction that it told the start of."""
    if start.action == "StartTransaction":
        return "StopTransaction", {"transactionId": (start.answer or {}).get("transactionId")}
    id = start.at("transactionInfo.transactionId")
    return "TransactionEvent", {"eventType": "Ended", "transactionInfo__transactionId": id}


def event_time(message: Message) -> datetime:
    """When that of which the message tells happened, by the station's clock."""
    text = message.timestamp or message.at("meterValue.0.timestamp")
    return datetime.fromisoformat(str(text))


def _key(message: Message) -> tuple[Any, ...]:
    """What a repeated message has in common with the first; a start has no number yet, and a stop may get another."""
    if message.action == "TransactionEvent":
        return message.at("transactionInfo.transactionId"), message.seqNo
    return message.action, message.connectorId, str(message.timestamp or message.meterValue)


def repeated_although_answered(messages: list[Message], *, sure: int = 0) -> list[Message]:
    """The messages that were sent again although it is certain that the answer to them had arrived.

    Certain it is for those with an index below `sure`, and where the station went on on the same connection: an answer
    on a connection that was lost right after it need not have arrived.
    """
    answered: dict[tuple[Any, ...], Message] = {}
    found = []
    for message in messages:
        before = answered.get(_key(message))
        if before is not None and (before.index < sure or before.connection == message.connection):
            found.append(message)
        if message.answer is not None:
            answered[_key(message)] = message
    return found


def never_answered(messages: list[Message]) -> list[Message]:
    """The messages that were never answered: each should have been sent until it was."""
    answered = {_key(m) for m in messages if m.answer is not None}
    return [m for m in messages if _key(m) not in answered]


class TransactionLog:
    """Reads the transaction messages since the main scenario began. One transaction is all that a case may have."""

    def __init__(self, csms: Csms, sut: Sut) -> None:
        self.csms = csms
        self.sut = sut
        self._sure = 0

    @property
    def messages(self) -> list[Message]:
        """Everything told, in the order in which it came, repetitions included."""
        return sorted((m for action in ACTIONS for m in self.csms.received(action)), key=lambda m: m.index)

    async def mark_answers_received(self) -> None:
        """From now on it is certain that the station has had every answer that was given until here."""
        await self.csms.wait_until_quiet()
        told = [m.index for m in self.csms.inbox]
        await expect_probe_answered(self.csms)
        self._sure = max(told, default=-1) + 1

    async def wait_for_repetitions(self, seconds: float) -> None:
        """Let pass the time after which a station sends again what it takes for not answered, or see it do so."""

        def repeated() -> list[Message]:
            return repeated_although_answered(self.messages, sure=self._sure)

        with suppress(TimeoutError):
            await self.csms.wait_until(repeated, seconds, "a message that comes again")

    def check(self, *, arrived: str = "") -> None:
        """Judge: every message answered is told once, and (2.x) the sequence numbers are without gap and double.

        `arrived`: what asks that nothing is missing, where something else does than the delivery of messages: a number
        that is left out tells the CSMS rightly of an event that was lost (2.x E, 1.3.2).
        """
        twice, unanswered = repeated_although_answered(self.messages, sure=self._sure), never_answered(self.messages)
        check(
            DELIVERY,
            not twice,
            expected="no message again that was answered",
            received=[(m.action, dict(m.payload)) for m in twice] or "none",
        )
        check(
            arrived or DELIVERY,
            not unanswered,
            expected="every message that was not answered is sent again",
            received=[(m.action, dict(m.payload)) for m in unanswered] or "all were answered in the end",
        )
        if self.sut.ocpp != "1.6":
            self._check_sequence(arrived or "E01.FR.07")

    def _check_sequence(self, arrived: str) -> None:
        told: dict[str, dict[int, set[tuple[str, str]]]] = {}
        for event in self.messages:
            if event.action == "TransactionEvent":
                numbers = told.setdefault(event.at("transactionInfo.transactionId"), {})
                numbers.setdefault(event.seqNo, set()).add((event.eventType, str(event.timestamp)))
        for id, events in told.items():
            check(
                arrived,
                all(later == earlier + 1 for earlier, later in pairwise(sorted(events))),
                expected=f"consecutive sequence numbers in {id}",
                received=sorted(events),
            )
            reused = {number: sorted(seen) for number, seen in events.items() if len(seen) > 1}
            check(
                "E01.FR.07", not reused, expected="one event for each sequence number", received=reused or "as expected"
            )
