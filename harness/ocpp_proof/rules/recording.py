"""Judges a conversation that was recorded: the lines of a wire.jsonl, ours or made of somebody else's traffic."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ..ocppj.frames import Call, CallError, CallResult, Frame, MalformedFrame, Send, parse
from ..ocppj.schemas import violations
from .judge import Judge
from .rule import Breach, Side

__all__ = ["judge_recording"]


def judge_recording(
    lines: Iterable[str], version: str, *, recorded_by: Side, of: Collection[Side], in_time: float = 60.0
) -> list[Breach]:
    """The rules about what messages mean that `of` broke, one breach for each cause.

    Each line is a JSON object with `time` (seconds since the epoch), `direction` ("in", "out": as `recorded_by` saw
    it; "-"), `kind` ("text", "tcp-open", "tcp-lost", "note"; others are left out), `data` and `connection`. What
    comes after a note "on purpose: ..." was made wrong by a case. ValueError for a line that is none of these.
    """
    other: Side = "csms" if recorded_by == "station" else "station"
    judge = Judge(version, of=of, in_time=in_time)
    asked: dict[tuple[Side, str], str] = {}
    deviating = False
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
                deviating = str(record["data"]).startswith("on purpose")
            case "text":
                sender = recorded_by if record["direction"] == "out" else other
                try:
                    frame: Frame | None = parse(str(record["data"]), version)
                except MalformedFrame:
                    frame = None
                on_purpose = deviating and sender == recorded_by
                broken = not on_purpose and _is_broken(version, sender, frame, asked)
                judge.said(sender, frame, now, connection=connection, deviating=on_purpose, broken=broken)
                deviating = deviating and not on_purpose
    return judge.settle(now)


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
