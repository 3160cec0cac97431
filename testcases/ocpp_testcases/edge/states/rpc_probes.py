"""Messages and frames that are wrong on purpose, or right in an unusual way: what comes back, and what comes after."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ocpp_proof.cases.errors import NonConformance, NotApplicable
from ocpp_proof.cases.steps import by_version, check
from ocpp_proof.net.raw_frames import CONTINUATION, TEXT
from ocpp_proof.ocppj.error_codes import error_codes
from ocpp_proof.ocppj.frames import UNREADABLE_ID, Call, CallError, CallResult, CallResultError, encode
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.late_answers import answer_of
from ocpp_proof.roles.message import Answer, ErrorAnswer, Message
from ocpp_proof.roles.peer import Peer
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.edge.states.probe import expect_probe_answered, probe_request

__all__ = [
    "PongRecorder",
    "UnsolicitedAnswer",
    "answer_with_text",
    "build_call",
    "check_not_answered",
    "check_refused_or_dropped",
    "expect_new_connection",
    "expect_recovery",
    "expect_reply_to",
    "send_fragmented",
    "send_malformed",
    "sut_call",
    "sut_call_action",
    "to_json_text",
    "unsolicited_answers",
]


@dataclass(frozen=True, slots=True)
class UnsolicitedAnswer:
    """A message of the SUT that answers nothing which the harness waited for: its type, id, error code and text."""

    kind: object
    message_id: object
    code: object
    text: str


def unsolicited_answers(peer: Peer) -> list[UnsolicitedAnswer]:
    """What the SUT said since the case began (or since `send_wrong`) that answers nothing which was asked."""
    found = []
    for frame in peer.strays:
        match frame:
            case CallResult(message_id, _):
                found.append(UnsolicitedAnswer(3, message_id, None, encode(frame)))
            case CallError(message_id, code):
                found.append(UnsolicitedAnswer(4, message_id, code, encode(frame)))
            case CallResultError(message_id, code):
                found.append(UnsolicitedAnswer(5, message_id, code, encode(frame)))
    for text in peer.unreadable:  # such as a CALLERROR that repeats an id which is too long
        try:
            value = json.loads(text)
        except ValueError:
            value = None
        parts = (*(value if isinstance(value, list) else []), None, None, None)
        found.append(UnsolicitedAnswer(parts[0], parts[1], parts[2], text))
    return found


def build_call(action: str, payload: Any, *, message_id: str | None = None) -> tuple[str, str]:
    """The id and the text of a CALL that is sent by hand."""
    message_id = str(uuid.uuid4()) if message_id is None else message_id
    return message_id, encode(Call(message_id, action, payload))


def to_json_text(value: object) -> str:
    """The JSON text of anything, without needless space."""
    return json.dumps(value, separators=(",", ":"))


def send_malformed(peer: Peer, text: str) -> None:
    """Send a text that is no proper message; one CALLERROR of any id may answer it."""
    peer.strays.clear()
    peer.unreadable.clear()
    peer.rules.sent_unreadable()
    peer.raw(text)


def check_refused_or_dropped(peer: Peer, requirement: str, *ids: object, may_be_right: bool = False) -> None:
    """Judge what came back: no CALLRESULT, and an error only with a code of the version and the id of the message.

    `ids`: those that can be read in the message; "-1" is right beside them. Without any, 1.6 does not say which id an
    error has. `may_be_right`: a CALLRESULT is right too.
    """
    came = unsolicited_answers(peer)
    results = [s.text for s in came if s.kind == 3]
    if not may_be_right:
        check(requirement, not results, expected="a CALLERROR, or the message dropped", received=results or "dropped")
    known = error_codes(peer.ocpp)
    for error in (s for s in came if s.kind in (4, 5)):
        check("OCPP-J error code", error.code in known, expected=f"a code of OCPP {peer.ocpp}", received=error.text)
    for answer in came:
        if ids or peer.ocpp != "1.6":
            wanted = (*ids, UNREADABLE_ID) if answer.kind != 3 else ids
            expected = f"the message id {' or '.join(map(repr, wanted))}"
            check("OCPP-J error id", answer.message_id in wanted, expected=expected, received=answer.text)
    peer.strays.clear()
    peer.discard_findings()


def check_not_answered(peer: Peer, message_id: str, *kinds: int, unreadable: bool = False) -> None:
    """Judge that nothing of these message types came for this id, or for "-1": there was nothing to answer.

    `unreadable`: what was sent may count as no message at all, which a CALLERROR for "-1" may say.
    """
    ids = (message_id,) if unreadable else (message_id, UNREADABLE_ID)
    came = [s.text for s in unsolicited_answers(peer) if s.kind in kinds and s.message_id in ids]
    check("OCPP-J no answer", not came, expected="no answer", received=came or "no answer")
    peer.strays.clear()
    peer.discard_findings()


async def expect_recovery(peer: Peer) -> None:
    """The SUT may have closed the connection: it answers the next valid CALL, on this connection or on the next."""
    action, payload = probe_request(peer)
    connections, endpoint = len(peer.connections), peer.connections[-1]
    message_id = ""

    def answer() -> CallResult | CallError | None:
        mine = (f for f in peer.strays if isinstance(f, CallResult | CallError) and f.message_id == message_id)
        return next(mine, None)

    if endpoint.is_open:
        message_id = peer.send_unanswered(action, payload)
        try:
            await peer.wait_until(
                lambda: answer() or not endpoint.is_open, peer.timing.message, "an answer, or the connection's end"
            )
        except TimeoutError:
            peer.rules.given_up(message_id)
    came = answer()
    if came is not None or endpoint.is_open:
        check(
            "survival",
            isinstance(came, CallResult),
            expected=f"{action} answered with a CALLRESULT, or the connection closed",
            received="no answer, and the connection is open" if came is None else encode(came),
        )
        peer.strays[:] = [f for f in peer.strays if f is not came]
        return
    await expect_new_connection(peer, connections)
    await expect_probe_answered(peer)


async def expect_new_connection(peer: Peer, connections: int) -> None:
    """After a connection has ended there is a new one: a station comes by itself, a CSMS lets the harness in.

    A station may have something to say first, even boot, before it takes CALLs.
    """
    if isinstance(peer, Csms):
        await peer.expect_reconnected(connections=connections, requirement="OCPP-J reconnect")
        await peer.wait_until_quiet()
    elif isinstance(peer, Station):
        await peer.connect(requirement="OCPP-J reconnect")


async def expect_reply_to(peer: Peer, action: str, payload: Any, send: Callable[[str], None]) -> Answer | ErrorAnswer:
    """Have `send` bring a CALL to the SUT in an unusual way, and give the answer, which must come."""
    message_id, text = build_call(action, payload)
    peer.rules.sent(Call(message_id, action, payload), time.monotonic())
    endpoint = peer.connection
    send(text)

    def answer() -> CallResult | CallError | None:
        mine = (f for f in peer.strays if isinstance(f, CallResult | CallError) and f.message_id == message_id)
        return next(mine, None)

    try:
        await peer.wait_until(lambda: answer() or not endpoint.is_open, peer.timing.message, f"an answer to {action}")
    except TimeoutError:
        peer.rules.given_up(message_id)
    frame = answer()
    expected = f"an answer to {action} within {peer.timing.message:g} s"
    received = encode(frame) if frame else "no answer" if endpoint.is_open else "the SUT closed the connection"
    check("OCPP-J answer", frame is not None, expected=expected, received=received)
    if frame is None:
        raise NonConformance(f"{expected}: {received}")
    peer.strays.remove(frame)
    return answer_of(frame)


def send_fragmented(peer: Peer, data: bytes, *cuts: int, between: Callable[[], None] = lambda: None) -> None:
    """Send one text message in several frames, cut at these places; `between` is called between two of them."""
    edges = [0, *cuts, len(data)]
    parts = [data[a:b] for a, b in pairwise(edges)]
    for number, part in enumerate(parts):
        if number:
            between()
        peer.connection.send_frame(CONTINUATION if number else TEXT, part, fin=number == len(parts) - 1)


class PongRecorder:
    """The pongs that come on the connection in use, from now on."""

    def __init__(self, peer: Peer) -> None:
        self._timing = peer.timing
        self._came: list[bytes] = []
        self._news = asyncio.Event()
        peer.connection.on_pong = self._pong

    def _pong(self, data: bytes) -> None:
        self._came.append(data)
        self._news.set()

    async def expect(self, data: bytes) -> None:
        """Judge that a pong with this data comes, or has come."""
        try:
            async with asyncio.timeout(self._timing.message):
                while data not in self._came:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            pass
        check(
            "RFC 6455 5.5.2",
            data in self._came,
            expected=f"a pong with the ping's {len(data)} bytes",
            received=[what[:20] for what in self._came] or "no pong",
        )


def sut_call_action(peer: Peer) -> str:
    """The CALL that `own_call` has the SUT send."""
    if peer.plays == "csms":
        return "Heartbeat"
    return "GetConfiguration" if peer.ocpp == "1.6" else "GetVariables"


async def sut_call(peer: Peer, sut: Sut) -> Message:
    """The SUT sends a CALL of its own; its answer is what the case has arranged."""
    peer.match_from_now_on()
    if peer.plays == "csms":
        answer = await peer.attempt("TriggerMessage", requestedMessage="Heartbeat")
        if answer.error or answer.status != "Accepted":
            raise NotApplicable("the station does not send a Heartbeat when TriggerMessage asks for it")
        return await peer.expect("Heartbeat", requirement=by_version({"1.6": "1.6 §5.17 trigger", "2": "F06.FR.10"}))
    if sut.ocpp == "1.6":
        await sut.request("GetConfiguration", key=["HeartbeatInterval"])
        return await peer.expect("GetConfiguration", requirement="operator request")
    variable = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
    await sut.request("GetVariables", getVariableData=[variable])
    return await peer.expect("GetVariables", requirement="operator request")


def answer_with_text(peer: Peer, message: Message, text: str) -> None:
    """Answer a CALL of the SUT with this text, whatever it is; it counts as answered."""
    peer.strays.clear()
    peer.unreadable.clear()
    peer.rules.sent(CallError(message.message_id, "GenericError"), time.monotonic())
    peer.raw(text)
