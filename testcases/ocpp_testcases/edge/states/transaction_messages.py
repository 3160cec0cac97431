"""What the harness' station says of a transaction, in each version; and what the operator asks of the CSMS."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ocpp_proof import CannotTell, NotApplicable, by_version, check, on_undo
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.roles.message import Answer, ErrorAnswer
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.clock import now
from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.common.tokens import has_to_be_known
from ocpp_testcases.edge.states.charging_session import token_payload

__all__ = [
    "Transaction",
    "check_token_taken",
    "everybody_may_charge",
    "expect_verdict_on_unknown_token",
    "is_not_refused",
    "is_same",
    "operator_request",
    "token_known",
    "token_status",
]

Payload = dict[str, Any]


class Transaction:
    """One transaction of the harness' station. From the moment that its start is made it is ended when the case ends.

    `at`: seconds from now at which it happens, where it is not now. `token`: who charges, tokens.valid without one.
    """

    def __init__(self, station: Station, sut: Sut, *, at: float = 0.0, token: Token | None = None) -> None:
        self.station, self.sut, self.at = station, sut, at
        self.token = token or sut.tokens.valid
        self.id: Any = sut.text(16)
        self.seqNo = 0
        self.has_ended = False
        self._start: tuple[str, Payload] | None = None
        self._ids: list[Any] = []
        self._ended: set[Any] = set()  # those whose end the CSMS has taken

    def message(self, kind: str, *, seqNo: int | None = None, offline: bool = False) -> tuple[str, Payload]:
        """Action and payload for "Started", "Updated" (a sample) or "Ended"."""
        made = self._message16(kind) if self.sut.ocpp == "1.6" else self._message2(kind, seqNo, offline)
        if kind == "Started" and self._start is None:
            self._start = made
            on_undo("The transaction ends, if it has not ended", self.end)
            this = {"transactionId": ignoring_case(str(self.id))}
            if self.sut.ocpp != "1.6":  # a CSMS may ask for it by itself (E14)
                self.station.answer("GetTransactionStatus", lambda _: self._status(), where=this)
        return made

    def _status(self) -> Payload:
        return {"messagesInQueue": False, "ongoingIndicator": not self.has_ended}

    def _message2(self, kind: str, seqNo: int | None, offline: bool) -> tuple[str, Payload]:
        number = self.seqNo if seqNo is None else seqNo
        self.seqNo = max(self.seqNo, number + 1)
        reasons = {"Started": "Authorized", "Updated": "MeterValuePeriodic", "Ended": "EVDeparted"}
        payload: Payload = {
            "eventType": kind,
            "timestamp": now(seconds=self.at + number),
            "triggerReason": reasons[kind],
            "seqNo": number,
            "transactionInfo": {"transactionId": self.id},
            "evse": {"id": self.sut.evseId, "connectorId": self.sut.connectorId},
        }
        if kind == "Started":
            payload["idToken"] = self.token.payload
            payload["transactionInfo"]["chargingState"] = "EVConnected"  # E02.FR.13
        if kind == "Updated":
            payload["meterValue"] = [{"timestamp": payload["timestamp"], "sampledValue": [{"value": 100 + number}]}]
        return "TransactionEvent", payload | ({"offline": True} if offline else {})

    def _message16(self, kind: str) -> tuple[str, Payload]:
        here, time = {"connectorId": self.sut.connectorId}, {"timestamp": now(seconds=self.at)}
        if kind == "Started":
            return "StartTransaction", {**here, **time, "idTag": self.token.idToken, "meterStart": 100}
        if kind == "Ended":
            return "StopTransaction", {**time, "transactionId": self.id, "meterStop": 200}
        sample = [{**time, "sampledValue": [{"value": "150"}]}]
        return "MeterValues", {**here, "transactionId": self.id, "meterValue": sample}

    def note(self, answer: Answer | ErrorAnswer, kind: str = "Started") -> None:
        """Take in what the CSMS answered to a message of this transaction that the case sent itself."""
        if kind == "Ended":
            self.has_ended = self.has_ended or answer.error is None
            self._ended |= {self.id} if answer.error is None else set()
        if kind == "Started" and self.sut.ocpp == "1.6" and answer.transactionId is not None:
            self.id = answer.transactionId
            self._ids.append(self.id)

    async def begin(self, **options: Any) -> Payload:
        """The transaction has started, and the CSMS has taken it"""
        action, payload = self.message("Started", **options)
        answer = await self.station.call(action, **payload)
        self.note(answer)
        check_token_taken(self.sut, self.token, answer)
        return payload

    async def tell(self, kind: str, **options: Any) -> Answer | ErrorAnswer:
        """Send a message; returns the answer, which may be a CALLERROR."""
        action, payload = self.message(kind, **options)
        answer = await self.station.attempt(action, **payload)
        self.note(answer, kind)
        return answer

    async def end(self) -> None:
        """The transaction ends, unless it has: nothing of a case stays open at the CSMS, nor its token in use.

        Where no answer brought an id (1.6) the start is sent once more to learn it. Inconclusive where the CSMS does
        not take the end: the transaction may stay open.
        """
        if self._start is None or (self.has_ended and self._ended.issuperset(self._ids)):
            return
        if not self.station.connected:
            await self.station.connect(requirement="known station")
        if self.sut.ocpp == "1.6" and not self._ids:
            answer = await self.station.attempt(self._start[0], **self._start[1])
            self.note(answer)
            if not self._ids:
                raise Inconclusive(f"the CSMS gives the transaction no id: {answer.error or dict(answer)}")
        for id in [id for id in dict.fromkeys(self._ids or [self.id]) if id not in self._ended]:
            self.id = id
            answer = await self.tell("Ended")
            if answer.error is not None:
                raise Inconclusive(f"the CSMS does not take the end of the transaction {id}: {answer.error}")

    async def check_recorded(self, *, events: list[int] | None = None, **fields: Any) -> None:
        """Judge what the CSMS wrote down: the transaction, and these events, each of them once.

        Nothing else shows that: raises CannotTell where the CSMS' API cannot say, and the case is INCONCLUSIVE.
        """
        try:
            found = await self.sut.transaction(self.id)
        except CannotTell as cannot:
            raise CannotTell(f"what the CSMS recorded is what this case is about: {cannot}") from None
        check("transaction recorded", bool(found), expected=f"transaction {self.id} recorded", received=found)
        recorded = found or {}
        known = recorded.get("events")
        if events is not None and known is not None:
            numbers = sorted(e.get("seqNo", -1) for e in known)
            right = numbers == sorted(events)
            check("transaction recorded", right, expected=f"events {sorted(events)}", received=numbers)
        for name, value in fields.items():
            if name in recorded:
                right = is_same(recorded[name], value)
                check("transaction time", right, expected=f"{name} {value}", received=recorded[name])


def is_same(recorded: Any, told: Any) -> bool:
    """Whether the CSMS has recorded what it was told. Times are the same as instants, to the second: a fraction of one
    need not be kept (1.6 3.15; Part 2, dateTime)."""
    try:
        moments = [datetime.fromisoformat(str(value)) for value in (recorded, told)]
    except ValueError:
        return bool(recorded == told)
    first, second = (m if m.tzinfo else m.replace(tzinfo=UTC) for m in moments)
    return abs((first - second).total_seconds()) < 1


async def token_known(station: Station, sut: Sut) -> None:
    """The CSMS knows a token that may charge, values.tokens.valid in sut.toml"""
    token = sut.tokens.valid
    if not sut.tokens.is_certain(token):
        has_to_be_known(sut, token, await station.attempt("Authorize", **token_payload(sut.ocpp, token)))


def check_token_taken(sut: Sut, token: Token, answer: Answer | ErrorAnswer) -> None:
    """Judge that a token which may charge is not refused at the start of a transaction.

    That it is in use elsewhere is a reason to refuse it (ConcurrentTx) which says nothing about the CSMS: Inconclusive.
    """
    status = token_status(answer)
    if status == "ConcurrentTx":
        raise Inconclusive(
            f"the CSMS says that the token {token.idToken} is in use in another transaction (ConcurrentTx): one of "
            "another case that runs beside this one (values.tokens.valid in sut.toml may be a pattern or a list), or "
            "one that an earlier run left open"
        )
    has_to_be_known(sut, token, answer)
    requirement = by_version({"1.6": "1.6 §4.8 token", "2": "E01.FR.11"})
    note = "values.tokens.valid in sut.toml has to name a token that may charge"
    check(requirement, is_not_refused(answer), expected="the token not refused", received=dict(answer), note=note)


async def everybody_may_charge(station: Station, sut: Sut) -> bool:
    """Whether the CSMS accepts a token that nobody knows, asked alone: then its verdicts cannot be told apart."""
    answer = await station.attempt("Authorize", **token_payload(sut.ocpp, sut.tokens.invalid))
    return bool(token_status(answer) == "Accepted")


async def expect_verdict_on_unknown_token(station: Station, sut: Sut, *, requirement: str = "") -> None:
    """Judge that a token which nobody knows gets a verdict (1.6 4.1, C01.FR.07), and as a SHOULD that it is refused:
    an operator may let everybody charge."""
    answer = await station.call("Authorize", **token_payload(sut.ocpp, sut.tokens.invalid))
    status = token_status(answer)
    asked = requirement or by_version({"1.6": "1.6 §4.1", "2": "C01.FR.07"})
    check(asked, status is not None, expected="a status of the token", received=dict(answer))
    check("unknown token", status != "Accepted", expected="not Accepted", received=dict(answer))


def token_status(answer: Answer | ErrorAnswer) -> Any:
    """The status of the token in an answer."""
    return answer.at("idTagInfo.status") or answer.at("idTokenInfo.status")


def is_not_refused(answer: Answer | ErrorAnswer) -> bool:
    """Whether the answer to a start lets the session go on."""
    return token_status(answer) in (None, "Accepted")


def operator_request(sut: Sut, what: str) -> tuple[str, Payload]:
    """What the operator asks of the CSMS: an action and the wish."""
    v16, token = sut.ocpp == "1.6", sut.tokens.valid
    match what:
        case "remote start" if v16:
            return "RemoteStartTransaction", {"connectorId": sut.connectorId, "idTag": token.idToken}
        case "remote start":
            return "RequestStartTransaction", {"evseId": sut.evseId, "idToken": token.payload}
        case "trigger":
            if v16 and not sut.claims("remote trigger"):
                raise NotApplicable("the CSMS does not claim remote trigger")
            return "TriggerMessage", {"requestedMessage": "Heartbeat"}
    if not sut.claims("reservation or R-1"):
        raise NotApplicable("the CSMS does not claim reservation")
    if v16:
        fields = {"connectorId": sut.connectorId, "idTag": token.idToken, "reservationId": sut.number()}
        return "ReserveNow", {**fields, "expiryDate": now(seconds=3600)}
    return "ReserveNow", {"evseId": sut.evseId, "idToken": token.payload}
