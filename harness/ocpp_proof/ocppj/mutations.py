"""Wrong messages derived from the schemas: a valid payload with exactly one thing that its schema does not allow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ocpp_proof.ocppj.frames import Payload
from ocpp_proof.ocppj.json_copy import json_copy
from ocpp_proof.ocppj.sample_values import NOBODY
from ocpp_proof.ocppj.samples import PLAIN, Path, Plan, least, resolved, whole_number
from ocpp_proof.ocppj.schema_files import Schema, load_schema
from ocpp_proof.ocppj.schemas import is_valid

__all__ = ["Fault", "Mutation", "faults", "mutations"]

_EXTRA = "xNotInTheSchema"
_OUTSIDE = "NotOneOfTheAllowedValues"
_OTHER_TYPE: dict[str, Any] = {
    "string": NOBODY,  # also where it is read as the name of something
    "number": "5",
    "boolean": "true",
    "array": {},
    "object": [],
}


class _Gone:
    """Stands for a field that is taken away."""


_GONE = _Gone()


@dataclass(frozen=True)
class Mutation:
    """A payload that is wrong in one place: where (a JSON path) and against which keyword of JSON Schema."""

    path: str
    keyword: str
    payload: Payload


@dataclass(frozen=True)
class Fault:
    """One thing to do wrong: `name` tells it from every other one of the same action, `keyword` what it offends."""

    version: str
    action: str
    kind: str
    name: str
    keyword: str
    path: Path
    value: Any
    plan: Plan = PLAIN

    @property
    def json_path(self) -> str:
        """Where it is, such as $.idToken.type."""
        return _json_path(self.path)

    @property
    def is_null(self) -> bool:
        """Whether the field is there and null."""
        return self.value is None

    def least(self) -> Payload | None:
        """The smallest message with the fault and with what the plan keeps; None if the schema allows it after all."""
        root = load_schema(self.version, self.action, self.kind)
        there = self.path[:-1] if self.keyword == "additionalProperties" else self.path
        made: Payload = least(root, root, there, self.plan)
        return self.on(made)

    def on(self, payload: Payload) -> Payload | None:
        """A copy of `payload`, a valid one that has the place, with the fault; None if the schema allows it."""
        changed = _with(payload, self.path, self.value)
        return None if is_valid(self.version, self.action, self.kind, changed) else changed


def faults(version: str, action: str, kind: str, payload: Payload, plan: Plan = PLAIN) -> Iterator[Fault]:
    """Everything that can be done wrong in one place of `payload`, found without making the messages.

    What the plan keeps stays right: no fault stands there, nor around it.
    """
    root = load_schema(version, action, kind)
    counts: dict[str, int] = {}
    for path, keyword, value in _faults(root, (), payload, root):
        name = f"{action}{_json_path(path)[1:]}:{keyword}"
        counts[name] = counts.get(name, 0) + 1
        place = ".".join(step for step in path if isinstance(step, str))
        if path and plan.wants(place) and keyword != "additionalProperties":
            continue
        yield Fault(version, action, kind, f"{name}:{counts[name]}", keyword, path, value, plan)


def mutations(version: str, action: str, kind: str, payload: Payload) -> Iterator[Mutation]:
    """Every single-fault neighbour of `payload`, a valid payload of this "request" or "response".

    Fields that `payload` leaves out are not mutated. A change that the schema allows after all, such as null in an
    untyped field, is left out. `payload` itself is not changed.
    """
    root = load_schema(version, action, kind)
    for path, keyword, value in _faults(root, (), payload, root):
        changed = _with(payload, path, value)
        if not is_valid(version, action, kind, changed):
            yield Mutation(_json_path(path), keyword, changed)


def _faults(part: Schema, path: Path, value: Any, root: Schema) -> Iterator[tuple[Path, str, Any]]:
    """Where to put which wrong value, and the keyword that it offends."""
    part = resolved(part, root)
    kind = part.get("type", "object" if "properties" in part else "")
    if path:
        yield from _wrong_kinds(path, kind, value)
        yield from _wrong_values(part, path, value)
    if kind == "object" and isinstance(value, dict):
        for name in part.get("required", ()):
            yield (*path, name), "required", _GONE
        if part.get("additionalProperties") is False:
            yield (*path, _EXTRA), "additionalProperties", 1
        for name, member in value.items():
            if name in part.get("properties", {}):
                yield from _faults(part["properties"][name], (*path, name), member, root)
    elif kind == "array" and isinstance(value, list):
        if least := part.get("minItems"):
            yield path, "minItems", value[: least - 1]
        if value and "maxItems" in part:
            most = part["maxItems"]
            yield path, "maxItems", (value * (most + 1))[: most + 1]
        if value:
            yield from _faults(part["items"], (*path, 0), value[0], root)


def _wrong_kinds(path: Path, kind: str, value: Any) -> Iterator[tuple[Path, str, Any]]:
    """Other types. What is read as a number all the same is the right one, or next to it: it names nothing else."""
    if kind == "integer":
        yield path, "type", str(value)
    elif kind in _OTHER_TYPE:
        yield path, "type", _OTHER_TYPE[kind]
    yield path, "type", None
    if kind == "integer":
        yield path, "type", value + 0.5


def _wrong_values(part: Schema, path: Path, value: Any) -> Iterator[tuple[Path, str, Any]]:
    if "enum" in part:
        yield path, "enum", _OUTSIDE
        if isinstance(value, str) and value.swapcase() not in part["enum"]:
            yield path, "enum", value.swapcase()
    if "maxLength" in part:
        yield path, "maxLength", "x" * (part["maxLength"] + 1)
    if "format" in part:
        yield path, "format", "yesterday at noon"
    for keyword, beyond in (("maximum", 1), ("minimum", -1)):
        if keyword in part:
            wrong = part[keyword] + beyond
            yield path, keyword, whole_number(wrong) if part.get("type") == "integer" else wrong
    if "multipleOf" in part:
        yield path, "multipleOf", part["multipleOf"] / 2


def _with(payload: Payload, path: Path, value: Any) -> Payload:
    changed: Payload = json_copy(payload)
    place: Any = changed
    for step in path[:-1]:
        place = place[step]
    if value is _GONE:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return changed


def _json_path(path: Path) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
