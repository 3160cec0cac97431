"""Messages and frames that are wrong on purpose, or right in an unusual way: what comes back, and what comes after."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ocpp_proof.cases.errors import NonConformance
from ocpp_proof.cases.steps import check
from ocpp_proof.net.raw_frames import CONTINUATION, TEXT
from ocpp_proof.net.waiting import timeout
from ocpp_proof.ocppj.error_codes import error_codes, fitting_codes
from ocpp_proof.ocppj.frames import (
    LONGEST_MESSAGE_ID,
    UNREADABLE_ID,
    Call,
    CallError,
    CallResult,
    CallResultError,
    encode,
)
from ocpp_proof.roles.connection_texts import closing_text
from ocpp_proof.roles.late_answers import answer_of
from ocpp_proof.roles.message import Answer, ErrorAnswer
from ocpp_proof.roles.peer import Peer

from ocpp_testcases.edge.states.message_levels import requirement_of_code
from ocpp_testcases.edge.states.probe import probe_request

__all__ = [
    "FRAME_CODES",
    "PongRecorder",
    "UnsolicitedAnswer",
    "build_call",
    "check_error_codes",
    "check_not_answered",
    "check_refused_or_dropped",
    "expect_reply_to",
    "leave_to_rules",
    "prepare_malformed",
    "send_fragmented",
    "send_malformed",
    "to_json_text",
    "unsolicited_answers",
    "wait_for_answer",
]

FRAME_CODES = (*fitting_codes("2.1", "frame"), "TypeConstraintViolation", "OccurrenceConstraintViolation")
"""Codes of 2.x that say of a broken frame what was wrong with it (4.3)."""


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


def prepare_malformed(peer: Peer, *message_ids: str, action: str = "") -> None:
    """Before something that is no proper message is sent: forget what came, and tell the rules what may come.

    One CALLERROR of any id may answer it. `message_ids`: those of the CALLs in it, to which an answer may come that the
    case judges, all but its payload; it may come after the case has gone on. `action`: theirs, if not the probe's.
    """
    peer.strays.clear()
    peer.unreadable.clear()
    readable = [id for id in message_ids if 0 < len(id) <= LONGEST_MESSAGE_ID]
    peer.rules.sent_unreadable(*(id for id in message_ids if id not in readable))
    for id in readable:
        peer.rules.sent(Call(id, action or probe_request(peer)[0], {}), time.monotonic())
        peer.rules.given_up(id)


def send_malformed(peer: Peer, text: str, *message_ids: str, action: str = "") -> None:
    """Send a text that is no proper message, as `prepare_malformed` has it."""
    prepare_malformed(peer, *message_ids, action=action)
    peer.raw(text)


async def wait_for_answer(peer: Peer, *, within: float | None = None, count: int = 1) -> None:
    """Wait until what was sent by hand has `count` answers, or give it up after `within` (quiet) seconds.

    Until then a sender sends no other CALL (OCPP-J 4.1.1); its time-out is its own. Nothing is decided by this wait: an
    answer that comes later is judged all the same.
    """
    endpoint = peer.connections[-1]
    with contextlib.suppress(TimeoutError):
        await peer.wait_until(
            lambda: len(unsolicited_answers(peer)) >= count or not endpoint.is_open,
            peer.timing.quiet if within is None else within,
            "an answer to what was sent by hand",
        )


def check_refused_or_dropped(
    peer: Peer, requirement: str, *ids: object, may_be_right: bool = False, fits: Collection[str] = ()
) -> None:
    """Judge what came back: no CALLRESULT, and an error only with a code of the version and the id of the message.

    `ids`: those that can be read in the message; "-1" is right beside them. Without any, 1.6 does not say which id an
    error has. `may_be_right`: a CALLRESULT is right too. `fits`: codes that say what was wrong, where that is judged.
    """
    came = unsolicited_answers(peer)
    results = [s.text for s in came if s.kind == 3]
    if not may_be_right:
        check(requirement, not results, expected="a CALLERROR, or the message dropped", received=results or "dropped")
    check_error_codes(peer, fits)
    for answer in came:
        if ids or peer.ocpp != "1.6":
            wanted = (*ids, UNREADABLE_ID) if answer.kind != 3 else ids
            expected = f"the message id {' or '.join(map(repr, wanted))}"
            check("OCPP-J error id", answer.message_id in wanted, expected=expected, received=answer.text)
    leave_to_rules(peer)


def check_error_codes(peer: Peer, fits: Collection[str] = ()) -> None:
    """Judge the codes of the errors that came: of the version, and among those that say what was wrong."""
    known = error_codes(peer.ocpp)
    for error in (s for s in unsolicited_answers(peer) if s.kind in (4, 5)):
        check(
            requirement_of_code(peer.ocpp, error.code),
            error.code in known,
            expected=f"a code of OCPP {peer.ocpp}",
            received=error.text,
        )
        if fits and error.code in known:
            check("OCPP-J 4.3", error.code in fits, expected=f"one of {', '.join(fits)}", received=error.text)


def leave_to_rules(peer: Peer) -> None:
    """The case has judged what came; payloads that break their schema stay with the rules."""
    peer.strays.clear()
    payloads = [finding for finding in peer.findings if finding.rule == "SCHEMA"]
    peer.discard_findings()
    peer.findings += payloads


def check_not_answered(peer: Peer, message_id: str, *kinds: int, unreadable: bool = False) -> None:
    """Judge that nothing of these message types came for this id, or for "-1": there was nothing to answer.

    `unreadable`: what was sent may count as no message at all, which a CALLERROR for "-1" may say.
    """
    ids = (message_id,) if unreadable else (message_id, UNREADABLE_ID)
    came = [s.text for s in unsolicited_answers(peer) if s.kind in kinds and s.message_id in ids]
    check("OCPP-J no answer", not came, expected="no answer", received=came or "no answer")
    leave_to_rules(peer)


async def expect_reply_to(peer: Peer, action: str, payload: Any, send: Callable[[str], None]) -> Answer | ErrorAnswer:
    """Have `send` bring a CALL to the SUT in an unusual way, and give the answer, which must come."""
    message_id, text = build_call(action, payload)
    peer.rules.sent(Call(message_id, action, payload), time.monotonic())
    endpoint = peer.connection
    peer.strays.clear()
    peer.unreadable.clear()
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
    other = "; ".join(s.text for s in unsolicited_answers(peer)) or "no answer"
    received = encode(frame) if frame else other if endpoint.is_open else closing_text(endpoint)
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
            async with timeout(self._timing.message):
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
