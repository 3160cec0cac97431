"""What a station carried out of a generated request, though its EVSE does not exist, and how it is taken back."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from ocpp_proof.ocppj.frames import Payload
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Answer

__all__ = ["CAN_BE_TAKEN_BACK", "CarriedOut"]

_STARTS = ("RemoteStartTransaction", "RequestStartTransaction")
CAN_BE_TAKEN_BACK = (*_STARTS, "ReserveNow", "SetChargingProfile")
"""Requests after whose Accepted a station may hold something: a transaction, a reservation, a profile."""


class CarriedOut:
    """One such request that a station answered with Accepted: `payload` as it was sent, `answer` as it came.

    `since`: the index of the first message that the station can have sent after it.
    """

    def __init__(self, csms: Csms, action: str, payload: Payload, answer: Answer, *, since: int) -> None:
        self.csms, self.action, self.payload, self.answer = csms, action, payload, answer
        self._since = since

    async def take_back(self) -> None:
        """Send what undoes it. ConnectionError without a connection, NonConformance without an answer."""
        if not self.csms.connected:
            raise ConnectionError(f"no connection to take {self.action} back over")
        v16 = self.csms.ocpp == "1.6"
        match self.action:
            case "ReserveNow":
                await self._send(
                    "CancelReservation", "reservationId", self.payload.get("reservationId" if v16 else "id")
                )
            case "SetChargingProfile" if v16:
                profile = self.payload.get("csChargingProfiles", {})
                await self._send("ClearChargingProfile", "id", profile.get("chargingProfileId"))
            case "SetChargingProfile":
                profile = self.payload.get("chargingProfile", {})
                await self._send("ClearChargingProfile", "chargingProfileId", profile.get("id"))
            case _:
                name = "RemoteStopTransaction" if v16 else "RequestStopTransaction"
                await self._send(name, "transactionId", await self._transaction())

    async def _send(self, action: str, name: str, value: Any) -> None:
        if value is not None:
            await self.csms.send_call(action, {name: value}, judge=False)

    async def _transaction(self) -> Any:
        """The id of the transaction that the start led to; None if none begins within `event` seconds."""
        if self.answer.transactionId is not None:
            return self.answer.transactionId
        with suppress(TimeoutError):
            await self.csms.wait_until(self._begun, self.csms.timing.event, "the transaction that was started")
        return next(iter(self._begun()), None)

    def _begun(self) -> list[Any]:
        """The ids of the transactions of this start that the station has told of."""
        told = [message for message in self.csms.inbox if message.index >= self._since]
        if self.csms.ocpp == "1.6":
            tag = self.payload.get("idTag")
            mine = [m for m in told if m.action == "StartTransaction" and m.idTag == tag and m.answer]
            return [m.answer["transactionId"] for m in mine if m.answer]
        number = self.payload.get("remoteStartId")
        mine = [m for m in told if m.action == "TransactionEvent"]
        mine = [m for m in mine if m.at("transactionInfo.remoteStartId") == number]
        return [m.at("transactionInfo.transactionId") for m in mine]
