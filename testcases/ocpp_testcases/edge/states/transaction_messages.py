"""What the harness' station says of a transaction, in each version; and what the operator asks of the CSMS."""

from __future__ import annotations

from typing import Any

from ocpp_proof import CannotTell, NotApplicable, check, not_judged
from ocpp_proof.roles.message import Answer, ErrorAnswer
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import now

__all__ = ["Transaction", "is_not_refused", "operator_request", "token_status"]

Payload = dict[str, Any]
DELIVERY = "transaction delivery"


class Transaction:
    """One transaction of the harness' station. `at`: seconds from now at which it happens, where it is not now."""

    def __init__(self, station: Station, sut: Sut, *, at: float = 0.0) -> None:
        self.station, self.sut, self.at = station, sut, at
        self.id: Any = sut.text(16)
        self.seqNo = 0

    def message(self, kind: str, *, seqNo: int | None = None, offline: bool = False) -> tuple[str, Payload]:
        """Action and payload for "Started", "Updated" (a sample) or "Ended"."""
        if self.sut.ocpp == "1.6":
            return self._message16(kind)
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
            payload["idToken"] = self.sut.tokens.valid.payload
        if kind == "Updated":
            payload["meterValue"] = [{"timestamp": payload["timestamp"], "sampledValue": [{"value": 100 + number}]}]
        return "TransactionEvent", payload | ({"offline": True} if offline else {})

    def _message16(self, kind: str) -> tuple[str, Payload]:
        here, time = {"connectorId": self.sut.connectorId}, {"timestamp": now(seconds=self.at)}
        if kind == "Started":
            return "StartTransaction", {**here, **time, "idTag": self.sut.tokens.valid.idToken, "meterStart": 100}
        if kind == "Ended":
            return "StopTransaction", {**time, "transactionId": self.id, "meterStop": 200}
        sample = [{**time, "sampledValue": [{"value": "150"}]}]
        return "MeterValues", {**here, "transactionId": self.id, "meterValue": sample}

    async def begin(self, **options: Any) -> Payload:
        """The transaction has started, and the CSMS has taken it"""
        action, payload = self.message("Started", **options)
        answer = await self.station.call(action, **payload)
        check(DELIVERY, is_not_refused(answer), expected="not refused", received=dict(answer))
        self.id = answer.transactionId if self.sut.ocpp == "1.6" else self.id
        return payload

    async def tell(self, kind: str, **options: Any) -> Answer | ErrorAnswer:
        """Send a message; returns the answer, which may be a CALLERROR."""
        action, payload = self.message(kind, **options)
        return await self.station.attempt(action, **payload)

    async def check_recorded(self, *, events: list[int] | None = None, **fields: Any) -> None:
        """Judge what the CSMS wrote down, where it can tell: the transaction, and these events, each of them once."""
        try:
            found = await self.sut.transaction(self.id)
        except CannotTell as cannot:
            not_judged(DELIVERY, because=str(cannot))
            return
        check(DELIVERY, bool(found), expected=f"transaction {self.id} recorded", received=found)
        recorded = found or {}
        known = recorded.get("events")
        if events is not None and known is not None:
            numbers = sorted(e.get("seqNo", -1) for e in known)
            check(DELIVERY, numbers == sorted(events), expected=f"events {sorted(events)}", received=numbers)
        for name, value in fields.items():
            if name in recorded:
                check("transaction time", recorded[name] == value, expected=f"{name} {value}", received=recorded[name])


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
