"""The TransactionEvents of a transaction make one whole: begun once, ended once, numbered without a gap."""

from __future__ import annotations

from ..exchange import Exchange
from ..rule import Rule
from ..subject import Due, on
from .transaction import Transaction, TransactionSubject, both, same_event, seconds, together

__all__ = ["TransactionEvents"]


STARTED_FIRST = Rule(
    "transaction-started-first",
    "station",
    "The first TransactionEvent of a transaction is Started, and no other one is",
    both("transaction event type"),
)
ENDED_LAST = Rule(
    "transaction-ended-last",
    "station",
    "The last TransactionEvent of a transaction is Ended, and no other one is",
    both("transaction event type"),
)
NUMBER_ONCE = Rule(
    "transaction-number-once",
    "station",
    "No two events of a transaction have the same seqNo",
    both("E01.FR.07"),
)
NUMBERS_WITHOUT_GAP = Rule(
    "transaction-numbers-without-gap",
    "station",
    "The seqNo of a transaction's events goes up by one",
    both("E01.FR.07"),
)
ID_NEW = Rule(
    "transaction-id-new",
    "station",
    "A transaction has an id that no transaction of the station had before",
    both("E01.FR.08"),
)
ONE_ON_AN_EVSE = Rule(
    "transaction-alone-on-evse",
    "station",
    "A transaction ends before another one starts on the same EVSE",
    both("E01.FR.14"),
)
TIMES_IN_ORDER = Rule(
    "transaction-times-in-order",
    "station",
    "An event of a transaction is not older than one with a lower seqNo",
    both("transaction time"),
)

ROUNDING = 5.0
"""Seconds by which a time may seem earlier: in whole seconds, or after a clock that ran fast was set."""


class TransactionEvents(TransactionSubject):
    """What events of one transaction say together. What was missed, or before the first that was heard, is left out."""

    rules = (
        STARTED_FIRST,
        ENDED_LAST,
        NUMBER_ONCE,
        NUMBERS_WITHOUT_GAP,
        ID_NEW,
        ONE_ON_AN_EVSE,
        TIMES_IN_ORDER,
    )

    def begin(self) -> None:
        super().begin()
        self._missing: dict[tuple[str, int], Due] = {}
        self._to_end: dict[str, list[Due]] = {}
        self._refused = False
        """Whether the CSMS failed to process an event, and has taken none since: others may wait behind it."""
        self._ahead: float | None = None
        """How far the clock that the CSMS tells is ahead of ours."""
        self._set = 0.0
        """What time it told when that last changed, and the station may have set its clock by more than a little."""

    @on("csms answers", "Heartbeat", "BootNotification")
    def clock(self, exchange: Exchange) -> None:
        """The station may set its clock."""
        told, now = seconds((exchange.response or {}).get("currentTime")), exchange.answered or 0.0
        if told is None or self._ahead is None or abs(told - now - self._ahead) > ROUNDING:
            self._set = told or 0.0
        self._ahead = None if told is None else told - now

    def doubted(self) -> None:
        """What was waited for may have been said."""
        super().doubted()
        self._refused = False
        self._forget_dues()

    def _forget_dues(self) -> None:
        for due in [*self._missing.values(), *(due for dues in self._to_end.values() for due in dues)]:
            due.came()
        self._missing.clear()
        self._to_end.clear()

    @on("csms answers", "TransactionEvent")
    def refused(self, exchange: Exchange) -> None:
        """An event that the CSMS fails to process is sent again later, and what comes after it waits (E13)."""
        self._refused = bool(exchange.error)
        if exchange.error:
            self._forget_dues()

    def is_new(self, transaction: Transaction, known: Exchange, exchange: Exchange) -> bool:
        another = super().is_new(transaction, known, exchange)
        if not another and not same_event(known, exchange):
            now = exchange.request
            self.breaks(
                NUMBER_ONCE,
                exchange,
                expected=f"another seqNo than {now['seqNo']} for another event of transaction {transaction.id}",
                received=f"{now['eventType']} ({now['triggerReason']}) of {now['timestamp']}",
                field="seqNo",
                contradicts=known.text(),
            )
        return another

    def is_another(self, transaction: Transaction, exchange: Exchange) -> bool:
        another = super().is_another(transaction, exchange)
        if another and transaction.ended is not None:
            self.breaks(
                ID_NEW,
                exchange,
                expected="an id that no transaction had before",
                received=transaction.id,
                field="transactionInfo.transactionId",
                contradicts=transaction.ended.text(),
            )
        return another

    def event(self, transaction: Transaction, exchange: Exchange) -> None:
        self._type(transaction, exchange, exchange.request["eventType"])
        self._number(transaction, exchange)
        self._time(transaction, exchange)
        if exchange.request["eventType"] == "Started":
            self._alone(transaction, exchange)

    def ended(self, transaction: Transaction) -> None:
        for due in self._to_end.pop(transaction.id, []):
            due.came()

    def _type(self, transaction: Transaction, exchange: Exchange, kind: str) -> None:
        number, started, end = exchange.request["seqNo"], transaction.started, transaction.ended
        first, newest = (transaction.events[transaction.numbers[place]] for place in (0, -1))
        if kind == "Started" and first is not exchange:
            self._wrong_type(STARTED_FIRST, exchange, "Started as the first event only", first)
        elif kind != "Started" and started is not None and started.request["seqNo"] > number:
            self._wrong_type(STARTED_FIRST, exchange, "Started as the first event", started)
        elif kind != "Started" and number == 0:
            self._wrong_type(STARTED_FIRST, exchange, "Started as the first event (seqNo 0)", None)
        if end is not None and end.request["seqNo"] < number:
            self._wrong_type(ENDED_LAST, exchange, "no event after Ended", end)
        elif kind == "Ended" and newest is not exchange:
            self._wrong_type(ENDED_LAST, exchange, "Ended as the last event only", newest)

    def _wrong_type(self, rule: Rule, exchange: Exchange, expected: str, other: Exchange | None) -> None:
        request = exchange.request
        self.breaks(
            rule,
            exchange,
            expected=f"{expected} of transaction {request['transactionInfo']['transactionId']}",
            received=f"{request['eventType']} with seqNo {request['seqNo']}",
            field="eventType",
            contradicts=other.text() if other else "",
        )

    def _number(self, transaction: Transaction, exchange: Exchange) -> None:
        """A gap is one if it is not filled: events may come in another order than they happened."""
        number = exchange.request["seqNo"]
        for other, missing in list(self._missing):
            if missing == number:  # of another transaction: the station counts all its events together
                self._missing.pop((other, missing)).came()
        before = transaction.previous(exchange)
        if before is None or before.request["seqNo"] + 1 == number or not together(before, exchange) or self._refused:
            return
        others = [
            event for one in self.transactions.values() if one is not transaction for event in one.events.values()
        ]
        elsewhere = {event.request["seqNo"] for event in others if event.asked >= before.asked}
        for missing in range(before.request["seqNo"] + 1, number):
            if missing in elsewhere:  # a counter for several EVSEs goes up by one with each event, too
                continue
            self._missing[transaction.id, missing] = self.due(
                NUMBERS_WITHOUT_GAP,
                exchange,
                expected=f"the event with seqNo {missing} of transaction {transaction.id}",
                within=self.judge.in_time,
                field="seqNo",
            )
            return

    def _time(self, transaction: Transaction, exchange: Exchange) -> None:
        """Only for a time of the clock that the CSMS told last: one from before may be on its way for long."""
        before = transaction.previous(exchange)
        if before is None or self._ahead is None or not together(before, exchange):
            return
        earlier, later = seconds(before.request["timestamp"]), seconds(exchange.request["timestamp"])
        if earlier is None or later is None or not self._set <= earlier <= before.asked + self._ahead + ROUNDING:
            return
        if later < earlier - ROUNDING:
            self.breaks(
                TIMES_IN_ORDER,
                exchange,
                expected=f"no time before {before.request['timestamp']}, that of the event before",
                received=str(exchange.request["timestamp"]),
                field="timestamp",
                contradicts=before.text(),
                # a clock may be set by so much while the transaction runs (NTP)
                should=later >= earlier - self.judge.deviation,
            )

    def _alone(self, transaction: Transaction, exchange: Exchange) -> None:
        """The other one may have ended already, and its last event be on its way."""
        for other in self.running.values():
            if other is transaction or other.evse is None or other.evse != transaction.evse or other.started is None:
                continue
            if together(other.events[other.numbers[-1]], exchange) and not self._refused:
                self._to_end.setdefault(other.id, []).append(
                    self.due(
                        ONE_ON_AN_EVSE,
                        exchange,
                        expected=f"transaction {other.id} ended: another one has started on EVSE {other.evse}",
                        within=self.judge.in_time,
                        field="evse",
                    )
                )
