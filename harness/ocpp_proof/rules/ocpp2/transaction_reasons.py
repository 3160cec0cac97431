"""Why a TransactionEvent is sent, as it says itself: what the CSMS is said to have asked for it did ask for."""

from __future__ import annotations

from ..exchange import Exchange
from ..rule import Rule, Side
from ..subject import on
from .transaction import Transaction, TransactionSubject, both, lateness, nothing_missed, token_text

__all__ = ["TransactionReasons"]

TRIGGER_ASKED_FOR = Rule(
    "trigger-reason-asked-for",
    "station",
    "An event that is said to come of a request comes after such a request",
    both("E02.FR.15"),
)
STOP_ASKED_FOR = Rule(
    "stopped-reason-asked-for",
    "station",
    "A transaction that is said to be stopped by a request is stopped after such a request",
    both("E06.FR.08"),
)
REMOTE_STOP = Rule(
    "stopped-reason-remote",
    "station",
    "A transaction that a remote stop ends has the stoppedReason Remote",
    both("F03.FR.03"),
)
RESET = Rule(
    "stopped-reason-reset",
    "station",
    "A transaction that an immediate reset ends has the stoppedReason ImmediateReset",
    both("E06.FR.08"),
)
TIMEOUT = Rule(
    "stopped-reason-timeout",
    "station",
    "A transaction that ends since no vehicle came in time has the stoppedReason Timeout",
    both("E03.FR.05"),
)
REMOTE_START = Rule(
    "remote-start-reason",
    "station",
    "The event with the token of a remote start says RemoteStart, in it or before",
    both("F02.FR.21"),
)
REMOTE_START_ID = Rule(
    "remote-start-id-asked-for",
    "station",
    "The remoteStartId of an event is one of an accepted RequestStartTransaction, and so is its token",
    both("F01.FR.04"),
)
OFFLINE = Rule(
    "offline-flag",
    "station",
    "An event that happens while the station is connected is not marked as offline",
    both("E04.FR.03"),
)

REQUESTS = {
    "RemoteStop": "RequestStopTransaction",
    "Trigger": "TriggerMessage",
    "ResetCommand": "Reset",
    "UnlockCommand": "UnlockConnector",
}
"""The trigger reasons that name a request. A remote start may have been asked for long before, and is left out."""
STOPS = {"Remote": "RequestStopTransaction", "ImmediateReset": "Reset"}
SHORTLY = 10.0
"""Seconds after a remote start in which its token is not likely to be presented at the station as well."""
BEFORE = 60.0
"""Seconds in which a token that was presented before a remote start may still be on its way."""
HELD_BACK = 2.0
"""Seconds after its time from which an event may have waited for a link that was down under the connection."""
MOST_STARTS = 100


class TransactionReasons(TransactionSubject):
    """Holds the reasons against what the CSMS asked for since the transaction, at the latest, began."""

    rules = (
        TRIGGER_ASKED_FOR,
        STOP_ASKED_FOR,
        REMOTE_STOP,
        RESET,
        TIMEOUT,
        REMOTE_START,
        REMOTE_START_ID,
        OFFLINE,
    )

    def begin(self) -> None:
        super().begin()
        self._asked: set[str] = set()
        """Requests that may have come, by their names."""
        self._to_stop: set[str] = set()
        self._reset = ""
        self._starts: dict[int, Exchange] = {}
        """Remote starts that were accepted, by remoteStartId."""
        self._told: set[int] = set()
        self._presented = 0.0
        self._authorizing: dict[str, float] = {}
        """When a token was last asked about."""
        self._waiting: set[str] = set()
        """Ids of CALLs of the station that have no answer yet."""
        self._unsure = 0.0
        """When the station may last have taken itself to be offline."""

    # --- what was asked for

    @on("csms asks", *REQUESTS.values())
    def asked(self, exchange: Exchange) -> None:
        self._asked.add(exchange.action)
        match exchange.action:
            case "RequestStopTransaction":
                self._to_stop.add(exchange.request["transactionId"].casefold())
            case "Reset":
                self._reset = exchange.request["type"]

    def unsound(self, exchange: Exchange) -> None:
        """A station may act on a request that is not right, too."""
        super().unsound(exchange)
        if exchange.action in REQUESTS.values():
            self._asked.add(exchange.action)
            if exchange.action == "RequestStopTransaction":
                self._all_stopped()
            self._reset = "" if exchange.action == "Reset" else self._reset
        if exchange.sender == "station":
            self._unsure = exchange.answered or exchange.asked
            self._waiting.discard(exchange.message_id)

    def _all_stopped(self) -> None:
        self._to_stop.update(id.casefold() for id in self.running)

    def unreadable(self, sender: Side) -> None:
        """A station may read what we cannot."""
        super().unreadable(sender)
        if sender == "csms":
            self._anything_asked()

    def _anything_asked(self) -> None:
        self._asked.update(REQUESTS.values())
        self._all_stopped()
        self._reset = ""

    @on("csms asks", "DataTransfer")
    def asked_by_vendor(self, exchange: Exchange) -> None:
        """What a vendor's message asks for is not known."""
        self._anything_asked()

    @on("station answers", "RequestStartTransaction")
    def started_remotely(self, exchange: Exchange) -> None:
        if exchange.response is not None and exchange.response["status"] == "Accepted":
            id, since = exchange.request["remoteStartId"], exchange.asked - BEFORE
            self._starts.pop(id, None)
            self._starts[id] = exchange
            self._told.discard(id)
            if self._presented > since or self._authorizing.get(token_text(exchange.request["idToken"]), 0.0) > since:
                self._told.add(id)  # it may be the other one that an event tells of
            if len(self._starts) > MOST_STARTS:
                oldest = next(iter(self._starts))
                del self._starts[oldest]
                self._told.discard(oldest)

    @on("station asks", "Authorize")
    def authorizes(self, exchange: Exchange) -> None:
        token = token_text(exchange.request["idToken"])
        if not any(token_text(start.request["idToken"]) == token for start in self._starts.values()):
            self._authorizing[token] = exchange.asked

    def operated(self, verb: str, place: tuple[int, int] | None, now: float) -> None:
        """A driver presents a token that may be the one of a remote start."""
        if verb == "present_token":
            self._told.update(self._starts)
            self._presented = now

    # --- when it may be offline

    @on("station asks")
    def asks(self, exchange: Exchange) -> None:
        """Who waits for an answer in vain, or is not accepted, may well count as offline."""
        if self._waiting or exchange.action == "BootNotification":
            self._unsure = exchange.asked
        self._waiting.add(exchange.message_id)

    @on("csms answers")
    def answers(self, exchange: Exchange) -> None:
        self._waiting.discard(exchange.message_id)

    def doubted(self) -> None:
        super().doubted()
        self._waiting.clear()

    # --- what events say

    def event(self, transaction: Transaction, exchange: Exchange) -> None:
        if transaction.started is not None:
            self._trigger(transaction, exchange)
            self._offline(transaction.started, exchange)
        if exchange.request["eventType"] == "Ended":
            self._stopped(transaction, exchange)
        self._remote_start(transaction, exchange)

    def _came(self, action: str, transaction: Transaction) -> bool:
        if action == "RequestStopTransaction":
            return transaction.id.casefold() in self._to_stop
        return action in self._asked

    def _trigger(self, transaction: Transaction, exchange: Exchange) -> None:
        trigger = exchange.request["triggerReason"]
        action = REQUESTS.get(trigger)
        if action is not None and not self._came(action, transaction):
            self._unasked(TRIGGER_ASKED_FOR, exchange, "triggerReason", trigger, action)
        reason = exchange.request["transactionInfo"].get("stoppedReason", "")
        action = STOPS.get(reason)
        if action is not None and not self._came(action, transaction):
            self._unasked(STOP_ASKED_FOR, exchange, "transactionInfo.stoppedReason", reason, action)

    def _unasked(self, rule: Rule, exchange: Exchange, field: str, reason: str, action: str) -> None:
        self.breaks(
            rule,
            exchange,
            expected=f"another {field} than {reason}: there was no {action}",
            received=reason,
            field=field,
        )

    def _offline(self, started: Exchange, exchange: Exchange) -> None:
        """Known to be online: all was said on one connection and at once, and each CALL of the station was answered."""
        if not exchange.request.get("offline") or started is exchange or self._waiting:
            return
        if lateness(exchange) - lateness(started) > HELD_BACK:
            self._unsure = exchange.asked
        if self._unsure < started.asked and not started.request.get("offline") and nothing_missed(started, exchange):
            self.breaks(
                OFFLINE,
                exchange,
                expected=f"offline false: the connection has not been lost since {started.request['timestamp']}",
                received="offline true",
                field="offline",
                contradicts=started.text(),
            )

    def _stopped(self, transaction: Transaction, exchange: Exchange) -> None:
        request = exchange.request
        reason = request["transactionInfo"].get("stoppedReason", "Local")
        match request["triggerReason"]:
            case "RemoteStop":
                rule, wanted = REMOTE_STOP, "Remote"
            case "ResetCommand" if self._reset in ("Immediate", "ImmediateAndResume"):
                rule, wanted = RESET, "ImmediateReset"
            case "EVConnectTimeout":
                rule, wanted = TIMEOUT, "Timeout"
            case _:
                return
        if reason != wanted:
            told = request["transactionInfo"].get("stoppedReason", "none, which means Local")
            expected = f"stoppedReason {wanted}, with the triggerReason {request['triggerReason']}"
            self.breaks(rule, exchange, expected=expected, received=told, field="transactionInfo.stoppedReason")

    def _remote_start(self, transaction: Transaction, exchange: Exchange) -> None:
        request = exchange.request
        told, token = request["transactionInfo"].get("remoteStartId"), request.get("idToken")
        if request["triggerReason"] == "RemoteStart":
            transaction.notes["remote start"] = True
        if told is not None:
            self._told.add(told)
        if token is None:
            return
        waiting = [
            start
            for id, start in self._starts.items()
            if id not in self._told
            and token_text(start.request["idToken"]) == token_text(token)
            and exchange.asked - (start.answered or 0.0) < SHORTLY
        ]
        if told in self._starts:
            wanted = self._starts[told].request["idToken"]
            if token_text(wanted) != token_text(token) and request["triggerReason"] == "RemoteStart":
                self._other_start(exchange, "idToken", wanted["idToken"], token["idToken"], self._starts[told])
        elif told is not None and waiting:
            id = str(waiting[0].request["remoteStartId"])
            self._other_start(exchange, "transactionInfo.remoteStartId", id, str(told), waiting[0])
        elif request["triggerReason"] == "Authorized" and waiting and transaction.complete:
            if "remote start" in transaction.notes:
                return
            self.breaks(
                REMOTE_START,
                exchange,
                expected=f"triggerReason RemoteStart, and remoteStartId {waiting[0].request['remoteStartId']}",
                received="Authorized",
                field="triggerReason",
                contradicts=waiting[0].text(),
            )

    def _other_start(self, exchange: Exchange, field: str, expected: str, received: str, start: Exchange) -> None:
        self.breaks(
            REMOTE_START_ID,
            exchange,
            expected=f"{field} {expected}, as in the RequestStartTransaction",
            received=received,
            field=field,
            contradicts=start.text(),
        )
