"""Messages as cases see them: the payload with its names exactly as on the wire, and what the rules found in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..rules.protocol import Finding

__all__ = ["Answer", "ErrorAnswer", "Message", "Pattern", "Payload", "at", "contains"]


def at(value: Any, path: str) -> Any:
    """The value at a dotted path ("idTokenInfo.status", "meterValue.0.timestamp"); None where anything is absent."""
    for name in path.split("."):
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


class Payload(dict[str, Any]):
    """A payload as it came: a dict whose fields can also be read as attributes; a field that is absent reads None."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self.get(name)

    def at(self, path: str) -> Any:
        """The value at a dotted path, None where anything on the way is absent."""
        return at(self, path)


@dataclass(slots=True)
class Message:
    """A CALL or SEND that the SUT sent. `index` counts the messages of the SUT in the order in which they came."""

    action: str
    payload: Payload
    message_id: str
    index: int
    received: float
    connection: int
    findings: list[Finding] = field(default_factory=list)
    answer: dict[str, Any] | None = None
    taken: bool = False

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "payload":
            raise AttributeError(name)
        return self.payload.get(name)

    def at(self, path: str) -> Any:
        """The value at a dotted path of the payload, None where anything on the way is absent."""
        return at(self.payload, path)


class Answer(Payload):
    """A CALLRESULT's payload. `error` is None: so that a case can ask any answer for its error."""

    error: str | None = None


class ErrorAnswer(Payload):
    """A CALLERROR: `error` is its code, `description` its text; the payload is its details."""

    error: str
    description: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """A value that is matched by a predicate; `text` says in words what is expected."""

    text: str
    matches: Callable[[Any], bool]

    def __repr__(self) -> str:
        return self.text


def contains(word: str) -> Pattern:
    """Matches a comma-separated list (a device model's MemberList) that has this member."""
    return Pattern(f"contains {word}", lambda v: isinstance(v, str) and word in [p.strip() for p in v.split(",")])


def field_matches(received: Any, expected: Any) -> bool:
    """Whether one field fits: by equality, by predicate, or as one of a set or tuple of values."""
    match expected:
        case Pattern():
            return expected.matches(received)
        case set() | frozenset() | tuple():
            return received in expected
    if callable(expected):
        return bool(expected(received))
    return bool(received == expected)


def payload_matches(payload: dict[str, Any], fields: dict[str, Any]) -> bool:
    """Whether every named field fits; `a__b` names the field b inside a."""
    return all(field_matches(at(payload, name.replace("__", ".")), expected) for name, expected in fields.items())


def fields_text(fields: dict[str, Any]) -> str:
    """The expected fields as text for a report."""

    def value(expected: Any) -> str:
        if isinstance(expected, set | frozenset | tuple):
            return " or ".join(repr(v) for v in sorted(expected, key=str))
        if callable(expected) and not isinstance(expected, Pattern):
            return "a fitting value"
        return repr(expected)

    return ", ".join(f"{name.replace('__', '.')} = {value(expected)}" for name, expected in fields.items())
