"""What a station does in front of a CSMS under test, OCPP 2.0.1 and 2.1: the reusable states of the official cases.

The harness plays the station; each state sends what a station sends on the way there and judges the CSMS' answers.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..engine.errors import CannotTell
from ..engine.words import check, not_judged, on_undo
from ..roles.message import Answer
from ..roles.station import Station
from ..sut.sut import Sut, Token

__all__ = [
    "Transaction",
    "authorized",
    "boot",
    "booted",
    "check_time",
    "connected",
    "energy_transfer_started",
    "ev_connected_post_session",
    "ev_connected_pre_session",
    "ev_disconnected",
    "now",
    "recorded",
    "report_connector",
    "stop_authorized",
    "transaction",
]

MODEL, VENDOR = "ocpp-proof station", "ocpp-proof"
DEVIATION = 60.0
"""Seconds that two clocks may be apart unless values.max_time_deviation says otherwise."""


def now(*, seconds: float = 0) -> str:
    """The time as OCPP writes it, in UTC, or that many seconds later."""
    moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def check_time(requirement: str, sut: Sut, what: str, received: Any, *, expected: str = "") -> bool:
    """Judge a time of the SUT's: `expected`, or now, give or take values.max_time_deviation seconds."""
    deviation = float(sut.value("max_time_deviation", DEVIATION))
    wanted = datetime.datetime.fromisoformat(expected or now())
    try:
        moment = datetime.datetime.fromisoformat(str(received))
        near = moment.tzinfo is not None and abs((moment - wanted).total_seconds()) <= deviation
    except ValueError:
        near = False
    return check(
        requirement,
        near,
        expected=f"{what} {wanted.isoformat(timespec='seconds')}, at most {deviation:g} s off",
        received=received,
        note="the clocks of the SUT and of this machine; values.max_time_deviation in sut.toml",
    )


@dataclass
class Transaction:
    """A transaction of the station that the harness plays: its id, its token, and the next sequence number.

    `started` and `plugged` say how far it is; `events` is what the CSMS answered to each TransactionEvent.
    """

    station: Station
    id: str
    token: Token
    evseId: int = 1
    connectorId: int = 1
    seqNo: int = 0
    started: bool = False
    plugged: bool = False
    authorized: bool = False
    charging_state: str = ""
    events: list[Answer] = field(default_factory=list)

    async def event(self, triggerReason: str, *, eventType: str = "", token: bool = False, **fields: Any) -> Answer:
        """Send the next TransactionEvent; `fields` named like those of transactionInfo go there."""
        info = {"transactionId": self.id}
        for name in ("chargingState", "stoppedReason", "remoteStartId", "timeSpentCharging"):
            if name in fields:
                info[name] = fields.pop(name)
        self.charging_state = str(info.get("chargingState", self.charging_state))
        payload: dict[str, Any] = {
            "eventType": eventType or ("Updated" if self.started else "Started"),
            "timestamp": now(),
            "triggerReason": triggerReason,
            "seqNo": self.seqNo,
            "transactionInfo": info,
            **fields,
        }
        if not self.started or triggerReason == "CablePluggedIn":
            payload.setdefault("evse", {"id": self.evseId, "connectorId": self.connectorId})
        if token:
            payload["idToken"] = self.token.payload
        if payload["eventType"] == "Started":
            on_undo("End the transaction that is still running", self._give_up)
        self.started = payload["eventType"] != "Ended"
        self.seqNo += 1
        answer = await self.station.call("TransactionEvent", **payload)
        self.events.append(answer)
        return answer

    async def _give_up(self) -> None:
        if not self.started:
            return
        await connected(self.station)
        await self.event("AbnormalCondition", eventType="Ended", chargingState="Idle", stoppedReason="Other")
        await report_connector(self.station, "Available", self.evseId, self.connectorId)


def transaction(station: Station, sut: Sut, token: Token | None = None) -> Transaction:
    """A transaction that has not begun, with a fresh id."""
    return Transaction(station, f"{sut.text(8)}-{sut.text(12)}", token or sut.tokens.valid, sut.evseId, sut.connectorId)


async def connected(station: Station) -> None:
    """Connected: the WebSocket connection is open."""
    if not station.connected:
        await station.connect()


async def report_connector(station: Station, status: str, evseId: int = 1, connectorId: int = 1) -> None:
    """Report a connector's status, both ways that a station may choose: StatusNotification and NotifyEvent."""
    await station.call(
        "StatusNotification", timestamp=now(), connectorStatus=status, evseId=evseId, connectorId=connectorId
    )
    await station.call(
        "NotifyEvent",
        generatedAt=now(),
        seqNo=0,
        eventData=[
            {
                "eventId": 1,
                "timestamp": now(),
                "trigger": "Delta",
                "actualValue": status,
                "eventNotificationType": "HardWiredNotification",
                "component": {"name": "Connector", "evse": {"id": evseId, "connectorId": connectorId}},
                "variable": {"name": "AvailabilityState"},
            }
        ],
    )


async def boot(station: Station, reason: str = "PowerUp") -> Answer:
    """The station announces itself and says why it booted."""
    await connected(station)
    return await station.call("BootNotification", reason=reason, chargingStation={"model": MODEL, "vendorName": VENDOR})


async def booted(station: Station, sut: Sut, reason: str = "PowerUp") -> Answer:
    """Booted: the station has booted, is accepted, and has reported its connectors as Available."""
    answer = await boot(station, reason)
    check("B01.FR.02", answer.status == "Accepted", expected="status Accepted", received=dict(answer))
    for evseId in sorted({1, 2, sut.evseId}):
        await report_connector(station, "Available", evseId, sut.connectorId)
    return answer


async def ev_connected_pre_session(
    station: Station, sut: Sut, tx: Transaction | None = None, **fields: Any
) -> Transaction:
    """EVConnectedPreSession: the cable is plugged in."""
    tx = tx or transaction(station, sut)
    await report_connector(station, "Occupied", tx.evseId, tx.connectorId)
    tx.plugged = True
    await tx.event("CablePluggedIn", chargingState="EVConnected", **fields)
    return tx


async def authorized(station: Station, sut: Sut, tx: Transaction | None = None, **fields: Any) -> Transaction:
    """Authorized: the driver is identified and the CSMS accepts the token."""
    tx = tx or transaction(station, sut)
    answer = await station.call("Authorize", idToken=tx.token.payload)
    check(
        "C01.FR.07",
        answer.at("idTokenInfo.status") == "Accepted",
        expected="idTokenInfo.status Accepted for a valid token",
        received=dict(answer),
        note="values.tokens.valid in sut.toml has to name a token that the CSMS knows",
    )
    event = await tx.event("Authorized", token=True, **fields)
    check(
        "E02.FR.02",
        event.at("idTokenInfo.status") == "Accepted",
        expected="idTokenInfo.status Accepted in the answer to the event that carries the token",
        received=dict(event),
    )
    tx.authorized = True
    return tx


async def energy_transfer_started(station: Station, sut: Sut, tx: Transaction | None = None) -> Transaction:
    """EnergyTransferStarted: energy flows from the EVSE to the EV."""
    if tx is None or not tx.authorized:
        tx = await authorized(station, sut, tx)
    if not tx.plugged:
        await ev_connected_pre_session(station, sut, tx)
    await tx.event("ChargingStateChanged", chargingState="Charging")
    return tx


async def stop_authorized(station: Station, sut: Sut, tx: Transaction | None = None) -> Transaction:
    """StopAuthorized: the driver has presented the token again to stop."""
    tx = tx or await energy_transfer_started(station, sut)
    event = await tx.event("StopAuthorized", token=True)
    check(
        "E02.FR.02",
        event.at("idTokenInfo.status") == "Accepted",
        expected="idTokenInfo.status Accepted for the token that started the transaction",
        received=dict(event),
    )
    return tx


async def ev_connected_post_session(station: Station, sut: Sut, tx: Transaction | None = None) -> Transaction:
    """EVConnectedPostSession: energy no longer flows, the cable is still in."""
    tx = tx or await stop_authorized(station, sut)
    await tx.event("ChargingStateChanged", chargingState="EVConnected")
    return tx


async def ev_disconnected(station: Station, sut: Sut, tx: Transaction | None = None) -> Transaction:
    """EVDisconnected: the cable is out and the transaction has ended."""
    tx = tx or await ev_connected_post_session(station, sut)
    await report_connector(station, "Available", tx.evseId, tx.connectorId)
    tx.plugged = False
    await tx.event("EVCommunicationLost", eventType="Ended", chargingState="Idle", stoppedReason="EVDisconnected")
    return tx


class Identified(Protocol):
    """A transaction of any version: what a CSMS knows it by."""

    @property
    def id(self) -> Any:
        """The transaction id."""


async def recorded(sut: Sut, tx: Identified, **fields: Any) -> None:
    """Judge what the CSMS wrote down of a transaction, where its API can tell and in fields that it knows."""
    shown = ", ".join(f"{name} {value!r}" for name, value in fields.items()) or "an entry"
    try:
        found = await sut.transaction(
            tx.id, when=lambda answer: bool(answer) and all(answer.get(n, v) == v for n, v in fields.items())
        )
    except CannotTell as error:
        not_judged("scenario", because=f"{error}; looked for {shown} of transaction {tx.id}")
        return
    for name in fields.keys() - (found or fields).keys():
        not_judged("scenario", because=f"what the CSMS tells of a transaction has no {name}")
    check(
        "scenario",
        found is not None and bool(found) and all(found.get(name, value) == value for name, value in fields.items()),
        expected=f"the CSMS recorded transaction {tx.id}: {shown}",
        received=found,
    )
