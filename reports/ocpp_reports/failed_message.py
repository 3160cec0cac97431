"""Which message on the wire a failed judgement is about, where its text or its time says so."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from .model import CheckRecord, WireRecord

__all__ = ["failed_messages"]

_ENOUGH = 40
"""Characters of a payload that tell it from others."""
_ACTION = re.compile(r"(?:schema )?([A-Z][A-Za-z]+)\b")
_NONE_CAME = re.compile(r"^nothing\b|which an earlier step had taken")


def failed_messages(wire: Sequence[WireRecord], checks: Sequence[CheckRecord]) -> dict[int, list[CheckRecord]]:
    """The failed judgements by the position in `wire` of the message from the SUT that each is about.

    A judgement about something that did not come, or whose message cannot be told for sure, is in none.
    """
    found: dict[int, list[CheckRecord]] = {}
    came = [(number, _read(record)) for number, record in enumerate(wire) if _is_text(record)]
    for check in checks:
        for number, (action, payload) in reversed(came):
            if wire[number].time <= check.time and _is_about(check, action, payload):
                found.setdefault(number, []).append(check)
                break
    return found


def _is_text(record: WireRecord) -> bool:
    return record.direction == "in" and record.kind == "text" and isinstance(record.data, str)


def _read(record: WireRecord) -> tuple[str, Any]:
    """Action and payload of a CALL, "" and the payload of an answer; nothing of what is no message."""
    try:
        frame = json.loads(record.data)
    except (ValueError, RecursionError):
        return "", None
    match frame:
        case [2 | 6, _, str(action), payload, *_]:
            return action, payload
        case [3, _, payload, *_]:
            return "", payload
    return "", None


def _is_about(check: CheckRecord, action: str, payload: Any) -> bool:
    """Whether the judgement shows this payload, or is about the schema of the request that came last."""
    if _NONE_CAME.search(check.received):
        return False
    if check.requirement.startswith("schema "):
        named = _ACTION.match(check.requirement)
        return bool(named and check.requirement == f"schema {action} request")
    shown = str(payload) if payload else ""
    return len(shown) > 2 and (shown in check.received or (len(shown) > _ENOUGH and shown[:_ENOUGH] in check.received))
