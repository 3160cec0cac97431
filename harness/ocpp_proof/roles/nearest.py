"""The message that came nearest to what a case expected, and in what it differs: what a reader looks for first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..cases.evidence import ALSO, describe
from ..cases.fields import differing_fields
from ..ocppj.schemas import violations
from .message import Message

__all__ = ["nearest"]

_VERSIONS = ("1.6", "2.0.1", "2.1")
_WHOLE = 1000
"""Characters of the nearest message; the other messages are shown shorter."""


def nearest(
    ocpp: str, came: Sequence[Message], wanted: Sequence[tuple[str, Mapping[str, Any]]], *, since: int = 0
) -> tuple[Message | None, str]:
    """The nearest message, and in words what it is and holds; None where no message of these actions came.

    `wanted` are the acceptable outcomes: an action with its fields. Messages before the index `since` are too early.
    """
    ranked = [
        (len(differing), message.taken, message.index < since, -message.index, message, differing)
        for message in came
        for action, fields in wanted
        if message.action == action
        for differing in (differing_fields(message.payload, fields),)
    ]
    if not ranked:
        return None, ""
    _, taken, early, _, message, differing = min(ranked, key=lambda one: one[:4])
    words = [*_shape(ocpp, message), *(_difference(path, value) for path, value in differing.items())]
    if taken and not differing:
        words.append("which an earlier step had taken")
    elif early and not differing:
        words.append("before this step")
    return message, f"{message.action} {', '.join(words)}: {describe(dict(message.payload), _WHOLE)}{ALSO}"


def _shape(ocpp: str, message: Message) -> list[str]:
    broken = [finding for finding in message.findings if finding.rule == "SCHEMA"]
    if not broken:
        return []
    for other in _VERSIONS:
        try:
            if other != ocpp and not violations(other, message.action, "request", dict(message.payload)):
                return [f"in the shape of OCPP {other}"]
        except KeyError:  # that version has no such action
            continue
    return [f"against its schema ({broken[0].expected})"]


def _difference(path: str, value: Any) -> str:
    return f"without {path}" if value is None else f"with {path} = {describe(value, 100)}"
