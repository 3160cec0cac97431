"""Where a station under test can be brought, OCPP 2.0.1 and 2.1: the reusable states of the official cases.

Each state operates the station, watches what it sends, and judges what the official state validates. Used by `given` it
is a precondition; called from a step it is judged.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..engine.errors import Inconclusive
from ..engine.words import check, not_judged, on_undo
from ..roles.csms import Csms
from ..roles.message import Message
from ..roles.peer import Expected
from ..sut.sut import Sut, Token
from .variables2 import get_variable

__all__ = [
    "Session",
    "authorized_locally",
    "authorized_remotely",
    "booted",
    "connector_status",
    "energy_transfer_started",
    "ev_connected_pre_session",
    "ev_disconnected",
    "rebooted",
    "session",
    "stop_authorized",
]

STARTS_EARLIER = {"ParkingBayOccupancy", "EVConnected", "Authorized"}


@dataclass
class Session:
    """One charging session: what was done so far, and the transaction that the station made of it."""

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
    ended: bool = False
    remoteStartId: int | None = None
    events: list[Message] = field(default_factory=list)

    @property
    def started(self) -> bool:
        """Whether the station has sent an event of this transaction."""
        return bool(self.events)

    async def event(self, *, requirement: str = "scenario", note: str = "", **fields: Any) -> Message:
        """The next TransactionEvent of this session with these fields; judges what holds for every event."""
        if self.id:
            fields["transactionInfo__transactionId"] = self.id
        message = await self.csms.expect("TransactionEvent", requirement=requirement, note=note, **fields)
        if not self.started:
            self.id = str(message.at("transactionInfo.transactionId"))
            check(
                "E01.FR.07",
                message.eventType == "Started",
                expected="eventType Started in the first event of a transaction",
                received=message.eventType,
            )
        self.events.append(message)
        self.ended = self.ended or message.eventType == "Ended"
        return message

    def check_sequence(self) -> None:
        """Judge the sequence numbers of everything that came of this transaction: consecutive from 0, none twice."""
        numbers = [
            m.seqNo
            for m in self.csms.inbox
            if m.action == "TransactionEvent" and m.at("transactionInfo.transactionId") == self.id
        ]
        check(
            "E01.FR.07",
            sorted(numbers) == list(range(len(numbers))),
            expected="seqNo counts 0, 1, 2, … within the transaction",
            received=numbers,
        )

    async def clean_up(self) -> None:
        """End what still runs: stop the transaction, take the cable out, and see the connector Available again."""
        csms = self.csms
        if not csms.connected:
            await csms.until(lambda: csms.connected, csms.timing.long, "the station to connect")
        seen_end = any(
            m.eventType == "Ended" and m.at("transactionInfo.transactionId") == self.id
            for m in csms.inbox
            if m.action == "TransactionEvent"
        )
        if self.id and not (self.ended or seen_end):
            await csms.attempt("RequestStopTransaction", transactionId=self.id)
        if self.plugged:
            csms.forget()
            await self.sut.unplug(self.evseId, self.connectorId)
            self.plugged = False
            await connector_status(csms, "Available", self.evseId, self.connectorId)


async def session(csms: Csms, sut: Sut, token: Token | None = None, **changes: Any) -> Session:
    """A session that has not begun; reads the transaction's start and stop points from the station."""
    start = await get_variable(csms, "TxCtrlr.TxStartPoint") or ""
    stop = await get_variable(csms, "TxCtrlr.TxStopPoint") or ""
    made = Session(
        csms,
        sut,
        token or sut.tokens.valid,
        changes.get("evseId", sut.evseId),
        changes.get("connectorId", sut.connectorId),
        {p.strip() for p in start.split(",") if p.strip()},
        {p.strip() for p in stop.split(",") if p.strip()},
    )
    on_undo("End the session", made.clean_up)
    return made


def _delta(**fields: Any) -> Any:
    """Matches eventData that has one element with these fields."""

    def fits(events: Any) -> bool:
        from ..roles.message import payload_matches

        return isinstance(events, list) and any(payload_matches(e, fields) for e in events if isinstance(e, dict))

    return fits


async def connector_status(
    csms: Csms,
    status: str,
    evseId: int,
    connectorId: int,
    *,
    requirement: str = "scenario",
    within: float | None = None,
) -> Message:
    """The station reports a connector's status, by StatusNotification or by NotifyEvent."""
    return await csms.expect_one_of(
        Expected("StatusNotification", {"connectorStatus": status, "evseId": evseId, "connectorId": connectorId}),
        Expected(
            "NotifyEvent",
            {
                "eventData": _delta(
                    trigger="Delta",
                    actualValue=status,
                    component__name="Connector",
                    variable__name="AvailabilityState",
                    component__evse__id=evseId,
                    component__evse__connectorId=connectorId,
                )
            },
        ),
        requirement=requirement,
        within=within,
        note=f"the status {status} of connector {connectorId} of EVSE {evseId}",
    )


async def rebooted(csms: Csms) -> Message:
    """Booted: the station was reset, has booted and was accepted"""
    connections = len(csms.connections)
    answer = await csms.attempt("Reset", type="Immediate")
    check("B11.FR.01", answer.status == "Accepted", expected="ResetResponse Accepted", received=dict(answer))
    del connections
    return await csms.boot()


async def booted(csms: Csms, sut: Sut) -> Message:
    """Booted: the station was switched off and on, has booted, and is accepted

    Judges that it reports every connector and the security event of its start.
    """
    await sut.power_cycle()
    boot = await csms.boot(requirement="B01.FR.01")
    await connector_status(
        csms, "Available", sut.evseId, sut.connectorId, requirement="B01.FR.05", within=csms.timing.long
    )
    await csms.expect(
        "SecurityEventNotification",
        requirement="scenario",
        type=("StartupOfTheDevice", "ResetOrReboot"),
        within=csms.timing.long,
    )
    return boot


async def ev_connected_pre_session(csms: Csms, sut: Sut, tx: Session | None = None) -> Session:
    """EVConnectedPreSession: the cable is plugged in"""
    tx = tx or await session(csms, sut)
    tx.plugged = True
    await sut.plug_in(tx.evseId, tx.connectorId)
    await connector_status(csms, "Occupied", tx.evseId, tx.connectorId, requirement="E02.FR.05")
    starts_here = "EVConnected" in tx.start or ("PowerPathClosed" in tx.start and tx.authorized)
    if not (tx.started or starts_here):
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


async def authorized_locally(csms: Csms, sut: Sut, tx: Session | None = None, *, cached: bool = False) -> Session:
    """Authorized: the driver presents a token at the reader and is accepted

    `cached`: the token is in the authorization cache or local list, so that no Authorize may be needed.
    """
    tx = tx or await session(csms, sut)
    await sut.present_token(tx.token, tx.evseId)
    if not cached:
        await csms.expect("Authorize", requirement="C01.FR.02", **_token_fields(tx.token))
    tx.authorized = True
    starts_here = "Authorized" in tx.start or ("PowerPathClosed" in tx.start and tx.plugged)
    if not (tx.started or starts_here):
        not_judged("E02.FR.01", because=f"TxStartPoint {sorted(tx.start)} does not start the transaction here")
        return tx
    await tx.event(
        requirement="E02.FR.01",
        eventType="Updated" if tx.started else "Started",
        triggerReason="Authorized",
        **_token_fields(tx.token),
    )
    return tx


async def authorized_remotely(csms: Csms, sut: Sut, tx: Session | None = None) -> Session:
    """Authorized: the CSMS starts the session with RequestStartTransaction"""
    tx = tx or await session(csms, sut)
    tx.remoteStartId = sut.number()
    authorize = (await get_variable(csms, "AuthCtrlr.AuthorizeRemoteStart") or "false").lower() == "true"
    answer = await csms.call(
        "RequestStartTransaction", idToken=tx.token.payload, remoteStartId=tx.remoteStartId, evseId=tx.evseId
    )
    check("scenario", answer.status == "Accepted", expected="Accepted", received=dict(answer))
    if tx.started:
        check(
            "F01.FR.13",
            answer.transactionId == tx.id,
            expected=f"transactionId {tx.id!r} of the transaction that already runs",
            received=answer.transactionId,
        )
    if authorize:
        await csms.expect("Authorize", requirement="F01.FR.01", **_token_fields(tx.token))
    tx.authorized = True
    starts_here = "Authorized" in tx.start or ("PowerPathClosed" in tx.start and tx.plugged)
    if not (tx.started or starts_here):
        not_judged("F01.FR.05", because=f"TxStartPoint {sorted(tx.start)} does not start the transaction here")
        return tx
    await tx.event(
        eventType="Updated" if tx.started else "Started",
        triggerReason="RemoteStart",
        transactionInfo__remoteStartId=tx.remoteStartId,
        **_token_fields(tx.token),
    )
    return tx


async def energy_transfer_started(csms: Csms, sut: Sut, tx: Session | None = None) -> Session:
    """EnergyTransferStarted: energy flows from the EVSE to the EV"""
    if tx is None or not tx.authorized:
        tx = await authorized_locally(csms, sut, tx)
    if not tx.plugged:
        await _plug_in_late(csms, sut, tx)
    last = tx.events[-1] if tx.events else None
    if last is not None and last.at("transactionInfo.chargingState") == "Charging":
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
    await connector_status(csms, "Occupied", tx.evseId, tx.connectorId, requirement="scenario")
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
    await connector_status(csms, "Available", tx.evseId, tx.connectorId)
    if tx.started and not tx.ended:
        await tx.event(triggerReason="EVCommunicationLost", transactionInfo__chargingState="Idle")
    return tx


def needs_session(tx: Session | None) -> Session:
    """The session, or Inconclusive where a case forgot to begin one."""
    if tx is None:
        raise Inconclusive("no session was begun")
    return tx
