"""What is the same in every version: a CALL that must always be answered, a boot, the start of a charging session."""

from __future__ import annotations

import asyncio
from typing import Any

from ..engine.words import check, on_undo
from ..roles.csms import Csms
from ..roles.message import Answer, ErrorAnswer, Message
from ..roles.peer import Peer
from ..roles.station import Station
from ..sut.sut import Sut, Token
from . import configuration16, variables2

__all__ = [
    "Started",
    "asked_for",
    "boot",
    "probe_request",
    "quick_pings",
    "started",
    "still_answers",
    "token_field",
    "transaction_message",
]

BOOT: dict[str, dict[str, Any]] = {
    "1.6": {"chargePointVendor": "ocpp-proof", "chargePointModel": "ocpp-proof"},
    "2": {"reason": "PowerUp", "chargingStation": {"vendorName": "ocpp-proof", "model": "ocpp-proof"}},
}


async def boot(station: Station, sut: Sut) -> Answer:
    """Booted: the station is connected, and the CSMS has accepted it"""
    if not station.connected:
        await station.connect()
    answer = await station.call("BootNotification", **BOOT["1.6" if sut.ocpp == "1.6" else "2"])
    check("scenario", answer.status == "Accepted", expected="BootNotification Accepted", received=dict(answer))
    return answer


def probe_request(peer: Peer) -> tuple[str, dict[str, Any]]:
    """A CALL that every SUT of the role must answer, and that changes nothing."""
    if peer.plays == "station":
        return "Heartbeat", {}
    if peer.ocpp == "1.6":
        return "GetConfiguration", {"key": ["HeartbeatInterval"]}
    variable = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
    return "GetVariables", {"getVariableData": [variable]}


async def still_answers(peer: Peer, *, requirement: str = "survival") -> Answer | ErrorAnswer:
    """The SUT answers the next valid CALL, on the same connection.

    A station that boots on this connection may refuse until that was answered: then it is asked once more.
    """
    action, payload = probe_request(peer)
    check(
        requirement,
        peer.connected,
        expected=f"the connection stays open, and {action} is answered",
        received="open" if peer.connected else "the SUT closed the connection",
    )
    answer = await peer.send_call(action, payload, judge=False)
    newest = len(peer.connections) - 1
    if answer.error and any(m.action == "BootNotification" and m.connection == newest for m in peer.inbox):
        answer = await peer.send_call(action, payload, judge=False)
    check(
        requirement,
        answer.error is None,
        expected=f"{action} answered with a CALLRESULT",
        received=answer.error or dict(answer),
    )
    return answer


async def asked_for(peer: Peer, asked: asyncio.Future[Any], action: str) -> Message:
    """The message that the operator asked for (`asked`); a driver that cannot ask for it says so instead."""
    coming = asyncio.ensure_future(peer.expect(action))
    await asyncio.wait({asked, coming}, return_when=asyncio.FIRST_COMPLETED)
    if asked.done() and asked.exception() is not None:
        coming.cancel()
        await asked
    return await coming


def token_field(ocpp: str, token: Token) -> dict[str, Any]:
    """A token in an Authorize, as the version writes it."""
    return {"idTag": token.idToken} if ocpp == "1.6" else {"idToken": token.payload}


def transaction_message(ocpp: str, *, ended: bool = False) -> tuple[str, dict[str, Any]]:
    """The message with which a station says that a transaction has started, or has ended."""
    if ocpp == "1.6":
        return ("StopTransaction" if ended else "StartTransaction"), {}
    return "TransactionEvent", {"eventType": "Ended" if ended else "Started"}


async def quick_pings(csms: Csms, sut: Sut) -> None:
    """The station looks often whether its link is alive, where it can be told to"""
    connections, interval = len(csms.connections), str(sut.short_interval)
    if sut.ocpp == "1.6":
        await configuration16.configured(csms, {"WebSocketPingInterval": interval}, if_implemented=True)
    else:
        await variables2.configured(csms, {"OCPPCommCtrlr.WebSocketPingInterval": interval}, if_writable=True)
    await csms.close()  # a new interval may count from the next connection on
    await csms.connected_again(connections=connections)


class Started:
    """A charging session that was begun at the station under test; taken back when the case ends."""

    def __init__(self, csms: Csms, sut: Sut) -> None:
        self.csms = csms
        self.sut = sut
        self.token = sut.tokens.valid
        self.plugged = False

    async def begin(self) -> None:
        """Plug in and present the token; what the station makes of it is for the case to see."""
        await self.plug_in()
        await self.sut.present_token(self.token)

    async def plug_in(self) -> None:
        """Plug in only."""
        on_undo("End the session", self.end)
        self.plugged = True
        await self.sut.plug_in()

    async def stop(self) -> None:
        """Present the token again and take the cable out."""
        await self.sut.present_token(self.token)
        await self.sut.unplug()
        self.plugged = False

    async def end(self) -> None:
        """Have the transaction stopped, take the cable out, and see the connector Available again."""
        csms, sut = self.csms, self.sut
        await csms.until(lambda: csms.connected, csms.timing.long, "the station to connect")
        if not self.plugged:
            return
        if sut.ocpp == "1.6":
            starts = [m for m in csms.inbox if m.action == "StartTransaction" and m.answer]
            if starts and starts[-1].answer:
                await csms.attempt("RemoteStopTransaction", transactionId=starts[-1].answer["transactionId"])
        else:
            events = [m for m in csms.inbox if m.action == "TransactionEvent"]
            if events:
                await csms.attempt(
                    "RequestStopTransaction", transactionId=str(events[-1].at("transactionInfo.transactionId"))
                )
        csms.forget()
        await sut.unplug()
        self.plugged = False
        await csms.until(self._available, csms.timing.event, "the connector to be Available again")

    def _available(self) -> bool:
        field = "status" if self.sut.ocpp == "1.6" else "connectorStatus"
        return bool(self.csms.received("StatusNotification", **{field: "Available"})) or bool(
            self.csms.received("NotifyEvent")
        )


async def started(csms: Csms, sut: Sut) -> tuple[Started, Message]:
    """A transaction has started: the cable is in, the token was presented, the station has said so"""
    session = Started(csms, sut)
    await session.begin()
    action, fields = transaction_message(sut.ocpp)
    if sut.ocpp == "1.6":
        fields = {"idTag": session.token.idToken}
    return session, await csms.expect(action, **fields)
