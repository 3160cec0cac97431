"""E, transactions: the reusable states of a station under test."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ocpp_proof.cases.fields import Pattern
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check, check_fields, not_applicable, not_judged, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Answer, Message
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.cables import cable_in
from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.ocpp2.station.states.b_provisioning import get_variable, members, rebooted
from ocpp_testcases.ocpp2.station.states.e_points import ENDS_BY_AUTHORIZATION
from ocpp_testcases.ocpp2.station.states.e_ways import Stopper, Way, way_to_start
from ocpp_testcases.ocpp2.station.states.g_availability import expect_connector_status, is_available

__all__ = [
    "Session",
    "authorized",
    "energy_transfer_started",
    "ev_connected_pre_session",
    "expect_asked",
    "parking_bay_occupied",
    "session",
]

CONNECTED = ("EVConnected", "SuspendedEVSE", "SuspendedEV", "Charging")
"""The charging states with a cable; a change of state may be told with the event that comes with it (E, 1.5)."""
WITH_POWER = ("DataSigned", "PowerPathClosed", "EnergyTransfer")
"""The start points that need cable and driver."""


@dataclass
class Session:
    """One charging session: what was done so far, and the transaction that the station made of it.

    `start`, `stop`: the points at which the station starts and stops transactions. `asks`: it authorizes drivers.
    `pre_authorizes`: it lets a token that it knows charge, and `knows`: it may know this one from before. `first`: how
    many messages had come before the session. `stopped`: the driver may not charge any more, `stopped_by` what.
    `cable_kept`: the cable may be locked although nothing is charged. `wrongly`: it agreed to start this where it had
    to refuse.
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
    stopped: bool = False
    stopped_by: Stopper = "local"
    cable_kept: bool = False
    asks: bool = True
    knows: bool = False
    pre_authorizes: bool = True
    wrongly: bool = False
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
        return self._take(await self.csms.expect("TransactionEvent", requirement=requirement, note=note, **fields))

    def _take(self, message: Message) -> Message:
        if not self.started:
            self.id = str(message.at("transactionInfo.transactionId"))
            check_fields(STEP, message, {"eventType": "Started"})
        self.events.append(message)
        self.ended = self.ended or message.eventType == "Ended"
        return message

    @property
    def token_fields(self) -> dict[str, Any]:
        """The fields of a message that names the driver: nobody, where the station authorizes nobody (C02.FR.01)."""
        if self.asks:
            return {
                "idToken__idToken": ignoring_case(self.token.idToken),
                "idToken__type": ignoring_case(self.token.type),
            }
        return {"idToken": Pattern(f"NoAuthorization, or {self.token.payload}", self._is_driver)}

    @property
    def place_fields(self) -> dict[str, Any]:
        """The fields of an event that says where the cable is (E01.FR.16)."""
        return {"evse.id": self.evseId, "evse.connectorId": self.connectorId}

    def _is_driver(self, idToken: dict[str, str]) -> bool:
        same = idToken["idToken"].casefold() == self.token.idToken.casefold()
        return idToken["type"] == "NoAuthorization" or same

    async def begin(self, *reasons: str, event: Message | None = None) -> Message:
        """The transaction starts only now, with an authorized driver, for one of these reasons, or as it is told of.

        `event`: what tells of it, where that has come.

        Where the official tables disagree about reason and charging state of this event, each of them is right. Where
        nothing but the flow of energy starts it, energy flows.
        """
        remote = self.remoteStartId is not None
        requirement = "E01.FR.06" if self.start == {"EnergyTransfer"} else "E01.FR.05"
        event = self._take(event) if event else await self.event(requirement=requirement, eventType="Started")
        own = "RemoteStart" if remote else "Authorized"
        check_fields(
            "E02.FR.15", event, {"triggerReason": (own, "ChargingStateChanged", "SignedDataReceived", *reasons)}
        )
        if self.start == {"EnergyTransfer"}:
            check_fields("E01.FR.06", event, {"transactionInfo.chargingState": "Charging"})
        else:
            check_fields("E02.FR.13", event, {"transactionInfo.chargingState": CONNECTED})
        check_fields("E03.FR.01", event, self.token_fields)
        if remote:
            check_fields("F02.FR.01", event, {"transactionInfo.remoteStartId": self.remoteStartId})
        return event

    def check_sequence(self) -> None:
        """Judge the sequence numbers of everything that came of this transaction: consecutive, none twice.

        Whether they begin with 0 is left to the station (E, 1.3.2.1). A message that was sent again (the same number,
        the same time) counts once.
        """
        sent = {(m.seqNo, m.timestamp, m.triggerReason) for m in self._seen()}
        numbers = sorted(number for number, _, _ in sent)
        first = self.events[0].seqNo if self.events else 0
        check(
            "E02.FR.07",
            numbers == list(range(first, first + len(numbers))),
            expected="seqNo counts on by one from the event Started",
            received=numbers,
        )

    def charged_before(self) -> bool:
        """Whether it was told in a precondition that energy flows: where whoever plugs in charges, nothing waits."""
        now = {message.index for message in self.csms.received("TransactionEvent")}
        before = [m for m in self._seen() if m.index > self.events[-1].index and m.index not in now and not m.taken]
        charging = next((m for m in before if m.at("transactionInfo.chargingState") == "Charging"), None)
        if charging is not None:
            self._take(charging)
        return charging is not None

    def requested(self, answer: Answer) -> None:
        """A request that had to be refused was answered: where it was accepted, what it started is ended."""
        self.wrongly = answer.status == "Accepted"

    def _seen(self) -> list[Message]:
        return [
            m
            for m in self.csms.inbox
            if m.action == "TransactionEvent" and m.at("transactionInfo.transactionId") == self.id
        ]

    def over(self) -> bool:
        """Whether the end of the transaction was told of, also where the case did not look."""
        return self.ended or any(m.eventType == "Ended" for m in self._seen())

    def _is_free(self) -> bool:
        """Whether the connector was last told to be Available, which a fixed cable is once it is out of the vehicle."""
        return is_available(self.csms.inbox[self.first :], (self.evseId, self.connectorId))

    async def clean_up(self) -> None:
        """End what still runs: stop the transaction, take the cable out, and see the connector Available again."""
        csms = self.csms
        await csms.wait_until(lambda: csms.connected, csms.timing.long, "the station to connect")
        if not self.id:  # it may have begun where the case did not look
            begun = [m for m in csms.inbox[self.first :] if m.eventType == "Started"]
            self.id = str(begun[-1].at("transactionInfo.transactionId")) if begun else ""
        if self.wrongly and not self.id:
            await rebooted(csms)
        if self.id and not self.over():
            await csms.attempt("RequestStopTransaction", transactionId=self.id)
            if self.cable_kept and self.stop & ENDS_BY_AUTHORIZATION:  # a lock is not opened before (F05.FR.02)
                ended: dict[str, Any] = {"transactionInfo__transactionId": self.id, "eventType": "Ended"}
                await csms.expect_optional("TransactionEvent", **ended)
        if self.plugged:
            if self.cable_kept:
                await csms.attempt("UnlockConnector", evseId=self.evseId, connectorId=self.connectorId)
            await self.sut.unplug(self.evseId, self.connectorId)
            self.plugged = False
            await csms.wait_until(self._is_free, csms.timing.event, "the connector to be Available")
        if self.parked:
            await self.sut.parking_bay(False, self.evseId)
            self.parked = False
        if self.id:
            await csms.wait_until(self.over, csms.timing.event, "the end of the transaction")


async def session(csms: Csms, sut: Sut, token: Token | None = None, **changes: Any) -> Session:
    """A session that has not begun; reads the transaction's start and stop points from the station."""
    asks = await get_variable(csms, "AuthCtrlr.Enabled") or "true"
    pre_authorizes = (await get_variable(csms, "AuthCtrlr.LocalPreAuthorize") or "true").lower() == "true"
    token = token or sut.tokens.valid
    made = Session(
        csms,
        sut,
        token,
        changes.get("evseId", sut.evseId),
        changes.get("connectorId", sut.connectorId),
        set(members(await get_variable(csms, "TxCtrlr.TxStartPoint"))),
        set(members(await get_variable(csms, "TxCtrlr.TxStopPoint"))),
        asks=asks.lower() == "true",
        pre_authorizes=pre_authorizes,
        knows=pre_authorizes and not sut.tokens.is_fresh(token),
        first=len(csms.inbox),
    )
    on_undo("End the session", made.clean_up)
    return made


async def parking_bay_occupied(csms: Csms, sut: Sut, tx: Session | None = None) -> Session:
    """ParkingBayOccupied: an EV has entered the parking bay

    Optional: done only where the station starts transactions there, or stops them nowhere else.
    """
    tx = tx or await session(csms, sut)
    if not tx.parked and ("ParkingBayOccupancy" in tx.start or tx.stop == {"ParkingBayOccupancy"}):
        tx.parked = True
        await sut.parking_bay(True, tx.evseId)
        if "ParkingBayOccupancy" in tx.start:
            await tx.event(requirement="E01.FR.01", eventType="Started", triggerReason="EVDetected")
    return tx


async def ev_connected_pre_session(
    csms: Csms, sut: Sut, tx: Session | None = None, *, wait: float = 0, requirement: str = "E02.FR.05"
) -> Session:
    """EVConnectedPreSession: the cable is plugged in

    `wait`: seconds for which an event that nobody answers may keep the station's next one back. `requirement`: the one
    about the connector, which is occupied.
    """
    tx = await parking_bay_occupied(csms, sut, tx)
    with cable_in(tx):
        await sut.plug_in(tx.evseId, tx.connectorId)
    await expect_connector_status(
        csms, "Occupied", tx.evseId, tx.connectorId, requirement=requirement, within=csms.timing.event + wait
    )
    if tx.authorized and not tx.started and tx.start & {"EVConnected", *WITH_POWER}:
        _check_place(tx, await tx.begin("CablePluggedIn"))
        return tx
    if not tx.asks and not tx.started and "EVConnected" not in tx.start:
        begun = await csms.expect_optional("TransactionEvent", eventType="Started")
        if begun:  # whoever plugs in is authorized (C02, remarks)
            tx.authorized = True
            _check_place(tx, await tx.begin("CablePluggedIn", event=begun))
            return tx
    if not (tx.started or "EVConnected" in tx.start):
        not_judged("E02.FR.06", because=f"TxStartPoint {sorted(tx.start)} does not start the transaction here")
        return tx
    states = CONNECTED if tx.authorized or not tx.asks else ("EVConnected",)
    await tx.event(
        requirement="E02.FR.06",
        eventType="Updated" if tx.started else "Started",
        triggerReason=("CablePluggedIn", "ChargingStateChanged", "RemoteStart"),
        transactionInfo__chargingState=states,
        evse__id=tx.evseId,
        evse__connectorId=tx.connectorId,
    )
    return tx


async def authorized(
    csms: Csms,
    sut: Sut,
    tx: Session | None = None,
    *,
    by: Way | None = None,
    cached: bool = False,
    asking: str = "",
) -> Session:
    """Authorized: the driver is accepted

    `by`: with a token at the reader, or by a RequestStartTransaction of the CSMS; where the official case leaves the
    choice to the tester (None), what the station can do. `cached`: the station knows the token and does not ask for it,
    else `asking` is the requirement by which it asks.
    """
    vended = tx is not None and not tx.asks and any(m.idToken for m in tx.events)
    if (by or ("local" if vended else way_to_start(sut))) == "remote":
        return await _authorized_remotely(csms, sut, tx, cached, asking)
    return await _authorized_locally(csms, sut, tx, cached, asking)


async def _authorized_locally(csms: Csms, sut: Sut, tx: Session | None, cached: bool, asking: str) -> Session:
    tx = tx if tx and tx.plugged else await parking_bay_occupied(csms, sut, tx)
    if not tx.asks and any(m.idToken for m in tx.events):
        tx.authorized = True
        not_judged("C01.FR.02", because="AuthCtrlr.Enabled is false: whoever plugs in charges")
        return tx
    await sut.present_token(tx.token, tx.evseId)
    if not cached:
        await expect_asked(csms, tx, asking or "C01.FR.02")
    tx.authorized = True
    if not (tx.started or "Authorized" in tx.start):
        not_judged("E02.FR.01", because=f"TxStartPoint {sorted(tx.start)} does not start the transaction here")
        return tx
    await tx.event(
        requirement="C12.FR.02" if cached else "E02.FR.01",
        eventType="Updated" if tx.started else "Started",
        triggerReason="Authorized",
        **tx.token_fields,
    )
    return tx


async def expect_asked(csms: Csms, tx: Session, requirement: str) -> None:
    """The station asks the CSMS about the driver, where it has to."""
    if not tx.asks or tx.token.type == "NoAuthorization":
        not_judged(requirement, because="the station authorizes nobody")
    elif tx.knows:
        not_judged(requirement, because="the station may know the token of sut.toml from its cache or list")
    else:
        await csms.expect("Authorize", requirement=requirement, **tx.token_fields)


async def _authorized_remotely(csms: Csms, sut: Sut, tx: Session | None, cached: bool, asking: str) -> Session:
    tx = tx if tx and tx.plugged else await parking_bay_occupied(csms, sut, tx)
    if not tx.asks and any(m.idToken for m in tx.events):
        raise not_applicable("AuthCtrlr.Enabled is false: whoever plugs in charges, and nothing is left to start")
    tx.remoteStartId = sut.number()
    authorize = (await get_variable(csms, "AuthCtrlr.AuthorizeRemoteStart") or "false").lower() == "true"
    answer = await csms.call(
        "RequestStartTransaction", idToken=tx.token.payload, remoteStartId=tx.remoteStartId, evseId=tx.evseId
    )
    check_fields(STEP, answer, {"status": "Accepted"})
    if began_before := tx.started:
        check_fields("F01.FR.13", answer, {"transactionId": tx.id})
    if authorize and not cached:
        await expect_asked(csms, tx, asking or "F01.FR.01")
    tx.authorized = True
    if not (tx.started or "Authorized" in tx.start):
        not_judged("F01.FR.05", because=f"TxStartPoint {sorted(tx.start)} does not start the transaction here")
        return tx
    event = await tx.event(
        requirement="F01.FR.19",
        eventType="Updated" if tx.started else "Started",
        triggerReason="RemoteStart",
    )
    put_by = "F01.FR.25" if began_before else "F02.FR.01"
    check_fields(put_by, event, {"transactionInfo.remoteStartId": tx.remoteStartId})
    asked = any(m.index < event.index for m in csms.received("Authorize"))
    if authorize and tx.asks and not asked and not event.idToken:  # told before the driver was authorized
        await tx.event(requirement="F01.FR.04", **tx.token_fields)
    else:
        check_fields("F01.FR.04", event, tx.token_fields)
    return tx


async def energy_transfer_started(csms: Csms, sut: Sut, tx: Session | None = None) -> Session:
    """EnergyTransferStarted: energy flows from the EVSE to the EV"""
    if tx is None or not tx.authorized:
        tx = await authorized(csms, sut, tx)
    if not tx.plugged:
        await _plug_in_late(csms, sut, tx)
    if not tx.started:  # where power or energy start the transaction
        await tx.begin()
    if tx.events[-1].at("transactionInfo.chargingState") == "Charging" or tx.charged_before():
        return tx
    await tx.event(
        requirement="E02.FR.13",
        triggerReason=("ChargingStateChanged", "RemoteStart") if tx.remoteStartId else "ChargingStateChanged",
        transactionInfo__chargingState="Charging",
    )
    return tx


async def _plug_in_late(csms: Csms, sut: Sut, tx: Session) -> None:
    """Part 1 of EnergyTransferStarted: the cable comes after the token."""
    with cable_in(tx):
        await sut.plug_in(tx.evseId, tx.connectorId)
    await expect_connector_status(csms, "Occupied", tx.evseId, tx.connectorId, requirement=STEP)
    if tx.started:
        _check_place(tx, await tx.event(triggerReason="CablePluggedIn", transactionInfo__chargingState=CONNECTED))
    else:
        _check_place(tx, await tx.begin("CablePluggedIn"))


def _check_place(tx: Session, event: Message) -> None:
    """Judge that an event about the cable is about the EVSE at which it was plugged in, where it names one."""
    wanted = {"id": tx.evseId, "connectorId": tx.connectorId}
    told = {f"evse.{name}": wanted[name] for name in event.evse or {} if name in wanted}
    if told:
        check_fields("E01.FR.16", event, told)
