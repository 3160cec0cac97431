"""What the harness's own stations send, held against the rules and schemas that judge a station under test.

What a case breaks on purpose says so where it is sent (`Conversation.on_purpose`), and is left out.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ocpp_proof.cases.evidence import current_case, in_case
from ocpp_proof.ocppj.frames import Call, CallError, CallResult, MalformedFrame, parse
from ocpp_proof.roles.station import Station
from ocpp_proof.rules.protocol import RuleBook
from own_messages import OwnMessages

__all__ = ["Overheard", "listening"]

SOONEST = 0.15
"""Seconds: no case waits less for the answer to a CALL before it takes it as dropped and goes on."""
CONTINUATION, TEXT = 0, 1
LONG_AGO = float("-inf")


@dataclass
class Overheard:
    """What was found in what the stations said; `messages` counts what was judged, `on_purpose` what was left out."""

    found: list[str] = field(default_factory=list)
    messages: int = 0
    on_purpose: int = 0
    said: dict[str, set[Any]] = field(default_factory=dict)
    """Numbers that identify something, by what they are: used once, whichever case or run used them."""

    def note(self, what: str) -> None:
        """Something is not as it should be."""
        case = current_case().result.key if in_case() else "outside of a case"
        self.found.append(f"{case}: {what}")


class _Line:
    """One connection of one station."""

    def __init__(self, heard: Overheard, station: Station, ids: dict[str, Any], messages: OwnMessages) -> None:
        self._heard, self._station, self._messages = heard, station, messages
        self._rules = RuleBook(station.ocpp, sut="station", call_timeout=SOONEST)
        self._rules._seen = ids  # message ids outlive the connection
        self._pieces: list[bytes] = []
        self._spoilt: set[str] = set()
        """Ids of messages that a case has sent on purpose: what follows under these ids is its matter, too."""

    def record(self, direction: str, kind: str, data: object) -> None:
        """Hear what happens on the connection."""
        match direction, kind:
            case "out", "text":
                if self._pieces and not self._station.breaking:
                    self._heard.note(f"a text frame inside of a fragmented message: {data}")
                self._said(str(data))
            case "out", "frame":
                self._frame(data)
            case "in", "text":
                self._told(str(data))

    def _frame(self, data: Any) -> None:
        if data["opcode"] not in (TEXT, CONTINUATION):
            return
        self._pieces.append(bytes(data["data"]))
        if data.get("fin", True):
            whole, self._pieces = b"".join(self._pieces), []
            self._said(whole.decode(errors="replace"))

    def _said(self, text: str) -> None:
        broken = self._station.breaking
        self._heard.on_purpose += bool(broken)
        self._heard.messages += not broken
        frame, findings = self._rules.received(text, time.monotonic())
        if broken and frame is not None:
            self._spoilt.add(frame.message_id)
        if not broken:
            for finding in findings:
                if frame is not None and frame.message_id in self._spoilt:
                    continue
                self._heard.note(f"{finding.rule}: expected {finding.expected}, received {finding.received}: {text}")
        if frame is not None and not broken:
            self._messages.said(frame)

    def _told(self, text: str) -> None:
        try:
            frame = parse(text, self._station.ocpp)
        except MalformedFrame:
            return
        if isinstance(frame, CallError) and frame.message_id not in self._rules._theirs:
            for message_id in self._spoilt:  # an error of any id may answer what was no proper message
                self._rules._theirs.pop(message_id, None)
        if isinstance(frame, Call | CallResult | CallError):
            self._rules.sent(frame, time.monotonic())
        self._messages.told(frame)


@contextmanager
def listening() -> Iterator[Overheard]:
    """Hear every connection of every station that the harness plays while the block runs."""
    heard = Overheard()
    recorder = Station.recorder
    known: dict[Station, tuple[dict[str, Any], OwnMessages]] = {}

    def listened(station: Station, number: int) -> Any:
        ids, messages = known.setdefault(station, ({}, OwnMessages(station.ocpp, heard.note, heard.said)))
        messages.reconnected()
        line, record = _Line(heard, station, ids, messages), recorder(station, number)

        def both(direction: str, kind: str, data: object) -> None:
            line.record(direction, kind, data)
            record(direction, kind, data)

        return both

    Station.recorder = listened  # type: ignore[method-assign]
    try:
        yield heard
    finally:
        Station.recorder = recorder  # type: ignore[method-assign]
        for station, (_, messages) in known.items():
            heard.found += [f"{station.identity}: {what}" for what in messages.left()]
