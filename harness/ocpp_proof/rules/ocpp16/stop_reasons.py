"""1.6: the reason of a StopTransaction is what the station was asked for (sections 4.10, 7.36; erratum 3.17)."""

from __future__ import annotations

from typing import Any

from ..exchange import Exchange
from ..rule import Rule
from ..subject import Subject, on
from ..times import seconds
from .running import Running, Transaction

__all__ = ["StopReasons"]

REASON_ASKED_FOR = Rule(
    "reason-asked-for",
    "station",
    "A transaction that a remote stop or a reset or an unlock or a refused token ended says so",
    {"1.6": "1.6 §4.10 reason"},
)
REASON_WITHOUT_CAUSE = Rule(
    "reason-without-cause",
    "station",
    "No transaction ends for an unlock that nobody asked for, or for a refusal of a token that was accepted",
    {"1.6": "1.6 §4.10 reason"},
)
_SOON = 10.0
"""Seconds in which a transaction ends whose token is refused, where it does."""


class StopReasons(Subject):
    """What may have ended a transaction, and what its stop says."""

    rules = (REASON_ASKED_FOR, REASON_WITHOUT_CAUSE)

    def begin(self) -> None:
        """Nothing was asked for."""
        self.running = Running()
        self._remote: dict[int, Exchange] = {}
        self._resets: dict[str, Exchange] = {}
        self._unlocks: dict[int, Exchange | None] = {}
        """By connector; None where it is not known what came of the request."""
        self._refused_later: set[str] = set()
        """Tokens that something else than the start said no of."""
        self._lists = False
        self._goes_on = False
        """What is refused does not stop (StopTransactionOnInvalidId)."""

    def opened(self, connection: int, now: float) -> None:
        """What was told before may not have arrived."""
        self.running.opened()

    def unsound(self, exchange: Exchange) -> None:
        """What is wrong by form may have been taken all the same."""
        self.running.unsound(exchange)
        if exchange.action == "UnlockConnector":
            self._unlocks.clear()
            self._unlocks[0] = None

    @on("csms asks", "DataTransfer")
    def other_ways(self, exchange: Exchange) -> None:
        """What a vendor's message unlocks is the vendor's."""
        self._unlocks[0] = None

    @on("csms asks", "UnlockConnector")
    def unlock(self, exchange: Exchange) -> None:
        """The stop comes before the answer (5.18)."""
        self._unlocks[exchange.request["connectorId"]] = exchange

    @on("csms answers")
    def answered(self, exchange: Exchange) -> None:
        """Numbers, refusals, the clock."""
        self.running.csms_answers(exchange)
        if exchange.action in ("Authorize", "StopTransaction") and _status(exchange) != "Accepted":
            self._refused_later.add(str(exchange.request.get("idTag", "")).casefold())

    @on("station answers")
    def accepted(self, exchange: Exchange) -> None:
        """From now on it is due."""
        self.running.station_answers(exchange)
        if exchange.action == "SendLocalList":
            self._lists = True
        elif exchange.action == "GetConfiguration":
            for entry in (exchange.response or {}).get("configurationKey", []):
                self._set(entry["key"], entry.get("value"))
        elif exchange.action == "ChangeConfiguration":
            self._set(exchange.request["key"], exchange.request["value"])
        if (exchange.response or {}).get("status") != "Accepted":
            return
        if exchange.action == "RemoteStopTransaction":
            self._remote[exchange.request["transactionId"]] = exchange
        elif exchange.action == "Reset":
            self._resets[f"{exchange.request['type']}Reset"] = exchange

    @on("station asks")
    def asked(self, exchange: Exchange) -> None:
        """Judge a stop by what was known before it."""
        self.running.arrived(exchange)
        if exchange.action == "StopTransaction":
            number = exchange.request["transactionId"]
            one = self.running.named(number)
            if one is not None and one.stop is None:
                self._judge(one, exchange)
            self._remote.pop(number, None)
        self.running.station_asks(exchange)

    def _set(self, key: str, value: Any) -> None:
        if key.casefold() == "stoptransactiononinvalidid":
            self._goes_on = str(value).casefold() != "true"

    def _judge(self, one: Transaction, exchange: Exchange) -> None:
        reason, at = str(exchange.request.get("reason", "Local")), seconds(exchange.request["timestamp"])
        causes = self._causes(one, exchange, at)
        by_the_driver = reason == "Local" and "idTag" in exchange.request
        resets = {"HardReset", "SoftReset"} & set(causes)
        other_reset = reason in ("HardReset", "SoftReset") and resets and reason not in self._resets
        if causes and (other_reset or (reason in ("Local", "Other") and not by_the_driver)):
            cause = sorted(resets)[0] if other_reset else next(iter(causes))
            self._breaks(REASON_ASKED_FOR, exchange, f"reason {' or '.join(causes)}", causes[cause])
        unlocked = one.connector in self._unlocks or 0 in self._unlocks
        if reason == "UnlockCommand" and not unlocked:
            self._breaks(REASON_WITHOUT_CAUSE, exchange, "another reason: there was no UnlockConnector", None)
        if reason == "DeAuthorized" and one.sure and len(one.numbers) == 1 and not self._may_be_refused(one):
            self._breaks(REASON_WITHOUT_CAUSE, exchange, "another reason: the token was accepted", one.exchange)

    def _causes(self, one: Transaction, exchange: Exchange, at: float | None) -> dict[str, Exchange]:
        """What the transaction was to end for, by the reason; only what came before it ended by its own time."""
        found: dict[str, Exchange] = {}
        if one.numbers[-1] in self._remote:
            found["Remote"] = self._remote[one.numbers[-1]]
        found |= self._resets
        unlock = self._unlocks.get(one.connector)
        if unlock is not None and unlock.response is None and not unlock.error:
            found["UnlockCommand"] = unlock  # what is answered already waited for no transaction
        soon = exchange.asked - (one.exchange.answered or 0.0) <= _SOON
        if _status(one.exchange) != "Accepted" and one.sure and soon and not self._goes_on:
            found["DeAuthorized"] = one.exchange
        steady = one.live and one.clock == self.running.clock
        return {
            reason: cause
            for reason, cause in found.items()
            if steady and (cause is one.exchange or cause.asked > one.exchange.asked) and self._is_before(cause, at)
        }

    def _may_be_refused(self, one: Transaction) -> bool:
        """By its start, or by what was said of its token otherwise; one that has expired since is no longer good."""
        if self._lists or "expiryDate" in _info(one.exchange) or _status(one.exchange) != "Accepted":
            return True
        return str(one.request["idTag"]).casefold() in self._refused_later

    def _is_before(self, cause: Exchange, at: float | None) -> bool:
        then = self.running.station_time(cause.answered or cause.asked)
        return at is not None and then is not None and at >= then - 1

    def _breaks(self, rule: Rule, exchange: Exchange, expected: str, cause: Exchange | None) -> None:
        self.breaks(
            rule,
            exchange,
            expected=expected,
            received=f"reason {exchange.request.get('reason', 'left out, which is Local')}",
            field="reason",
            contradicts="" if cause is None else cause.text(),
        )


def _info(exchange: Exchange) -> dict[str, Any]:
    return (exchange.response or {}).get("idTagInfo") or {}


def _status(exchange: Exchange) -> str:
    return str(_info(exchange).get("status", "Accepted"))
