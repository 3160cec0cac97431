"""1.6: a transaction is told with the number that it was given, from its start to its one stop (4.7, 4.8, 4.10)."""

from __future__ import annotations

from typing import Any

from ..exchange import Exchange
from ..rule import Rule
from ..subject import Subject, on
from ..times import seconds
from .running import IN_STEP, Running, Transaction

__all__ = ["Transactions"]

STOP_OF_A_TRANSACTION = Rule(
    "stop-of-a-transaction",
    "station",
    "A StopTransaction carries the number that the answer to the StartTransaction gave",
    {"1.6": "1.6 §4.10 id"},
)
MINUS_ONE = Rule(
    "minus-one-without-a-number",
    "station",
    "A transaction has the number -1 only where no number arrived, also when its token was refused",
    {"1.6": "1.6 §4.8 no id"},
)
STOPPED_ONCE = Rule(
    "stopped-once",
    "station",
    "A StopTransaction that was answered is not sent again",
    {"1.6": "transaction delivery"},
)
METER_STOP = Rule(
    "meter-stop",
    "station",
    "The meter does not show less at the stop of a transaction than at its start",
    {"1.6": "1.6 §6.49 meterStop"},
)
STOP_AFTER_START = Rule(
    "stop-after-start",
    "station",
    "A transaction does not stop before it has started",
    {"1.6": "1.6 §6.49 timestamp"},
)
STOPPED_BY_ANOTHER = Rule(
    "stopped-by-another-token",
    "station",
    "A transaction is stopped by the token that started it, or by one of its group",
    {"1.6": "1.6 §4.10 other"},
)
VALUES_OF_A_TRANSACTION = Rule(
    "values-of-a-transaction",
    "station",
    "MeterValues carry the number of the transaction in which they were measured, and its connector",
    {"1.6": "1.6 §4.7 transaction"},
)
PERIODIC = "Sample.Periodic"
_MOST = 20
"""Values that wait for what shows that their transaction ran."""
_APART = 1.0
"""Seconds by which times have to differ before they say what came first."""


class Transactions(Subject):
    """Starts, stops and the values between them."""

    rules = (
        STOP_OF_A_TRANSACTION,
        MINUS_ONE,
        STOPPED_ONCE,
        METER_STOP,
        STOP_AFTER_START,
        STOPPED_BY_ANOTHER,
        VALUES_OF_A_TRANSACTION,
    )

    def begin(self) -> None:
        """Nothing is known yet."""
        self.running = Running()
        self._without: dict[Transaction, list[tuple[float, Exchange]]] = {}
        """Values without a number: whether the transaction still ran then is told by what comes after them."""
        self._grouped: set[str] = set()
        self._lists = False

    def opened(self, connection: int, now: float) -> None:
        """What was told before may not have arrived."""
        self.running.opened()

    def unsound(self, exchange: Exchange) -> None:
        """A message that is wrong by form may have been taken."""
        self.running.unsound(exchange)

    @on("station asks")
    def asked(self, exchange: Exchange) -> None:
        """Judge against what was known before, then take it in."""
        self.running.arrived(exchange)
        match exchange.action:
            case "StopTransaction":
                self._stop(exchange)
            case "MeterValues":
                self._values(exchange)
        self.running.station_asks(exchange)

    @on("csms answers")
    def answered(self, exchange: Exchange) -> None:
        """Numbers, the clock, and which tokens are in a group."""
        self.running.csms_answers(exchange)
        info = (exchange.response or {}).get("idTagInfo") or {}
        if info.get("parentIdTag"):
            self._grouped.add(str(exchange.request.get("idTag", "")).casefold())

    @on("station answers")
    def station_answers(self, exchange: Exchange) -> None:
        """How many connectors there are; and a list may say of tokens what no answer does."""
        self.running.station_answers(exchange)
        if exchange.action == "SendLocalList":
            self._lists = True

    # --- stops

    def _stop(self, exchange: Exchange) -> None:
        number, at = int(exchange.request["transactionId"]), seconds(exchange.request["timestamp"])
        one = self.running.named(number)
        if one is None:
            if self.running.is_impossible(number, at):
                rule = MINUS_ONE if number == -1 else STOP_OF_A_TRANSACTION
                self._unknown(rule, exchange, number)
            return
        if one.stop is not None:
            self._stopped_again(one, exchange)
            return
        if at is not None:
            self._still_ran(one, at, exchange)
        self._against_start(one, exchange, at)
        self._token(one, exchange)

    def _unknown(self, rule: Rule, exchange: Exchange, number: int, should: bool = False) -> None:
        known = sorted(n for one in self.running.latest.values() for n in one.numbers[-1:] if one.stop is None)
        last = max(self.running.latest.values(), key=lambda one: one.exchange.asked, default=None)
        self.breaks(
            rule,
            exchange,
            expected=f"transactionId {' or '.join(map(str, known)) or 'of a transaction that runs'}",
            received=f"transactionId {number}",
            field="transactionId",
            contradicts=last.exchange.answer_text() if last is not None else "",
            should=should or not self.running.told_connectors,  # there may be more connectors
        )

    def _stopped_again(self, one: Transaction, exchange: Exchange) -> None:
        stop = one.stop
        assert stop is not None
        if stop.response is None or stop.answer_deviating or stop.deviating or "arrived" not in stop.notes:
            return
        if self.running.boots == stop.notes.get("boots", self.running.boots):
            self.breaks(
                STOPPED_ONCE,
                exchange,
                expected="no other StopTransaction",
                received=exchange.text(),
                contradicts=f"{stop.message_id} was answered",
            )

    def _against_start(self, one: Transaction, exchange: Exchange, at: float | None) -> None:
        start, stop = one.request["meterStart"], exchange.request["meterStop"]
        if stop < start:
            self.breaks(
                METER_STOP,
                exchange,
                expected=f"meterStop of at least {start}",
                received=f"meterStop {stop}",
                field="meterStop",
                contradicts=one.exchange.text(),
                should=one.boots != self.running.boots,  # a new meter after a repair
            )
        steady = one.live and one.clock == self.running.clock and one.boots == self.running.boots
        if at is not None and one.begun is not None and steady and at < one.begun - IN_STEP:
            self.breaks(
                STOP_AFTER_START,
                exchange,
                expected=f"timestamp after {one.request['timestamp']}",
                received=f"timestamp {exchange.request['timestamp']}",
                field="timestamp",
                contradicts=one.exchange.text(),
                should=not self.running.is_true(),  # a clock that has the time from elsewhere changes
            )

    def _token(self, one: Transaction, exchange: Exchange) -> None:
        """Where nobody said that the starter is in a group: the list of a charge point may, so it is less than sure."""
        token, starter = str(exchange.request.get("idTag", "")), str(one.request["idTag"])
        if not token or token.casefold() == starter.casefold() or self._lists or not one.sure:
            return
        if starter.casefold() not in self._grouped:
            self.breaks(
                STOPPED_BY_ANOTHER,
                exchange,
                expected=f"idTag {starter}, or one with its parent",
                received=f"idTag {token}",
                field="idTag",
                contradicts=one.exchange.text(),
                should=True,
            )

    # --- values

    def _values(self, exchange: Exchange) -> None:
        place, number = exchange.request["connectorId"], exchange.request.get("transactionId")
        times = [seconds(value["timestamp"]) for value in exchange.request["meterValue"]]
        first = min((at for at in times if at is not None), default=None)
        if number is None:
            self._numberless(place, first, exchange)
            return
        one = self.running.named(number)
        if one is None:
            if self.running.is_impossible(number, first):
                here = self.running.latest.get(place)
                idle = here is None or here.stop is not None
                # where none runs the number MAY be left out (4.7): what else then stands there is not said
                self._unknown(VALUES_OF_A_TRANSACTION, exchange, number, should=idle and number <= 0)
        elif place and place != one.connector:
            self.breaks(
                VALUES_OF_A_TRANSACTION,
                exchange,
                expected=f"connectorId {one.connector}",
                received=f"connectorId {place}",
                field="connectorId",
                contradicts=one.exchange.text(),
            )
        elif first is not None:
            self._still_ran(one, first, exchange)

    def _numberless(self, place: int, first: float | None, exchange: Exchange) -> None:
        one = self.running.latest.get(place)
        if any(sample.get("context", PERIODIC) != PERIODIC for sample in _samples(exchange)):
            return  # they may be of the main meter, which belongs to no transaction
        if one is None or one.stop is not None or first is None or not (one.sure and one.live):
            return
        answered = self.running.station_time(one.exchange.answered or 0.0)
        if answered is None or one.begun is None or one.clock != self.running.clock:
            return
        if first > max(answered, one.begun) + _APART:
            running = self.running.latest.values()
            self._without = {known: values for known, values in self._without.items() if known in running}
            if len(values := self._without.setdefault(one, [])) < _MOST:
                values.append((first, exchange))

    def _still_ran(self, one: Transaction, at: float, exchange: Exchange) -> None:
        """What comes shows that the transaction ran at this time: values before it that lacked its number are wrong."""
        for measured, values in self._without.pop(one, []):
            if at > measured + _APART and one.clock == self.running.clock:
                self.breaks(
                    VALUES_OF_A_TRANSACTION,
                    values,
                    expected=f"transactionId {one.numbers[-1]}",
                    received="no transactionId",
                    field="transactionId",
                    contradicts=exchange.text(),
                    # one meter may be that of the connector and the main meter, which needs none (4.7)
                    should=self.running.seen_connectors < 2,
                )


def _samples(exchange: Exchange) -> list[dict[str, Any]]:
    return [sample for value in exchange.request["meterValue"] for sample in value["sampledValue"]]
