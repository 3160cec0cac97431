"""The rules that hold for every message of a system under test, whatever a case is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ..ocppj.actions import find_action
from ..ocppj.error_codes import error_codes, is_corrected
from ..ocppj.frames import (
    UNREADABLE_ID,
    Call,
    CallError,
    CallResult,
    CallResultError,
    Frame,
    MalformedFrame,
    Send,
    UnknownMessageType,
    frame_of,
)
from ..ocppj.json_text import TooDeep, UnreadableJson, strict_loads
from ..ocppj.schemas import violations
from .retries import is_retry
from .rule import Breach

__all__ = ["BY_CHANCE", "RULES", "Finding", "RuleBook", "breach_finding"]

RULES = (
    "FRAME",
    "SCHEMA",
    "MESSAGE_ID",
    "ANSWERED_ONCE",
    "ONE_OUTSTANDING",
    "ANSWER_TIME",
    "HANDSHAKE",
    "TLS_OFFER",
)
_SHOWN = 200
_SHORTEST_TIMEOUT = 1.0
"""Seconds: nobody gives up a CALL sooner, so that what is sent again within them is no retry."""
BY_CHANCE = ("ONE_OUTSTANDING",)
"""Rules whose findings say nothing of the message in which they were made, but of what came before it."""


@dataclass(frozen=True)
class Finding:
    """A rule that the system under test broke. `should` marks what the version only recommends.

    `malformed`: the message is none by its form, whatever it says.
    """

    rule: str
    requirement: str
    expected: str
    received: str
    should: bool = False
    malformed: bool = False


def breach_finding(breach: Breach) -> Finding:
    """A breach of a rule about what messages mean, as a finding."""
    where = f"{breach.action} {breach.message_id}"
    received = f"{breach.received} ({where})"
    if breach.contradicts:
        received += f", but {breach.contradicts}"
    return Finding(breach.rule.id, breach.requirement, breach.expected, received, breach.should)


@dataclass(slots=True)
class _Open:
    """A CALL that waits for its answer."""

    action: str
    since: float
    held_up: float = 0.0
    given_up: bool = False


@dataclass(slots=True)
class _Used:
    """The message that a message id was used for. `settled`: it was answered at once."""

    frame: Call | Send
    settled: bool = False


class RuleBook:
    """Watches what one system under test says; it outlives connections, because message ids do.

    Times are seconds of one clock of the caller's. Answer a CALL only after everything that the same read brought was
    handed to `received`: otherwise a system that does not wait for answers looks as if it did.
    """

    def __init__(
        self,
        version: str,
        *,
        sut: Literal["station", "csms"] | None = None,
        answer_time: float = 30.0,
        call_timeout: float = 30.0,
        held_up: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """`sut` has directions judged too. In seconds: `answer_time` is what an answer may take, `call_timeout` the
        time after which a CALL of the system counts as given up by it. `held_up` tells for how long the harness could
        not read in all: an answer that lay there came earlier."""
        self._version = version
        self._sut = sut
        self.answer_time = answer_time
        self.call_timeout = call_timeout
        self.answered: Callable[[float], None] = lambda seconds: None
        """Told of each first answer to a CALL, also of one that was given up: how long it took."""
        self._held_up = held_up
        self._seen: dict[str, _Used] = {}  # by message id
        self._theirs: dict[str, _Open] = {}
        self._ours: dict[str, _Open] = {}
        self._answered: set[str] = set()
        self._our_results: set[str] = set()
        self._stray_errors = 0
        self._malformed_ids: set[str] = set()
        self._held_back = False
        self._late = self._late_before = 0.0  # `held_up` when the last frame was read, and the one before it

    def connection_opened(self) -> None:
        """Nothing of the last connection will be answered any more; the ids stay used."""
        self._late = self._held_up()
        self._theirs.clear()
        self._ours.clear()
        self._answered.clear()
        self._our_results.clear()
        self._stray_errors = 0
        self._held_back = False
        for used in self._seen.values():
            used.settled = False  # nobody knows whether the answer arrived before the connection ended

    def sent(self, frame: Frame, now: float) -> None:
        """The harness sent this."""
        match frame:
            case Call(message_id, action, _):
                self._ours[message_id] = _Open(action, now, self._held_up())
                self._answered.discard(message_id)
            case CallResult(message_id, _):
                call = self._theirs.pop(message_id, None)
                self._our_results.add(message_id)
                self._held_back = False
                if call is not None and now - call.since < _SHORTEST_TIMEOUT:
                    self._seen[message_id].settled = True
            case CallError(message_id):
                self._theirs.pop(message_id, None)
                self._held_back = False

    def cannot_be_answered(self, message_id: str) -> None:
        """The connection on which a CALL came is closed: its sender need not wait before it sends on another one."""
        self._theirs.pop(message_id, None)

    def held_back(self) -> None:
        """The harness let nothing pass for a while, and does again.

        What comes together now, until the first of it is answered, was sent at any distance: a CALL may have been given
        up before the next one (OCPP-J 4.1.1), or repeated.
        """
        self._held_back = True

    def sent_unreadable(self, *message_ids: str) -> None:
        """The harness sent something on purpose that is no message: one CALLERROR of any id may answer it.

        `message_ids`: those in it that are not well-formed; an answer that repeats one does as it must.
        """
        self._stray_errors += 1
        self._malformed_ids.update(message_ids)

    def given_up(self, message_id: str) -> None:
        """The harness no longer waits for this answer and has said so: a late one is no further finding."""
        if call := self._ours.get(message_id):
            call.given_up = True

    def received(self, text: str, now: float) -> tuple[Frame | None, list[Finding]]:
        """The message in a text of the system under test (None when there is none) and the rules that it breaks."""
        self._late_before, self._late = self._late, self._held_up()
        try:
            value, problems = strict_loads(text)
            findings = [_finding("FRAME", "OCPP-J 4.1.2", "valid JSON", problem) for problem in problems]
            frame = frame_of(value, self._version)
        except TooDeep as error:  # JSON it may be, as the echo of what the harness sent: no fault by itself
            received = f"{error}: {_brief(text)}"
            return None, [_finding("FRAME", "OCPP-J 4.1.2", "a message that can be read", received, should=True)]
        except UnreadableJson as error:
            return None, [_finding("FRAME", "OCPP-J 4.1.2", "valid JSON", f"{error}: {_brief(text)}")]
        except UnknownMessageType as error:
            known = "2, 3, 4, 5 or 6" if self._version == "2.1" else "2, 3 or 4"
            return None, [_finding("FRAME", error.requirement, f"the message type {known}", _brief(text))]
        except MalformedFrame as error:
            if error.message_id in self._malformed_ids:
                return None, []
            received = f"{error.reason}: {_brief(text)}"
            fault = Finding("FRAME", error.requirement, "a well-formed message", received, malformed=True)
            if error.answer is None:
                return None, [fault]
            frame, findings = error.answer, [fault]  # an answer it is all the same
        match frame:
            case Call() | Send():
                findings += self._request(frame, now)
            case CallResult(message_id, payload):
                action = self._answer(message_id, now, findings)
                if action is not None:
                    findings += self._schema(action, "response", payload)
            case CallError(message_id, code):
                findings += self._code(code)
                if message_id == UNREADABLE_ID and self._version != "1.6":
                    self._stray_errors = max(0, self._stray_errors - 1)
                elif message_id not in self._ours and self._stray_errors:
                    self._stray_errors -= 1
                else:
                    self._answer(message_id, now, findings)
            case CallResultError(message_id, code):
                findings += self._code(code)
                if message_id not in self._our_results:
                    expected = "the message id of a CALLRESULT on this connection"
                    findings.append(_finding("ANSWERED_ONCE", "OCPP-J 4.1.4", expected, message_id))
        return frame, findings

    def _request(self, frame: Call | Send, now: float) -> list[Finding]:
        findings = [*self._direction(frame), *self._unique(frame, now)]
        if isinstance(frame, Call):
            findings += self._one_outstanding(frame, now)
            self._theirs[frame.message_id] = _Open(frame.action, now, self._late_before)
        if find_action(self._version, frame.action) is not None:
            findings += self._schema(frame.action, "request", frame.payload)
        return findings

    def _direction(self, frame: Call | Send) -> list[Finding]:
        action = find_action(self._version, frame.action)
        if action is None:
            return [_finding("FRAME", "OCPP-J 4.2.1", f"an action of OCPP {self._version}", frame.action)]
        if (action.kind == "send") is not isinstance(frame, Send):
            expected = f"{frame.action} as a {action.kind.upper()}"
            return [_finding("FRAME", "OCPP-J 4.1.3", expected, type(frame).__name__.upper())]
        if self._sut is not None and action.sender not in ("both", self._sut):
            return [_finding("FRAME", "OCPP-J 4.2.1", f"an action that a {self._sut} sends", frame.action)]
        return []

    def _unique(self, frame: Call | Send, now: float) -> list[Finding]:
        """A retry of what got no answer may keep its id (1.6: errata 3.1; 2.0.1: errata 4.6; 2.1: 4.1.4)."""
        used = self._seen.get(frame.message_id)
        if used is None:
            self._seen[frame.message_id] = _Used(frame)
            return []
        call = self._theirs.get(frame.message_id)
        waited = call is None or self._held_back or now - call.since >= _SHORTEST_TIMEOUT
        if is_retry(self._version, used.frame, frame) and waited and not used.settled:
            self._theirs.pop(frame.message_id, None)  # the system gave it up
            return []
        received = f"{frame.message_id} of {frame.action}, used before for {used.frame.action}"
        return [_finding("MESSAGE_ID", "OCPP-J 4.1.4", "a message id never used before", received)]

    def _one_outstanding(self, frame: Call, now: float) -> list[Finding]:
        waiting = {key: call for key, call in self._theirs.items() if now - call.since < self.call_timeout}
        self._theirs = waiting
        if not waiting or self._held_back:
            return []
        call = next(iter(waiting.values()))
        if self._held_up() - call.held_up >= _SHORTEST_TIMEOUT:
            return []  # it may have lain unread for as long as who sent it waits for an answer
        expected = f"no CALL before {call.action} is answered"
        received = f"{frame.action}, {now - call.since:.3f} s after it"
        return [_finding("ONE_OUTSTANDING", "OCPP-J 4.1.1", expected, received, should=self._version == "1.6")]

    def _answer(self, message_id: str, now: float, findings: list[Finding]) -> str | None:
        """The action that an answer belongs to, when it is the first one and belongs to one."""
        call = self._ours.pop(message_id, None)
        if call is None:
            again = message_id in self._answered
            received = (
                f"a second answer to {message_id}" if again else f"an answer to {message_id}, which was not asked"
            )
            findings.append(_finding("ANSWERED_ONCE", "OCPP-J 4.1.4", "one answer to each CALL", received))
            return None
        self._answered.add(message_id)
        taken = now - call.since - (self._held_up() - call.held_up)
        self.answered(taken)
        if taken > self.answer_time and not call.given_up:
            expected = f"an answer to {call.action} within {self.answer_time:g} s"
            received = f"one after {taken:.3f} s"
            findings.append(_finding("ANSWER_TIME", "OCPP-J answer time", expected, received, should=True))
        return call.action

    def _schema(self, action: str, kind: str, payload: object) -> list[Finding]:
        requirement = f"schema {action} {kind}"
        try:
            broken = violations(self._version, action, kind, payload)
        except KeyError:
            return []
        return [
            _finding("SCHEMA", requirement, f"{v.path}: {v.expected}", v.text().rpartition("received ")[2])
            for v in broken
        ]

    def _code(self, code: str) -> list[Finding]:
        if code in error_codes(self._version):
            return []
        expected = f"one of {', '.join(sorted(error_codes(self._version)))}"
        return [_finding("FRAME", "OCPP-J 4.2.3", expected, code, should=is_corrected(self._version, code))]


def _finding(rule: str, requirement: str, expected: str, received: str, *, should: bool = False) -> Finding:
    return Finding(rule, requirement, expected, received, should)


def _brief(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}... ({len(text)} characters)"
