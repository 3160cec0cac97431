"""A transaction as its TransactionEvents tell of it, and what a subject that is about them starts from."""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..exchange import Exchange
from ..rule import Side
from ..subject import Subject, on

__all__ = [
    "PLUGGED",
    "Transaction",
    "TransactionSubject",
    "both",
    "lateness",
    "same_event",
    "seconds",
    "together",
    "token_text",
]

PLUGGED = ("EVConnected", "Charging", "SuspendedEV", "SuspendedEVSE")
"""The charging states in which there is a connection between vehicle and EVSE."""

DOUBTS = "doubts"
MOST_TRANSACTIONS = 200
MOST_EVENTS = 1000
"""What is remembered: of what is older nothing is said any more."""


@dataclass(slots=True, eq=False)
class Transaction:
    """`events`: by seqNo, each once, however often it was sent. `evse`: the one that was told last."""

    id: str
    events: dict[int, Exchange] = field(default_factory=dict)
    started: Exchange | None = None
    ended: Exchange | None = None
    evse: int | None = None
    notes: dict[str, Any] = field(default_factory=dict)
    """What a subject keeps with it, under names of its own."""

    certain: bool = True
    """Whether each event came right after the one before it, with nothing to be missed in between."""
    numbers: list[int] = field(default_factory=list)
    """The seqNo of its events in their order."""
    forgotten: int = -1
    """Up to which seqNo all but the first have been dropped from `events`."""

    @property
    def complete(self) -> bool:
        """Whether every event up to the newest was seen, from Started on."""
        return self.certain and self.started is not None and self.started.request["seqNo"] == self.numbers[0]

    def add(self, exchange: Exchange) -> None:
        """An event with a new seqNo."""
        number = exchange.request["seqNo"]
        insort(self.numbers, number)
        self.events[number] = exchange
        before = self.previous(exchange)
        in_order = before is not None and number == self.numbers[-1] == before.request["seqNo"] + 1
        if len(self.numbers) > MOST_EVENTS:
            self.forgotten = self.numbers.pop(1)
            del self.events[self.forgotten]
        if len(self.numbers) > 1 and not (in_order and before is not None and together(before, exchange)):
            self.certain = False

    def previous(self, exchange: Exchange) -> Exchange | None:
        """Its event with the next lower seqNo."""
        place = bisect_left(self.numbers, exchange.request["seqNo"])
        return self.events[self.numbers[place - 1]] if place else None


class TransactionSubject(Subject):
    """Follows the transactions of a station, and tells of each event when it is first seen."""

    def begin(self) -> None:
        self.transactions: dict[str, Transaction] = {}
        self.running: dict[str, Transaction] = {}
        """Those whose end was not seen."""
        self.forgotten: set[str] = set()
        """The ids of older ones."""
        self.doubts = 0
        """How often something may have been missed: a connection came or went, or a message could not be read."""

    def opened(self, connection: int, now: float) -> None:
        self.doubted()

    def closed(self, connection: int, now: float) -> None:
        self.doubted()

    def unsound(self, exchange: Exchange) -> None:
        """What it told may have been a TransactionEvent, or the answer to one."""
        if exchange.action == "TransactionEvent":
            self.doubted()

    def unreadable(self, sender: Side) -> None:
        self.doubted()

    def doubted(self) -> None:
        """Something may have been missed."""
        self.doubts += 1

    @on("station asks", "TransactionEvent")
    def heard(self, exchange: Exchange) -> None:
        """An event; one that was heard before and is sent again says nothing new."""
        request = exchange.request
        exchange.notes[DOUBTS] = self.doubts
        id = request["transactionInfo"]["transactionId"]
        transaction = self.transactions.get(id)
        if id in self.forgotten:
            return
        if transaction is None:
            transaction = self._another(id)
        if request["seqNo"] <= transaction.forgotten:
            return
        known = transaction.events.get(request["seqNo"])
        if known is not None and not self.is_new(transaction, known, exchange):
            return
        if self.is_another(transaction, exchange):
            transaction = self._another(id)
        transaction.add(exchange)
        if evse := request.get("evse"):
            transaction.evse = evse["id"]
        if _begins(exchange) and transaction.started is None:
            transaction.started = exchange
        self.event(transaction, exchange)
        if request["eventType"] == "Ended" and transaction.ended is None:
            transaction.ended = exchange
            self.running.pop(id, None)
            self.ended(transaction)

    def _another(self, id: str) -> Transaction:
        transaction = self.transactions[id] = self.running[id] = Transaction(id)
        if len(self.transactions) > MOST_TRANSACTIONS:
            oldest = next(iter(self.transactions))
            del self.transactions[oldest]
            self.running.pop(oldest, None)
            self.forgotten.add(oldest)
        return transaction

    def is_new(self, transaction: Transaction, known: Exchange, exchange: Exchange) -> bool:
        """Whether an event with a seqNo that was used is the begin of another transaction of the same id."""
        if not (_begins(exchange) and _begins(known)) or transaction.ended is None:
            return False
        return not same_event(known, exchange)

    def is_another(self, transaction: Transaction, exchange: Exchange) -> bool:
        """Whether this one begins a transaction, after one with the same id has ended."""
        if not _begins(exchange) or transaction.ended is None:
            return False
        return transaction.started is not None or exchange.request["seqNo"] > transaction.ended.request["seqNo"]

    def event(self, transaction: Transaction, exchange: Exchange) -> None:
        """This event, which is among `transaction.events`, came; `ended` is still as before it."""

    def ended(self, transaction: Transaction) -> None:
        """Its first event Ended came."""


def _begins(exchange: Exchange) -> bool:
    return bool(exchange.request["eventType"] == "Started")


def together(first: Exchange, second: Exchange) -> bool:
    """Whether nothing that came between these events can have been missed, and neither was told later than it was."""
    return nothing_missed(first, second) and not (first.request.get("offline") or second.request.get("offline"))


def nothing_missed(first: Exchange, second: Exchange) -> bool:
    """Whether the connection was there, and all could be read, from the first event to the second."""
    return bool(first.notes[DOUBTS] == second.notes[DOUBTS])


def same_event(first: Exchange, second: Exchange) -> bool:
    """Whether the second is the first sent again (E13), perhaps with its time in whole seconds.

    One of which the station does not know that it was answered may have its time corrected meanwhile, by a station
    whose clock was wrong before.
    """
    one, other = first.request, second.request
    if any(one[name] != other[name] for name in ("eventType", "triggerReason")):
        return False
    then, now = seconds(one["timestamp"]), seconds(other["timestamp"])
    if one["timestamp"] == other["timestamp"] or (then is not None and now is not None and abs(then - now) < 1.0):
        return True
    return (first.response is None or not first.confirmed) and first.notes[DOUBTS] != second.notes[DOUBTS]


def both(requirement: str) -> dict[str, str]:
    """The requirement of a rule that 2.0.1 and 2.1 have under the same id."""
    return {"2.0.1": requirement, "2.1": requirement}


def seconds(text: object) -> float | None:
    """A dateTime as seconds since the epoch; None for what is none."""
    try:
        return datetime.fromisoformat(str(text)).timestamp()
    except (ValueError, OverflowError, OSError):
        return None


def lateness(exchange: Exchange) -> float:
    """How long after its time an event came, by clocks that may differ; far too late where that is not known."""
    told = seconds(exchange.request["timestamp"])
    return float("inf") if told is None else exchange.asked - told


def token_text(token: Any) -> str:
    """An IdToken so that two can be compared (CiString)."""
    return str(token["idToken"]).casefold()
