"""E, transactions: the reusable states of a station under test."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check, check_fields, not_judged, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut, Token

from ocpp_testcases.ocpp2.station.states.b_provisioning import get_variable
from ocpp_testcases.ocpp2.station.states.g_availability import expect_connector_status

__all__ = [
    "Session",
    "authorized",
    "authorized_at_reserved_evse",
    "energy_transfer_started",
    "ev_connected_pre_session",
    "ev_disconnected",
    "parking_bay_occupied",
    "session",
    "stop_authorized",
]


@dataclass
class Session:
    """One charging session: what was done so far, and the transaction that the station made of it.

    `start`, `stop`: the points at which the station starts and stops transactions. `asks`: it authorizes drivers.
    `first`: how many messages had come before the session.
    """

    csms: Csms
    sut: Sut
    token: Token
    evseId: int
    connectorId: int
    start: set[str]
    stop: set[str]
    id: str = ""
    plugged: bool = False
    authorized: bool = False
    parked: bool = False
    ended: bool = False
    asks: bool = True
    first: int = 0
    remoteStartId: int | None = None
    events: list[Message] = field(default_factory=list)

    @property
    def started(self) -> bool:
        """Whether the station has sent an event of this transaction."""
        return bool(self.events)

    async def event(self, *, requirement: str = STEP, note: str = "", **fields: Any) -> Message:
        """The next TransactionEvent of this session with these fields; judges what holds for every event."""
        if self.id:
            fields["transactionInfo__transactionId"] = self.id
        message = await self.csms.expect("TransactionEvent", requirement=requirement, note=note, **fields)
        if not self.started:
            self.id = str(message.at("transactionInfo.transactionId"))
            check_fields(STEP, message, {"eventType": "Started"})
        self.events.append(message)
        self.ended = self.ended or message.eventType == "Ended"
        return message

    def check_sequence(self) -> None:
        """Judge the sequence numbers of everything that came of this transaction: consecutive from 0, none twice.

        A message that was sent again (the same number, the same time) counts once.
        """
        sent = {(m.seqNo, m.timestamp, m.triggerReason) for m in self._seen()}
        numbers = sorted(number for number, _, _ in sent)
        check(
            "E02.FR.07",
            numbers == list(range(len(numbers))),
            expected="seqNo counts 0, 1, 2, … within the transaction",
            received=numbers,
        )

    def _seen(self) -> list[Message]:
        return [
            m
            for m in self.csms.inbox
            if m.action == "TransactionEvent" and m.at("transactionInfo.transactionId") == self.id
        ]

    def _over(self) -> bool:
        return self.ended or any(m.eventType == "Ended" for m in self._seen())

    async def clean_up(self) -> None:
        """End what still runs: stop the transaction, take the cable out, and see the connector Available again."""
        csms = self.csms
        await csms.wait_until(lambda: csms.connected, csms.timing.long, "the station to connect")
        if not self.id:  # it may have begun where the case did not look
            begun = [m for m in csms.inbox[self.first :] if m.at("transactionInfo.transactionId")]
            self.id = str(begun[-1].at("transactionInfo.transactionId")) if begun else ""
        if self.id and not self._over():
            await csms.attempt("RequestStopTransaction", transactionId=self.id)
        if self.plugged:
            csms.match_from_now_on()
            await self.sut.unplug(self.evseId, self.connectorId)
            self.plugged = False
            await expect_connector_status(csms, "Available", self.evseId, self.connectorId)
        if self.parked:
            await self.sut.parking_bay(False)
            self.parked = False
        if self.id:
            await csms.wait_until(self._over, csms.timing.event, "the end of the transaction")


async def session(csms: Csms, sut: Sut, token: Token | None = None, **changes: Any) -> Session:
    """A session that has not begun; reads the transaction's start and stop points from the station."""
    start = await get_variable(csms, "TxCtrlr.TxStartPoint") or ""
    stop = await get_variable(csms, "TxCtrlr.TxStopPoint") or ""
    asks = await get_variable(csms, "AuthCtrlr.Enabled") or "true"
    made = Session(
        csms,
        sut,
        token or sut.tokens.valid,
        changes.get("evseId", sut.evseId),
        changes.get("connectorId", sut.connectorId),
        {p.strip() for p in start.split(",") if p.strip()},
        {p.strip() for p in stop.split(",") if p.strip()},
        asks=asks.lower() == "true",
        first=len(csms.inbox),
    )
    on_undo("End the session", made.clean_up)
    return made


async def parking_bay_occupied(csms: Csms, sut: Sut, tx: Session | None = None) -> Session:
    """ParkingBayOccupied: an EV has entered the parking bay

    Optional: done only where the station starts transactions there.
    """
    tx = tx or await session(csms, sut)
    if "ParkingBayOccupancy" in tx.start and not tx.parked:
        tx.parked = True
        await sut.parking_bay(True)
        await tx.event(eventType="Started", triggerReason="EVDetected")
    return tx


async def ev_connected_pre_session(csms: Csms, sut: Sut, tx: Session | None = None) -> Session:
    """EVConnectedPreSession: the cable is plugged in"""
    tx = await parking_bay_occupied(csms, sut, tx)
    tx.plugged = True
    await sut.plug_in(tx.evseId, tx.connectorId)
    await expect_connector_status(csms, "Occupied", tx.evseId, tx.connectorId, requirement="E02.FR.05")
    if not (tx.started or "EVConnected" in tx.start):
        not_judged("E02.FR.06", because=f"TxStartPoint {sorted(tx.start)} does not start the transaction here")
        return tx
    states = ("EVConnected", "SuspendedEVSE", "Charging") if tx.authorized else ("EVConnected",)
    await tx.event(
        requirement="E02.FR.06",
        eventType="Updated" if tx.started else "Started",
        triggerReason=("CablePluggedIn", "ChargingStateChanged", "RemoteStart"),
        transactionInfo__chargingState=states,
        evse__id=tx.evseId,
        evse__connectorId=tx.connectorId,
    )
    return tx


def _token_fields(token: Token) -> dict[str, Any]:
    return {"idToken__idToken": token.idToken, "idToken__type": token.type}


async def authorized(
    csms: Csms, sut: Sut, tx: Session | None = None, *, by: Literal["local", "remote"] = "local", cached: bool = False
) -> Session:
    """Authorized: the driver is accepted

    `by`: with a token at the reader, or by a RequestStartTransaction of the CSMS; the official state leaves the choice
    to the tester. `cached`: the station knows the token and does not ask for it.
    """
    return await (_authorized_remotely(csms, sut, tx) if by == "remote" else _authorized_locally(csms, sut, tx, cached))


async def _authorized_locally(csms: Csms, sut: Sut, tx: Session | None, cached: bool) -> Session:
    tx = tx if tx and tx.plugged else await parking_bay_occupied(csms, sut, tx)
    await sut.present_token(tx.token, tx.evseId)
    if tx.asks and not cached:
        await csms.expect("Authorize", requirement="C01.FR.02", **_token_fields(tx.token))
    tx.authorized = True
    if not (tx.started or "Authorized" in tx.start):
        not_judged("E02.FR.01", because=f"TxStartPoint {sorted(tx.start)} does not start the transaction here")
        return tx
    await tx.event(
        requirement="C12.FR.02" if cached else "E02.FR.01",
        eventType="Updated" if tx.started else "Started",
        triggerReason="Authorized",
        **_token_fields(tx.token),
    )
    return tx


async def authorized_at_reserved_evse(csms: Csms, sut: Sut, tx: Session) -> Session:
    """Authorized, where the EVSE is reserved for the driver: the reservation is used, the connector Available again.

    The station may authorize by the reservation alone.
    """
    await sut.present_token(tx.token, tx.evseId)
    tx.authorized = True
    await expect_connector_status(csms, "Available", tx.evseId, tx.connectorId, requirement="H03.FR.10")
    if not (tx.started or "Authorized" in tx.start):
        not_judged("H03.FR.01", because=f"TxStartPoint {sorted(tx.start)} does not start the transaction here")
        return tx
    await tx.event(
        requirement="H03.FR.01",
        eventType="Updated" if tx.started else "Started",
        triggerReason="Authorized",
        **_token_fields(tx.token),
    )
    return tx


async def _authorized_remotely(csms: Csms, sut: Sut, tx: Session | None) -> Session:
    tx = tx if tx and tx.plugged else await parking_bay_occupied(csms, sut, tx)
    tx.remoteStartId = sut.number()
    authorize = (await get_variable(csms, "AuthCtrlr.AuthorizeRemoteStart") or "false").lower() == "true"
    answer = await csms.call(
        "RequestStartTransaction", idToken=tx.token.payload, remoteStartId=tx.remoteStartId, evseId=tx.evseId
    )
    check_fields(STEP, answer, {"status": "Accepted"})
    if tx.started:
        check_fields("F01.FR.13", answer, {"transactionId": tx.id})
    if authorize and tx.asks:
        await csms.expect("Authorize", requirement="F01.FR.01", **_token_fields(tx.token))
    tx.authorized = True
    if not (tx.started or "Authorized" in tx.start):
        not_judged("F01.FR.05", because=f"TxStartPoint {sorted(tx.start)} does not start the transaction here")
        return tx
    event = await tx.event(
        requirement="F01.FR.19",
        eventType="Updated" if tx.started else "Started",
        triggerReason="RemoteStart",
        **_token_fields(tx.token),
    )
    check_fields("F02.FR.01", event, {"transactionInfo.remoteStartId": tx.remoteStartId})
    return tx


async def energy_transfer_started(csms: Csms, sut: Sut, tx: Session | None = None) -> Session:
    """EnergyTransferStarted: energy flows from the EVSE to the EV"""
    if tx is None or not tx.authorized:
        tx = await authorized(csms, sut, tx)
    if not tx.plugged:
        await _plug_in_late(csms, sut, tx)
    if not tx.started:
        await tx.event(requirement="E02.FR.13", eventType="Started")  # where power or energy start the transaction
    if tx.events[-1].at("transactionInfo.chargingState") == "Charging":
        return tx
    await tx.event(
        requirement="E02.FR.13",
        triggerReason=("ChargingStateChanged", "RemoteStart") if tx.remoteStartId else "ChargingStateChanged",
        transactionInfo__chargingState="Charging",
    )
    return tx


async def _plug_in_late(csms: Csms, sut: Sut, tx: Session) -> None:
    """Part 1 of EnergyTransferStarted: the cable comes after the token."""
    tx.plugged = True
    await sut.plug_in(tx.evseId, tx.connectorId)
    await expect_connector_status(csms, "Occupied", tx.evseId, tx.connectorId, requirement=STEP)
    if tx.started or "EVConnected" in tx.start:
        await tx.event(triggerReason="CablePluggedIn", transactionInfo__chargingState="EVConnected")


async def stop_authorized(csms: Csms, sut: Sut, tx: Session | None = None) -> Session:
    """StopAuthorized: the driver presents the same token again"""
    tx = tx or await energy_transfer_started(csms, sut)
    await sut.present_token(tx.token, tx.evseId)
    await tx.event(triggerReason="StopAuthorized")
    return tx


async def ev_disconnected(csms: Csms, sut: Sut, tx: Session) -> Session:
    """EVDisconnected: the cable is out and the connector is Available"""
    await sut.unplug(tx.evseId, tx.connectorId)
    tx.plugged = False
    await expect_connector_status(csms, "Available", tx.evseId, tx.connectorId)
    if tx.started and not tx.ended:
        await tx.event(triggerReason="EVCommunicationLost", transactionInfo__chargingState="Idle")
    return tx
