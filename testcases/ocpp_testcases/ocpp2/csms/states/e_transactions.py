"""E, transactions: the reusable states in front of a CSMS under test; the harness plays the station."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ocpp_proof.cases.steps import check_fields, on_undo, step
from ocpp_proof.roles.message import Answer, Message
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.clock import now
from ocpp_testcases.common.connection import check_stays_connected
from ocpp_testcases.common.tokens import HAS_TO_BE_KNOWN, free_elsewhere, has_to_be_known
from ocpp_testcases.ocpp2.csms.states.b_provisioning import connected
from ocpp_testcases.ocpp2.csms.states.g_availability import report_connector

__all__ = [
    "Transaction",
    "authorized",
    "authorized_before_start",
    "connected_before_start",
    "energy_transfer_started",
    "energy_transfer_suspended",
    "ev_connected_post_session",
    "ev_connected_pre_session",
    "ev_disconnected",
    "started",
    "stop_authorized",
    "token_accepted",
    "transaction",
]

_PLUGGED = ("EVConnected", "Charging", "SuspendedEV", "SuspendedEVSE")
_OF_TRANSACTION = (
    "chargingState",
    "stoppedReason",
    "remoteStartId",
    "tariffId",
    "timeSpentCharging",
    "transactionLimit",
)


@dataclass
class Transaction:
    """A transaction of the station that the harness plays: its id, its token, and the next sequence number.

    `started`, `ended`, `plugged`, `authorized` and `stop_authorized` say how far it is, by the events that were sent;
    `events` is what the CSMS answered to each. `queued` counts events that happened and were not sent yet, and `over`
    says that the end is one of them. `occupied`: what the CSMS was told last of the connector.
    """

    station: Station
    id: str
    token: Token
    evseId: int = 1
    connectorId: int = 1
    seqNo: int = 0
    started: bool = False
    ended: bool = False
    plugged: bool = False
    occupied: bool = False
    authorized: bool = False
    stop_authorized: bool = False
    charging_state: str = ""
    events: list[Answer] = field(default_factory=list)
    queued: int = 0
    over: bool = False

    async def event(
        self,
        triggerReason: str,
        *,
        eventType: str = "",
        token: bool = False,
        requirement: str = "",
        more_info: dict[str, Any] | None = None,
        **fields: Any,
    ) -> Answer:
        """Send the next TransactionEvent; `fields` named like those of transactionInfo go there, and `more_info`.

        The first names the EVSE, unless it is said to be None: it need not be known yet. With `requirement` that the
        event is answered is judged as this requirement.
        """
        info: dict[str, Any] = {"transactionId": self.id} | (more_info or {})
        for name in _OF_TRANSACTION:
            if (value := fields.pop(name, None)) is not None:
                info[name] = value
        first = not (self.started or self.ended)
        if first:  # the state goes from none to one (E02.FR.13)
            info.setdefault("chargingState", "EVConnected" if triggerReason == "CablePluggedIn" else "Idle")
        self.charging_state = str(info.get("chargingState", self.charging_state))
        payload: dict[str, Any] = {
            "eventType": eventType or ("Started" if first else "Updated"),
            "timestamp": now(),
            "triggerReason": triggerReason,
            "seqNo": self.seqNo,
            "transactionInfo": info,
            **fields,
        }
        if first or triggerReason == "CablePluggedIn":
            payload.setdefault("evse", {"id": self.evseId, "connectorId": self.connectorId})
        payload = {name: value for name, value in payload.items() if value is not None}
        if token:
            payload["idToken"] = self.token.payload
        if payload["eventType"] == "Started":
            on_undo("End the transaction that is still running", self._give_up)
            self.station.answer("GetTransactionStatus", self._status)
        self.ended = self.ended or payload["eventType"] == "Ended"  # what waited offline may come after that
        self.started = not self.ended
        self.seqNo += 1
        self.plugged = self.charging_state in _PLUGGED
        answer = await self.station.call("TransactionEvent", requirement=requirement, **payload)
        self.authorized = self.authorized or token or triggerReason == "RemoteStart"
        self.stop_authorized = self.stop_authorized or triggerReason == "StopAuthorized"
        self.events.append(answer)
        return answer

    def _status(self, asked: Message) -> dict[str, Any]:
        """The station's answer to a GetTransactionStatus, whoever has the CSMS ask (E14)."""
        if asked.transactionId is None:
            return {"messagesInQueue": self.queued > 0}
        is_this = asked.transactionId.casefold() == self.id.casefold()
        return {
            "messagesInQueue": is_this and self.queued > 0,
            "ongoingIndicator": is_this and self.started and not self.over,
        }

    async def cable_in(self, **more: Any) -> None:
        """Report the connector as occupied; it is free again when the case ends, whether a transaction comes or not.

        `more`: what the messages hold besides.
        """
        on_undo("The cable is taken out", self._take_out)
        self.occupied = True
        await report_connector(self.station, "Occupied", self.evseId, self.connectorId, **more)

    async def cable_out(self, status: str = "Available") -> None:
        """Report the connector as available, or as what it is now."""
        await report_connector(self.station, status, self.evseId, self.connectorId)
        self.occupied = False

    async def _give_up(self) -> None:
        if not self.started:
            return
        await connected(self.station)
        await self.event("AbnormalCondition", eventType="Ended", chargingState="Idle", stoppedReason="Other")
        await self._take_out()

    async def _take_out(self) -> None:
        if self.occupied and not self.started:  # what still runs ends first
            await connected(self.station)
            await self.cable_out()


def transaction(station: Station, sut: Sut, token: Token | None = None) -> Transaction:
    """A transaction that has not begun, with a fresh id."""
    return Transaction(station, f"{sut.text(8)}-{sut.text(12)}", token or sut.tokens.valid, sut.evseId, sut.connectorId)


async def ev_connected_pre_session(
    station: Station, sut: Sut, tx: Transaction | None = None, *, requirement: str = "", **fields: Any
) -> Transaction:
    """EVConnectedPreSession: the cable is plugged in.

    With `requirement` that the event is answered is judged as this requirement.
    """
    tx = tx or transaction(station, sut)
    await tx.cable_in()
    await tx.event("CablePluggedIn", chargingState="EVConnected", requirement=requirement, **fields)
    return tx


async def authorized(station: Station, sut: Sut, tx: Transaction | None = None, **fields: Any) -> Transaction:
    """Authorized: the driver is identified and the CSMS accepts the token."""
    tx = tx or transaction(station, sut)
    await token_accepted(station, sut, tx)
    plugged_first = tx.plugged
    event = await tx.event("Authorized", token=True, **fields)
    free_elsewhere(sut, tx.token, event)
    check_fields("E02.FR.02" if plugged_first else "E03.FR.02", event, {"idTokenInfo.status": "Accepted"})
    return tx


async def authorized_before_start(station: Station, sut: Sut) -> Transaction:
    """A driver presents a token and plugs in; the transaction of that has not started yet."""
    tx = transaction(station, sut)
    with step("The driver presents a token that the CSMS knows, and it is accepted"):
        await token_accepted(station, sut, tx)
    with step("The cable is plugged in, and the connector is occupied"):
        await tx.cable_in()
    return tx


async def connected_before_start(station: Station, sut: Sut) -> Transaction:
    """EVConnectedPreSession, where the transaction starts later: the connector is occupied."""
    tx = transaction(station, sut)
    await tx.cable_in()
    return tx


async def token_accepted(station: Station, sut: Sut, tx: Transaction) -> None:
    """The driver presents the token, and the CSMS accepts it."""
    answer = await station.call("Authorize", idToken=tx.token.payload)
    free_elsewhere(sut, tx.token, answer)
    has_to_be_known(sut, tx.token, answer)
    check_fields("C01.FR.07", answer, {"idTokenInfo.status": "Accepted"}, note=HAS_TO_BE_KNOWN)


async def started(sut: Sut, tx: Transaction, triggerReason: str, **fields: Any) -> Answer:
    """The first event with the token, which mostly starts the transaction: the CSMS accepts it; returns the answer."""
    event = await tx.event(triggerReason, token=True, **fields)
    free_elsewhere(sut, tx.token, event)
    has_to_be_known(sut, tx.token, event)
    check_fields("E01.FR.12", event, {"idTokenInfo.status": "Accepted"}, note=HAS_TO_BE_KNOWN)
    return event


async def energy_transfer_started(station: Station, sut: Sut, tx: Transaction | None = None) -> Transaction:
    """EnergyTransferStarted: energy flows from the EVSE to the EV."""
    if tx is None or not tx.authorized:
        tx = await authorized(station, sut, tx)
    if not tx.plugged:
        await ev_connected_pre_session(station, sut, tx)
    await tx.event("ChargingStateChanged", chargingState="Charging")
    return tx


async def energy_transfer_suspended(station: Station, sut: Sut, tx: Transaction | None = None) -> Transaction:
    """EnergyTransferSuspended: the EV has paused the charging."""
    if tx is None or tx.charging_state != "Charging":
        tx = await energy_transfer_started(station, sut, tx)
    await check_stays_connected(station, within=station.timing.transaction)
    await tx.event("ChargingStateChanged", chargingState="SuspendedEV")
    return tx


async def stop_authorized(station: Station, sut: Sut, tx: Transaction | None = None) -> Transaction:
    """StopAuthorized: the driver has presented the token again to stop."""
    if tx is None or tx.charging_state != "Charging":
        tx = await energy_transfer_started(station, sut, tx)
    await check_stays_connected(station, within=station.timing.transaction)
    event = await tx.event("StopAuthorized", token=True)
    check_fields("E01.FR.12", event, {"idTokenInfo.status": "Accepted"})
    return tx


async def ev_connected_post_session(station: Station, sut: Sut, tx: Transaction | None = None) -> Transaction:
    """EVConnectedPostSession: energy no longer flows, the cable is still in."""
    if tx is None or not tx.stop_authorized:
        tx = await stop_authorized(station, sut, tx)
    await tx.event("ChargingStateChanged", chargingState="EVConnected")
    return tx


async def ev_disconnected(
    station: Station,
    sut: Sut,
    tx: Transaction | None = None,
    *,
    ends: bool = True,
    requirement: str = "",
    becomes: str = "Available",
    **fields: Any,
) -> Transaction:
    """EVDisconnected: the cable is out and the transaction has ended.

    `becomes`: what the connector is then.
    `ends`: whether that is where it ends. One that goes on until the vehicle leaves the bay does not (TxStopPoint).
    With `requirement` that the event is answered is judged as this requirement.
    """
    if tx is None or not (tx.stop_authorized and tx.charging_state == "EVConnected"):
        tx = await ev_connected_post_session(station, sut, tx)
    await tx.cable_out(becomes)
    end: dict[str, Any] = {"eventType": "Ended", "stoppedReason": "EVDisconnected"} if ends else {}
    await tx.event("EVCommunicationLost", chargingState="Idle", requirement=requirement, **end, **fields)
    return tx
