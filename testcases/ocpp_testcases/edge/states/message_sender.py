"""Sends generated messages so that they belong to the harness' own things, and brings back what they changed."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.evidence import current_case, describe
from ocpp_proof.cases.requirements import level_of
from ocpp_proof.cases.steps import check, on_undo
from ocpp_proof.ocppj.boundaries import Boundary
from ocpp_proof.ocppj.frames import Payload
from ocpp_proof.ocppj.mutations import Fault
from ocpp_proof.ocppj.sample_values import NOBODY, TIME
from ocpp_proof.roles.connection_texts import closing_text
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.event_ids import new_event_id
from ocpp_proof.roles.message import Answer, ErrorAnswer
from ocpp_proof.roles.peer import Peer
from ocpp_proof.roles.station import Station
from ocpp_proof.run.bench import Bench
from ocpp_proof.run.generation import repeat_line
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.edge.states.boot import booted
from ocpp_testcases.edge.states.carried_out import CAN_BE_TAKEN_BACK, CarriedOut
from ocpp_testcases.edge.states.message_levels import (
    CLOSED,
    DROPPED,
    REFUSED,
    TAKEN,
    UNSUPPORTED,
    UNSUPPORTED_HERE,
    WITH_STATUS,
    Answered,
    is_accepted,
)
from ocpp_testcases.edge.states.message_plans import EVENT, MODEL, OWN, OWN_TEXT, SEQ, VENDOR
from ocpp_testcases.edge.states.own_transaction import OwnTransaction
from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.too_long import TOO_BIG

__all__ = ["MessageSender"]

PATIENCE = 0.25, 5
"""An answer to a wrong message is waited for so many seconds at least, and so many times what a right one took; later
ones are judged when they come."""
BIG = 65_536
"""Characters beyond which closing the connection says that the message is too big (RFC 6455, 7.4.1 and 10.4)."""
_HIGHEST = 2**31 - 1


class MessageSender:
    """Sends generated messages of one case and keeps count."""

    def __init__(self, peer: Peer, sut: Sut, bench: Bench) -> None:
        self.peer, self.sut, self.bench = peer, sut, bench
        self.failures = 0
        self.faults = 0
        self.unsupported: set[str] = set()
        self.sent: list[tuple[Fault, Payload]] = []
        self.patience = peer.timing.quiet
        self._nobody = sut.number(NOBODY, _HIGHEST - 1_000_000)
        self._told_status = False
        self.transaction = OwnTransaction(peer, sut) if isinstance(peer, Station) else None
        if self.transaction is not None:
            on_undo("Stop the transaction of the generated messages", self._stop_own)
        self.carried_out: set[str] = set()
        self._booted_on = len(peer.connections)
        self._since = peer.next_index

    async def measure(self) -> None:
        """Learn how quick the SUT is."""
        started = time.monotonic()
        await expect_probe_answered(self.peer)
        least, times = PATIENCE
        self.patience = min(self.peer.timing.quiet, max(least, times * (time.monotonic() - started)))

    # --- sending

    async def send_right(self, action: str, payload: Payload) -> Answer | ErrorAnswer:
        """Send a message that is right and give its answer; NonConformance when none comes."""
        made = await self._made(action, payload)
        answer = await self.peer.send_call(action, made, judge=False)
        await self.bring_back(action, made, answer, right=True)
        return answer

    async def try_right(self, action: str, payload: Payload) -> Answered:
        """Send a message that is right; None when it is not answered, which is judged.

        An action that is left unanswered is not sent again in this run: each time is a time-out.
        """
        silent = self.bench.learnt.setdefault("answers nothing", set())
        if action in silent:
            return None
        made = await self._made(action, payload)
        answer = await self.peer.outcome_of(action, made, within=self.peer.timing.message)
        if answer is None:
            self._judge_silence(action, made)
        await self.bring_back(action, made, answer, right=True)
        return answer

    def _judge_silence(self, action: str, payload: Payload) -> None:
        """A right message had no answer. Closing for one that is too big is an answer (RFC 6455, 7.4.1)."""
        expected, note = f"an answer to {action}, which is right", describe(payload, 900)
        if self.peer.connected:
            self.bench.learnt["answers nothing"].add(action)
            self.count("OCPP-J answer")
            received = f"no answer within {self.peer.timing.message:g} s"
            check("OCPP-J answer", False, expected=expected, received=received, note=note)
        elif not self._too_big(payload):
            self.count("survival")
            received = closing_text(self.peer.connections[-1])
            check("survival", False, expected=expected, received=received, note=note)

    def count(self, requirement: str) -> None:
        """A message that this is held against; a failure is one that the standard forbids."""
        self.faults += 1
        self.failures += int(level_of(requirement, self.sut.ocpp) == "MUST")

    async def send_wrong(self, fault: Fault, payload: Payload) -> Answered:
        """Send a message with a fault and give the answer; None when it seems to be dropped."""
        made = await self._made(fault.action, payload)
        self.sent.append((fault, made))
        answer = await self.peer.outcome_of(fault.action, made, within=self.patience, on_purpose=fault.name)
        await self.bring_back(fault.action, made, answer, right=False)
        return answer

    async def _made(self, action: str, payload: Payload) -> Payload:
        """The message with what stands for the harness' own things replaced by them."""
        await self.connected()
        self._since = self.peer.next_index
        text = json.dumps(payload)
        own = self.transaction
        begins = own is not None and _begins(action, payload)
        if own is not None and begins:
            await own.end()
            own.name()
        elif own is not None and (OWN_TEXT in text or str(OWN) in text):
            await own.begin(at=_time(payload))
        made: Payload = _replaced(payload, self._meanings(text))
        if action == "BootNotification" and isinstance(self.peer, Station):
            _name_serial_number(made, self.peer.nameplate.serial_number, self.sut.ocpp)
        if begins:  # E02.FR.13; with a vehicle EVSE and connector are told (E01.FR.16)
            state = "EVConnected" if "connectorId" in made.get("evse", {}) else "Idle"
            made["transactionInfo"].setdefault("chargingState", state)
        if begins and OWN_TEXT not in text:  # its id is at an edge: a new one each time
            made["transactionInfo"]["transactionId"] = self.sut.text(len(_id(made)))
        return made

    def _meanings(self, text: str) -> dict[int | str, Any]:
        """What each placeholder of a message (as text) stands for."""
        found: dict[int | str, Any] = {NOBODY: self._nobody}
        if str(EVENT) in text:
            found[EVENT] = new_event_id()
        own = self.transaction
        if own is not None and isinstance(self.peer, Station):
            plate = self.peer.nameplate
            number = own.id if isinstance(own.id, int) else self._nobody
            found |= {VENDOR: plate.vendor, MODEL: plate.model, OWN: number, OWN_TEXT: own.named or str(number)}
            if str(SEQ) in text:
                found[SEQ] = own.next_number()
        return found

    async def bring_back(self, action: str, payload: Payload, answer: Answered, *, right: bool) -> None:
        """Bring back what a message changed that was taken."""
        if answer is None or answer.error is not None:
            return
        own = self.transaction
        if own is None:
            if isinstance(self.peer, Csms) and action in CAN_BE_TAKEN_BACK and answer.status == "Accepted":
                self.carried_out.add(action)
                done = CarriedOut(self.peer, action, payload, answer, since=self._since)
                on_undo(f"Take back the generated {action}", done.take_back)
            return
        match action:
            case "BootNotification":
                await self._boot_again()
            case "StatusNotification" if not self._told_status:
                self._told_status = True
                on_undo("Say that the connector is available", self._available)
            case "StartTransaction" if answer.transactionId is not None:
                other = OwnTransaction(own.station, own.sut)
                other.took(answer.transactionId)
                await other.end(at=_time(payload))
            case "StopTransaction" if right:
                own.over()
            case "TransactionEvent" if _begins(action, payload):
                own.took(_id(payload))
            case "TransactionEvent" if payload.get("eventType") == "Ended" and right:
                own.over()

    async def _boot_again(self) -> None:
        """After a BootNotification of another kind the CSMS knows the station again as it was."""
        assert isinstance(self.peer, Station)
        answer = await self.peer.send_call("BootNotification", self.peer.nameplate.boot(self.sut.ocpp), judge=False)
        if answer.status != "Accepted":
            raise Inconclusive(f"after a generated BootNotification the station is not accepted: {dict(answer)}")

    async def _stop_own(self) -> None:
        """Stop the harness' own transaction, over a new connection if the SUT has closed the last."""
        own = self.transaction
        if own is not None and own.id is not None:
            await self._on_a_booted_connection(own.station)
            await own.end()

    async def _on_a_booted_connection(self, station: Station) -> None:
        if not station.connected or len(station.connections) != self._booted_on:
            await booted(station, self.sut)
            self._booted_on = len(station.connections)

    async def _available(self) -> None:
        """Both connectors that were told of: that of the edges, and that of the case."""
        if isinstance(self.peer, Station):
            await self._on_a_booted_connection(self.peer)
        for evseId, connectorId in sorted({(1, 1), (self.sut.evseId, self.sut.connectorId)}):
            here: Payload = {"connectorId": connectorId}
            if self.sut.ocpp == "1.6":
                here |= {"errorCode": "NoError", "status": "Available"}
            else:
                now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
                here |= {"evseId": evseId, "connectorStatus": "Available", "timestamp": now}
            await self.peer.send_call("StatusNotification", here, judge=False)

    # --- what became of it

    def became(self, answer: Answered, payload: Payload) -> str:
        """What the SUT made of a wrong message. What it answered counts, also where it closed the connection then."""
        if answer is None:
            return DROPPED if self.peer.connected else REFUSED if self._too_big(payload) else CLOSED
        if answer.error is not None:
            return UNSUPPORTED_HERE if answer.error in UNSUPPORTED else REFUSED
        return TAKEN if is_accepted(answer) else WITH_STATUS

    def _too_big(self, payload: Payload) -> bool:
        closed = self.peer.connections[-1].closed
        told = closed.done() and closed.result().code == TOO_BIG
        return told or len(json.dumps(payload)) > BIG

    async def connected(self) -> None:
        """There is a connection again, should the SUT have closed it."""
        peer = self.peer
        if peer.connected:
            return
        if isinstance(peer, Station):
            await self._on_a_booted_connection(peer)
        elif isinstance(peer, Csms):
            await peer.expect_reconnected(connections=len(peer.connections) - 1, requirement="OCPP-J reconnect")

    def note(self, message: Fault | Boundary, payload: Payload) -> str:
        """The message as it was at its smallest, and how to send it again."""
        run = current_case().result
        line = repeat_line(
            self.sut.config,
            ocpp=run.ocpp,
            security_profile=run.security_profile,
            seed=self.bench.seed,
            case=run.id,
            message=message.name,
        )
        return f"smallest message: {message.action} {describe(payload, 900)}; repeat: {line}"


def _begins(action: str, payload: Payload) -> bool:
    """Whether a message is the first event of a transaction, 2.x."""
    return action == "TransactionEvent" and payload.get("eventType") == "Started" and bool(_id(payload))


def _id(payload: Payload) -> str:
    info = payload.get("transactionInfo")
    found = info.get("transactionId") if isinstance(info, dict) else None
    return found if isinstance(found, str) else ""


def _name_serial_number(boot: Payload, serial_number: str, ocpp: str) -> None:
    """A CSMS compares it with the certificate where there is one (B01.FR.11, 12; 1.6: A00.FR.511)."""
    place = boot if ocpp == "1.6" else boot.get("chargingStation")
    if serial_number and isinstance(place, dict):
        place.setdefault("chargePointSerialNumber" if ocpp == "1.6" else "serialNumber", serial_number)


def _time(payload: Payload) -> str:
    """The time of a message, where it has one that is right."""
    found = payload.get("timestamp")
    return found if isinstance(found, str) and found[:4].isdigit() else TIME


def _replaced(value: Any, meanings: dict[int | str, Any]) -> Any:
    """A copy with each placeholder replaced, in the types too that a fault gives it: as a text, and a half more."""
    match value:
        case dict():
            return {name: _replaced(member, meanings) for name, member in value.items()}
        case list():
            return [_replaced(member, meanings) for member in value]
        case bool():
            return value
        case int():
            return meanings.get(value, value)
        case float():
            whole = meanings.get(int(value))
            return whole + 0.5 if isinstance(whole, int) else value
        case str() if value.isdigit() and int(value) in meanings:
            return str(meanings[int(value)])
        case str():
            return meanings.get(value, value)
    return value
