"""Judges a conversation that was recorded: the lines of a wire.jsonl, ours or made of somebody else's traffic."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ..net.raw_frames import BINARY
from ..net.sent_frames import SentFrames, SentMessage
from ..ocppj.frames import Call, CallError, CallResult, Frame, MalformedFrame, Send, parse
from ..ocppj.schemas import violations
from .judge import Judge
from .rule import Breach, Side

__all__ = ["NO_LONGER", "ON_PURPOSE", "judge_recording"]

ON_PURPOSE = "on purpose"
"""How a note begins after which a case breaks the standard."""
NO_LONGER = "no longer on purpose"
"""The note after which it does not."""
_HEXADECIMAL = re.compile("[0-9a-f]{2}( [0-9a-f]{2})*")
_PRINTABLE = frozenset((*range(32, 127), 9, 10, 13))


def judge_recording(
    lines: Iterable[str], version: str, *, recorded_by: Side, of: Collection[Side], in_time: float = 60.0
) -> list[Breach]:
    """The rules about what messages mean that `of` broke, one breach for each cause.

    Each line is a JSON object with `time` (seconds since the epoch), `direction` ("in", "out": as `recorded_by` saw
    it; "-"), `kind` ("text", "binary", "frame", "tcp-open", "tcp-lost", "note"; others are left out), `data` and
    `connection`. The data of a frame that went out has the fields opcode, data (text or hexadecimal) and fin. What goes
    out after a note "on purpose: ...", until "no longer on purpose", was made wrong by a case. ValueError for a line
    that is none of these.
    """
    other: Side = "csms" if recorded_by == "station" else "station"
    judge = Judge(version, of=of, in_time=in_time)
    asked: dict[tuple[Side, str], str] = {}
    deviating = False
    sent: defaultdict[int, SentFrames] = defaultdict(SentFrames)
    now: float | None = None
    for number, line in enumerate(lines, 1):
        record = _record(line, number)
        now, connection = float(record["time"]), int(record.get("connection", 0))
        match record["kind"]:
            case "tcp-open":
                judge.opened(connection, now)
            case "tcp-lost":
                judge.closed(connection, now)
            case "note":
                deviating = str(record["data"]).startswith(ON_PURPOSE)
            case "text" | "binary" | "frame":
                sender = recorded_by if record["direction"] == "out" else other
                message = _message(record, sent[connection])
                if message is None:
                    continue
                try:
                    frame: Frame | None = parse(message.text, version)
                except MalformedFrame:
                    frame = None
                on_purpose = (deviating and sender == recorded_by) or not message.as_text
                broken = not on_purpose and _is_broken(version, sender, frame, asked)
                judge.said(sender, frame, now, connection=connection, deviating=on_purpose, broken=broken)
    return judge.settle(now)


def _message(record: Mapping[str, Any], sent: SentFrames) -> SentMessage | None:
    """The message that is whole now; None where none is. What came in is recorded as a whole, as texts are."""
    kind, data = record["kind"], record["data"]
    if kind == "text":
        return SentMessage(str(data), True)
    if record["direction"] != "out":
        return None
    if kind == "binary":
        return sent.take(BINARY, _octets(data))
    if not isinstance(data, dict) or "opcode" not in data:
        return None
    return sent.take(int(data["opcode"]), _octets(data.get("data", "")), fin=bool(data.get("fin", True)))


def _octets(shown: object) -> bytes:
    """What was recorded as text, or as hexadecimal where a text cannot show it."""
    text = str(shown)
    octets = bytes.fromhex(text) if _HEXADECIMAL.fullmatch(text) else b""
    return octets if any(octet not in _PRINTABLE for octet in octets) else text.encode()


def _record(line: str, number: int) -> Mapping[str, Any]:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise ValueError(f"line {number} is no JSON: {error}") from None
    if not isinstance(record, dict) or not {"time", "direction", "kind", "data"} <= set(record):
        raise ValueError(f"line {number} has not the fields time, direction, kind and data")
    return record


def _is_broken(version: str, sender: Side, frame: Frame | None, asked: dict[tuple[Side, str], str]) -> bool:
    """Whether a message does not fit its schema; keeps in mind what was asked."""
    try:
        match frame:
            case Call(message_id, action, payload) | Send(message_id, action, payload):
                asked[sender, message_id] = action
                return bool(violations(version, action, "request", payload))
            case CallResult(message_id, payload):
                other: Side = "csms" if sender == "station" else "station"
                return bool(violations(version, asked.pop((other, message_id), ""), "response", payload))
    except KeyError:
        return True
    return frame is None or not isinstance(frame, CallError)
