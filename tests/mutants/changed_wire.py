"""Puts a change into what arrives from the system under test while a case function runs, and notes what arrives."""

from __future__ import annotations

import functools
import json
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from changes import NOT_SENT, Change, changed
from ocpp_proof.net.endpoint import Endpoint
from ocpp_proof.ocppj.frames import CallResult, encode
from ocpp_proof.roles.answers import Silence
from ocpp_proof.roles.conversation import Conversation
from ocpp_proof.roles.message import Message, Payload
from ocpp_proof.roles.peer import Peer

__all__ = ["Tap", "installed", "tapped"]

Function = Callable[..., Coroutine[Any, Any, None]]
CALL, CALLRESULT = 2, 3


@dataclass
class Tap:
    """What came in one case: (kind, action, nth, payload). `change` is put into it; `made`: it was."""

    change: Change | None = None
    came: list[tuple[str, str, int, dict[str, Any]]] = field(default_factory=list)
    made: bool = False
    asked: dict[str, str] = field(default_factory=dict)
    """The actions of the harness' CALLs, by message id."""
    count: Counter[tuple[str, str]] = field(default_factory=Counter)

    def passes(self, peer: Conversation, endpoint: Endpoint, text: str) -> str | None:
        """What is heard instead of a text; None: nothing."""
        try:
            frame = json.loads(text)
            match frame:
                case [2, str(), str(action), dict() as payload]:
                    kind = "request"
                case [3, str(id), dict() as payload] if id in self.asked:
                    kind, action = "response", self.asked.pop(id)
                case _:
                    return text
        except ValueError:
            return text
        nth = self.count[kind, action]
        self.count[kind, action] += 1
        self.came.append((kind, action, nth, payload))
        change = self.change
        if change is None or (change.kind, change.action, change.nth) != (kind, action, nth):
            return text
        if change.operation == NOT_SENT:
            self.made = True
            _answer_unheard(peer, endpoint, frame)
            return None
        made = changed(change, payload)
        if made is None:
            return text
        self.made = True
        frame[-1] = made
        return json.dumps(frame)


def _answer_unheard(peer: Conversation, endpoint: Endpoint, frame: list[Any]) -> None:
    """The system under test goes on as if it had not wanted to say this."""
    message = Message(frame[2], Payload(frame[3]), frame[1], -1, 0.0, 0)
    reply = peer.answers.reply_to(message)
    if isinstance(reply, dict) and not isinstance(reply, Silence):
        endpoint.send_text(encode(CallResult(frame[1], reply)))


@contextmanager
def installed() -> Iterator[None]:
    """Let taps hear what arrives while the block runs."""
    received, send = Conversation._received, Conversation._send

    def heard(self: Conversation, endpoint: Endpoint, number: int, text: str) -> None:
        tap: Tap | None = self.__dict__.get("tap")
        passed = text if tap is None else tap.passes(self, endpoint, text)
        if passed is not None:
            received(self, endpoint, number, passed)

    def sent(self: Conversation, frame: Any, *rest: Any, **options: Any) -> None:
        tap: Tap | None = self.__dict__.get("tap")
        if tap is not None and hasattr(frame, "action"):
            tap.asked[frame.message_id] = frame.action
        send(self, frame, *rest, **options)

    Conversation._received, Conversation._send = heard, sent  # type: ignore[method-assign]
    try:
        yield
    finally:
        Conversation._received, Conversation._send = received, send  # type: ignore[method-assign]


def tapped(function: Function, tap: Tap) -> Function:
    """The case function, with the tap on its conversation from its first line to its last."""

    @functools.wraps(function)
    async def run(**given: Any) -> None:
        peer: Peer = given.get("csms") or given["station"]
        peer.__dict__["tap"] = tap
        try:
            await function(**given)
        finally:
            del peer.__dict__["tap"]

    return run
