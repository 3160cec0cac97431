"""A transaction that the harness' station opens for generated messages, and stops again."""

from __future__ import annotations

from typing import Any

from ocpp_proof.ocppj.sample_values import TIME
from ocpp_proof.roles.message import Answer, ErrorAnswer
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

__all__ = ["OwnTransaction"]


class OwnTransaction:
    """At most one transaction at a time. `id`: what the CSMS (1.6) or the station (2.x) calls it, None when none is
    open; `named`: what the station of 2.x calls the newest one.

    Nothing of it is judged: the messages that belong to it are what the case is about.
    """

    def __init__(self, station: Station, sut: Sut) -> None:
        self.station, self.sut = station, sut
        self.id: Any = None
        self.named = ""
        self._next = 0

    def next_number(self) -> int:
        """The seqNo of the next event of it, 2.x."""
        self._next += 1
        return self._next - 1

    def name(self) -> None:
        """Have an id for the next one, 2.x: whoever sends its first event says `took` when that was taken."""
        self.named, self._next = self.sut.text(16), 0

    async def begin(self, *, at: str = TIME) -> Answer | ErrorAnswer | None:
        """Open one, if none is open, at the time `at` (RFC 3339); gives the answer, where one was needed."""
        if self.id is not None:
            return None
        if self.sut.ocpp == "1.6":
            fields = {"connectorId": self.sut.connectorId, "idTag": self.sut.tokens.valid.idToken, "meterStart": 0}
            answer = await self.station.send_call("StartTransaction", {**fields, "timestamp": at}, judge=False)
            self.id = answer.transactionId if answer.error is None else None
            return answer
        self.name()
        event = self._event("Started", "Authorized", self.named, at)
        event["idToken"] = self.sut.tokens.valid.payload
        event["transactionInfo"]["chargingState"] = "EVConnected"  # E02.FR.13
        answer = await self.station.send_call("TransactionEvent", event, judge=False)
        self.id = self.named if answer.error is None else None
        return answer

    def took(self, id: Any) -> None:
        """A message of this transaction was taken that began it."""
        self.id = id

    def over(self) -> None:
        """A message was taken that ended it."""
        self.id = None

    async def end(self, *, at: str = TIME) -> None:
        """Stop it, if it is open. ConnectionError without a connection: it is still open then."""
        id = self.id
        if id is None:
            return
        if not self.station.connected:
            raise ConnectionError(f"no connection to stop the transaction {id} over")
        self.id = None
        if self.sut.ocpp == "1.6":
            payload = {"transactionId": id, "meterStop": 2, "timestamp": at, "reason": "Local"}
            await self.station.send_call("StopTransaction", payload, judge=False)
            return
        event = self._event("Ended", "EVDeparted", id, at)
        await self.station.send_call("TransactionEvent", event, judge=False)

    def _event(self, kind: str, reason: str, id: str, at: str) -> dict[str, Any]:
        return {
            "eventType": kind,
            "timestamp": at,
            "triggerReason": reason,
            "seqNo": self.next_number(),
            "transactionInfo": {"transactionId": id},
            "evse": {"id": self.sut.evseId, "connectorId": self.sut.connectorId},
        }
