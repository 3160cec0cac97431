"""What a TransactionEvent has to tell: the charging state, who charges and where, and what it comes of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..exchange import Exchange
from ..remembered import forget_oldest
from ..rule import Rule
from ..subject import on
from .transaction import PLUGGED, Transaction, TransactionSubject, both, seconds, together, token_text

__all__ = ["TransactionFacts"]

CHARGING_STATE = Rule(
    "charging-state-told",
    "station",
    "The first event of a transaction, and each about a change of the charging state, has a chargingState",
    both("E02.FR.13"),
)
CHARGING_STATE_CHANGED = Rule(
    "charging-state-changed",
    "station",
    "An event about a change of the charging state tells another one than the event about a change before it",
    both("E02.FR.15"),
)
EVSE_TOLD = Rule(
    "transaction-evse-told",
    "station",
    "When a vehicle is connected, an event of the transaction has told the EVSE and the connector",
    both("E01.FR.16"),
)
EVSE_SAME = Rule(
    "transaction-evse-same",
    "station",
    "A transaction stays at its EVSE while the vehicle is connected",
    both("E01.FR.16"),
)
TOKEN_TOLD = Rule(
    "transaction-token-told",
    "station",
    "The event about an authorization, or one before it, has the idToken",
    both("E02.FR.20"),
)
TOKEN_BEFORE_ENERGY = Rule(
    "transaction-token-before-energy",
    "station",
    "When energy flows for a token that the CSMS has accepted, an event has told the token",
    both("E01.FR.10"),
)
TOKEN_ONCE = Rule(
    "transaction-token-once",
    "station",
    "An idToken is told once for an authorization",
    both("E03.FR.01"),
)
STOP_TOKEN_TOLD = Rule(
    "transaction-stop-token-told",
    "station",
    "When a token that the CSMS was asked for stops a transaction, the event about that has it",
    both("E07.FR.02"),
)
RESERVATION_TOLD = Rule(
    "transaction-reservation-told",
    "station",
    "A transaction of the token that an EVSE is reserved for tells the reservationId",
    both("H01.FR.15"),
)
REMOTE_START_TOLD = Rule(
    "remote-start-id-told",
    "station",
    "The event about a remote start has a remoteStartId",
    both("F02.FR.21"),
)
LIMIT_STOPS_ENERGY = Rule(
    "limit-stops-energy",
    "station",
    "An event that a limit of the transaction was reached does not tell that energy flows on",
    {"2.1": "E16.FR.05"},
)
AUTHORIZING = ("Authorized", "StopAuthorized", "Deauthorized", "RemoteStart")
SHORTLY = 30.0
"""Seconds after its authorization in which a token surely waits for nothing else."""
BEFORE_EXPIRY = 10.0
"""Seconds: a reservation that ends so soon may have ended by the station's clock."""


@dataclass(slots=True)
class _Reservation:
    id: int
    evse: int
    token: str
    ends: float


class TransactionFacts(TransactionSubject):
    """What has to be told once. Where events may have been missed it may have been told by one of them."""

    rules = (
        CHARGING_STATE,
        CHARGING_STATE_CHANGED,
        EVSE_TOLD,
        EVSE_SAME,
        TOKEN_TOLD,
        TOKEN_BEFORE_ENERGY,
        TOKEN_ONCE,
        STOP_TOKEN_TOLD,
        RESERVATION_TOLD,
        REMOTE_START_TOLD,
        LIMIT_STOPS_ENERGY,
    )

    def begin(self) -> None:
        super().begin()
        self._reservations: dict[int, _Reservation] = {}
        self._accepted: dict[str, float] = {}
        """Tokens that the CSMS accepted and that no event has told since."""
        self._asked_for: dict[str, float] = {}
        """When the CSMS was last asked for a token."""
        self._groups: dict[str, str] = {}
        """The group of each token that the CSMS has told one of."""

    def doubted(self) -> None:
        super().doubted()
        self._reservations.clear()
        self._accepted.clear()

    def event(self, transaction: Transaction, exchange: Exchange) -> None:
        self._charging_state(transaction, exchange)
        self._place(transaction, exchange)
        self._token(transaction, exchange)
        self._told(transaction, exchange)
        self._note_reservation(transaction, exchange)

    def _charging_state(self, transaction: Transaction, exchange: Exchange) -> None:
        request = exchange.request
        state, trigger = request["transactionInfo"].get("chargingState"), request["triggerReason"]
        if state is None and (request["eventType"] == "Started" or trigger == "ChargingStateChanged"):
            self._misses(CHARGING_STATE, exchange, "transactionInfo.chargingState")
        if trigger.endswith("LimitReached") and state == "Charging":
            self.breaks(
                LIMIT_STOPS_ENERGY,
                exchange,
                expected="SuspendedEVSE, or the end of the transaction",
                received=state,
                field="transactionInfo.chargingState",
            )
        before = transaction.previous(exchange)
        if trigger != "ChargingStateChanged" or before is None or not together(before, exchange):
            return
        earlier = before.request
        if (
            earlier["triggerReason"] == trigger
            and earlier["seqNo"] + 1 == request["seqNo"]
            and earlier["timestamp"] != request["timestamp"]  # of one change, told in parts (E02.FR.11)
            and earlier["transactionInfo"].get("chargingState") == state is not None
        ):
            self.breaks(
                CHARGING_STATE_CHANGED,
                exchange,
                expected=f"another chargingState than {state}, which the event before told",
                received=state,
                field="transactionInfo.chargingState",
                contradicts=before.text(),
                should=True,  # it is the reason that is wrong: no sentence forbids to tell a state again
            )

    def _place(self, transaction: Transaction, exchange: Exchange) -> None:
        request = exchange.request
        evse, state = request.get("evse") or {}, request["transactionInfo"].get("chargingState")
        connected = transaction.notes.get("connected at")
        newest = request["seqNo"] == transaction.numbers[-1]
        if connected is not None and evse and evse["id"] != connected and newest:
            self.breaks(
                EVSE_SAME,
                exchange,
                expected=f"evse.id {connected}, where the vehicle of transaction {transaction.id} is connected",
                received=str(evse["id"]),
                field="evse.id",
            )
        if state == "Idle" or request["triggerReason"] in ("EVCommunicationLost", "EVDeparted", "TxResumed"):
            transaction.notes["connected at"] = None
        elif state in PLUGGED and evse:
            transaction.notes["connected at"] = evse["id"]
        if "connectorId" in evse:
            transaction.notes["connector told"] = True
        told = "connector told" in transaction.notes
        if state in PLUGGED and transaction.complete and not told and request["eventType"] != "Ended":
            self._misses(EVSE_TOLD, exchange, "evse.connectorId")

    def _token(self, transaction: Transaction, exchange: Exchange) -> None:
        request, notes = exchange.request, transaction.notes
        charging = request["transactionInfo"].get("chargingState") == "Charging"
        if request["triggerReason"] in AUTHORIZING:
            notes["authorizations"] = {}
        if "idToken" in request:
            token = token_text(request["idToken"])
            self._accepted.pop(token, None)
            self._again(transaction, exchange, notes.setdefault("authorizations", {}).setdefault(token, exchange))
            notes.setdefault("tokens", set()).add(token)
        elif "tokens" not in notes and transaction.complete:
            if request["triggerReason"] == "Authorized":
                self._misses(TOKEN_TOLD, exchange, "idToken")
            elif charging and "charged" not in notes and len(self.running) == 1 and self._just_accepted(exchange.asked):
                self._misses(TOKEN_BEFORE_ENERGY, exchange, "idToken")
        elif request["triggerReason"] == "StopAuthorized":
            self._stops(exchange, notes.get("tokens", set()))
        if charging:
            notes["charged"] = True

    def _stops(self, exchange: Exchange, started: set[str]) -> None:
        """A stop button has no token; one that the CSMS was asked for just before surely was presented (E07.FR.01)."""
        if len(self.running) > 1 or exchange.request.get("offline"):
            return
        groups = {self._groups[token] for token in started if token in self._groups}
        for token, accepted in self._accepted.items():
            may_stop = token in started or self._groups.get(token) in groups
            if may_stop and exchange.asked - accepted < SHORTLY:
                self.breaks(
                    STOP_TOKEN_TOLD,
                    exchange,
                    expected=f"idToken {token}, for which the CSMS was asked {exchange.asked - accepted:.0f} s before",
                    received="none",
                    field="idToken",
                    should=True,
                )
                return

    def _just_accepted(self, now: float) -> bool:
        return any(now - accepted < SHORTLY for accepted in self._accepted.values())

    def _again(self, transaction: Transaction, exchange: Exchange, told: Exchange) -> None:
        """Told again for another authorization is right; for a message that was not delivered it may be."""
        request = exchange.request
        if told is exchange or request["eventType"] == "Ended" or not transaction.complete:
            return
        if told.response is not None and self._asked_for.get(token_text(request["idToken"]), 0.0) < told.asked:
            self.breaks(
                TOKEN_ONCE,
                exchange,
                expected="no idToken: it was told before, and nobody was authorized since",
                received=request["idToken"]["idToken"],
                field="idToken",
                contradicts=told.text(),
                should=True,  # "should only be sent once" (TransactionEventRequest, idToken)
            )

    def _told(self, transaction: Transaction, exchange: Exchange) -> None:
        if "remoteStartId" in exchange.request["transactionInfo"]:
            transaction.notes["remote start told"] = True
        told = "remote start told" in transaction.notes
        if exchange.request["triggerReason"] == "RemoteStart" and transaction.complete and not told:
            self._misses(REMOTE_START_TOLD, exchange, "transactionInfo.remoteStartId")

    # --- tokens that were accepted

    @on("csms answers", "Authorize")
    def authorized(self, exchange: Exchange) -> None:
        token = token_text(exchange.request["idToken"])
        self._asked_for[token] = exchange.answered or exchange.asked
        if exchange.response is not None and exchange.response["idTokenInfo"]["status"] == "Accepted":
            self._accepted[token] = exchange.answered or exchange.asked
            self._group(token, exchange.response)

    @on("csms answers", "TransactionEvent")
    def told_group(self, exchange: Exchange) -> None:
        if "idToken" in exchange.request and exchange.response is not None:
            self._group(token_text(exchange.request["idToken"]), exchange.response)

    def _group(self, token: str, answer: dict[str, Any]) -> None:
        if group := answer.get("idTokenInfo", {}).get("groupIdToken"):
            self._groups[token] = token_text(group)
            forget_oldest(self._groups)

    # --- reservations

    @on("station answers", "ReserveNow")
    def reserved(self, exchange: Exchange) -> None:
        """Only where the EVSE is named is it certain which transaction uses it."""
        request, response = exchange.request, exchange.response
        self._reservations.pop(request["id"], None)
        ends = seconds(request["expiryDateTime"])
        if response is not None and response["status"] == "Accepted" and "evseId" in request and ends is not None:
            token = token_text(request["idToken"])
            self._reservations[request["id"]] = _Reservation(request["id"], request["evseId"], token, ends)

    @on("csms asks", "CancelReservation")
    @on("station asks", "ReservationStatusUpdate")
    def released(self, exchange: Exchange) -> None:
        self._reservations.pop(exchange.request["reservationId"], None)

    def _note_reservation(self, transaction: Transaction, exchange: Exchange) -> None:
        request = exchange.request
        if (told := request.get("reservationId")) is not None:
            self._reservations.pop(told, None)
            transaction.notes.setdefault("reservations told", set()).add(told)
        if request["eventType"] == "Ended" or request["triggerReason"] in ("StopAuthorized", "Deauthorized"):
            return
        tokens = transaction.notes.get("tokens", ())
        for one in list(self._reservations.values()):
            if one.evse == transaction.evse and one.token in tokens and exchange.asked < one.ends - BEFORE_EXPIRY:
                del self._reservations[one.id]
                transaction.notes.setdefault("reservation", one.id)

    def ended(self, transaction: Transaction) -> None:
        """By its end at the latest: the token may be told before the EVSE is known."""
        reservation = transaction.notes.get("reservation")
        if transaction.ended is None or reservation is None or not transaction.complete:
            return
        told = transaction.notes.get("reservations told", set())
        if reservation not in told:
            self.breaks(
                RESERVATION_TOLD,
                transaction.ended,
                expected=f"reservationId {reservation} in an event of transaction {transaction.id}",
                received=", ".join(map(str, told)) or "none",
                field="reservationId",
            )

    def _misses(self, rule: Rule, exchange: Exchange, field: str) -> None:
        told: dict[str, Any] = exchange.request
        id = told["transactionInfo"]["transactionId"]
        self.breaks(
            rule,
            exchange,
            expected=f"{field} in this or an earlier event of transaction {id}",
            received=f"none: {told['eventType']} ({told['triggerReason']}) with seqNo {told['seqNo']}",
            field=field,
        )
