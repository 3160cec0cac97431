"""Payloads made from a schema alone: the least that is valid, and everything that a message can hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ocpp_proof.ocppj.sample_values import TIME, Names, meaningful
from ocpp_proof.ocppj.schema_files import Schema, load_schema

__all__ = ["PLAIN", "Path", "Plan", "build", "complete", "least", "resolved", "whole_number"]

Path = tuple[str | int, ...]
"""Where something is in a payload: names of members and numbers of elements."""

_TEXT = "sample"
_LONGEST = 50
_NUMERAL = "1"  # a measured value is a text in 1.6
_URI = "https://files.example/one"


@dataclass(frozen=True, eq=False)
class Plan:
    """What a message is made of where its schema leaves the choice. Places are dotted names of members: evse.id.

    Two plans are never equal, so that what was made by one can be kept by it.

    values      -- what stands there
    keeps       -- what is always there, in the least message too
    leaves_out  -- what is never there
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    keeps: tuple[str, ...] = ()
    leaves_out: tuple[str, ...] = ()

    def wants(self, place: str) -> bool:
        """Whether something that is always there is this, or inside of it."""
        return any(kept == place or kept.startswith(f"{place}.") for kept in self.keeps)


PLAIN = Plan()
"""No choice but the usual one."""


def build(version: str, action: str, kind: str, *, full: bool, plan: Plan = PLAIN) -> dict[str, Any]:
    """A valid payload with the required fields only, or with every field that the schema names (by `plan`)."""
    root = load_schema(version, action, kind)
    made: dict[str, Any] = _Maker(root, plan, full).object(root, ())
    return made


def complete(
    version: str,
    action: str,
    wish: dict[str, Any],
    *,
    number: int,
    moment: str,
    text: Callable[[str, int], str] | None = None,
) -> dict[str, Any]:
    """The request that a wish becomes where nobody else adds what the schema requires: `number` for ids and versions,
    `moment` (date-time) for times, `text` (of a field's name and its greatest length) for texts, samples for the rest.
    """
    root = load_schema(version, action, "request")
    made: dict[str, Any] = _Completion(root, number, moment, text).of(wish, root)
    return made


@dataclass(frozen=True)
class _Completion:
    """What is put where a wish says nothing."""

    root: Schema
    number: int
    moment: str
    text: Callable[[str, int], str] | None

    def of(self, value: Any, part: Schema) -> Any:
        part = resolved(part, self.root)
        if isinstance(value, list) and "items" in part:
            return [self.of(item, part["items"]) for item in value]
        if not isinstance(value, dict):
            return value
        fields = part.get("properties", {})
        made = {k: self.of(v, fields[k]) if k in fields else v for k, v in value.items()}
        for name in part.get("required", ()):
            if name not in made:
                made[name] = self._missing(name, resolved(fields[name], self.root))
        return made

    def _missing(self, name: str, part: Schema) -> Any:
        match part:
            case {"enum": _}:
                pass
            case {"type": "integer"} if "maximum" not in part:
                return self.number
            case {"format": "date-time"}:
                return self.moment
            case {"type": "object"}:
                return self._inside().of({}, part)
            case {"type": "array"}:
                item = resolved(part["items"], self.root)
                return [self._inside()._missing(name, item) for _ in range(part.get("minItems", 0))]
            case {"type": "string"} if name == "value":
                return _NUMERAL
            case {"type": "string"} if self.text is not None and "format" not in part:
                return self.text(name, part.get("maxLength", _LONGEST))
        return _Maker(self.root).value(part, (name,))

    def _inside(self) -> _Completion:
        """For what is missing as a whole: a number or a time inside it is a sample."""
        return replace(self, number=1, moment=TIME)


def least(part: Schema, root: Schema, path: Path, plan: Plan = PLAIN) -> Any:
    """The least valid value of a whole schema that has something at `path`."""
    return _Maker(root, plan, full=False).with_path(part, (), path)


@dataclass(frozen=True)
class _Maker:
    """Makes values of one schema."""

    root: Schema
    plan: Plan = PLAIN
    full: bool = False

    def with_path(self, part: Schema, names: Names, path: Path) -> Any:
        part = resolved(part, self.root)
        if not path:
            return self.value(part, names)
        step, rest = path[0], path[1:]
        if isinstance(step, int):
            return [self.with_path(part["items"], names, rest) for _ in range(max(1, part.get("minItems", 1)))]
        inner = self.with_path(part["properties"][step], (*names, step), rest)
        return {**self.object(part, names), step: inner}

    def value(self, part: Schema, names: Names) -> Any:
        part = resolved(part, self.root)
        if part.get("type") not in ("array", "object"):
            place = ".".join(names)
            if place in self.plan.values:
                return self.plan.values[place]
            if (meant := meaningful(names, part)) is not None:
                return meant
        if "enum" in part:
            return part["enum"][0]
        match part.get("type"):
            case "string":
                return _text(part)
            case "integer":
                return whole_number(max(part.get("minimum", 0), min(part.get("maximum", 1), 1)))
            case "number":
                return max(part.get("minimum", 0), min(part.get("maximum", 1), 1))
            case "boolean":
                return True
            case "array":
                # a list that is there holds something: the standard's lists are 1..* where 1.6's schemas do not say so
                count = max(1, part.get("minItems", 1))
                return [self.value(part["items"], names) for _ in range(count)]
            case "object":
                return self.object(part, names)
        return _TEXT  # an untyped field takes anything

    def object(self, part: Schema, names: Names) -> dict[str, Any]:
        required = part.get("required", ())
        made = {}
        for name, member in part.get("properties", {}).items():
            place = ".".join((*names, name))
            wanted = (self.full and place not in self.plan.leaves_out) or self.plan.wants(place)
            if wanted or name in required:
                made[name] = self.value(member, (*names, name))
        return made


def whole_number(value: float) -> int:
    """A limit of an integer as senders write it: the schemas of 2.x say 0.0."""
    return int(value)


def _text(part: Schema) -> str:
    match part.get("format"):
        case "date-time":
            return TIME
        case "uri":
            return _URI
    return _TEXT[: part.get("maxLength", len(_TEXT))]


def resolved(part: Schema, root: Schema) -> Schema:
    """What a part of a schema is, following its local references."""
    while "$ref" in part:
        target: Any = root
        for step in part["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        part = target
    return part
