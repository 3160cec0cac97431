"""Fields of a payload: reading one by its path, and what is expected of it, in `expect` and in `check_fields`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = [
    "Pattern",
    "at",
    "contains",
    "differing_fields",
    "field_matches",
    "fields_text",
    "leaves",
    "payload_matches",
]


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
        case set() | frozenset() | tuple():
            return received in expected
    predicate = expected.matches if isinstance(expected, Pattern) else expected if callable(expected) else None
    if predicate is None:
        return bool(received == expected)
    try:
        return bool(predicate(received))
    except Exception:  # a value of a kind that the predicate is not for does not fit
        return False


def leaves(value: Any, path: str = "") -> dict[str, Any]:
    """Everything in a payload that holds no other thing, by its dotted path: {"evse.id": 1}."""
    inner = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    found: dict[str, Any] = {}
    for name, part in inner:
        found |= leaves(part, f"{path}.{name}" if path else str(name))
    return found or ({path: value} if path else {})


def payload_matches(payload: Mapping[str, Any], fields: Mapping[str, Any]) -> bool:
    """Whether every named field fits; `a.b` and `a__b` name the field b inside a, None expects it to be absent."""
    return not differing_fields(payload, fields)


def differing_fields(payload: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """The named fields that do not fit, by their dotted paths, with what was received (None where absent)."""
    received = {name.replace("__", "."): at(payload, name.replace("__", ".")) for name in fields}
    wanted = {name.replace("__", "."): expected for name, expected in fields.items()}
    return {path: value for path, value in received.items() if not field_matches(value, wanted[path])}


def fields_text(fields: Mapping[str, Any]) -> str:
    """The expected fields as text for a report."""

    def value(expected: Any) -> str:
        if isinstance(expected, set | frozenset | tuple):
            return " or ".join("absent" if v is None else repr(v) for v in sorted(expected, key=str))
        if callable(expected) and not isinstance(expected, Pattern):
            return "a fitting value"
        return repr(expected)

    return ", ".join(
        f"no {name.replace('__', '.')}" if expected is None else f"{name.replace('__', '.')} = {value(expected)}"
        for name, expected in fields.items()
    )
