"""Payloads made from a schema alone: the least that is valid, and everything that a message can hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ocpp_proof.ocppj.schema_files import Schema, load_schema

__all__ = ["Path", "build", "complete", "least", "resolved"]

Path = tuple[str | int, ...]
"""Where something is in a payload: names of members and numbers of elements."""

_TEXT = "sample"
_LONGEST = 50
_NUMERAL = "1"  # a measured value is a text in 1.6
_TIME = "2026-01-02T03:04:05Z"  # past on every day: a message with it is the same, and means the same, on each
_URI = "https://files.example/one"


def build(version: str, action: str, kind: str, *, full: bool) -> dict[str, Any]:
    """A valid payload with the required fields only, or with every field that the schema names."""
    root = load_schema(version, action, kind)
    made: dict[str, Any] = _object(root, root, full)
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

    def _missing(self, name: str, field: Schema) -> Any:
        match field:
            case {"enum": _}:
                pass
            case {"type": "integer"} if "maximum" not in field:
                return self.number
            case {"format": "date-time"}:
                return self.moment
            case {"type": "object"}:
                return self._inside().of({}, field)
            case {"type": "array"}:
                item = resolved(field["items"], self.root)
                return [self._inside()._missing(name, item) for _ in range(field.get("minItems", 0))]
            case {"type": "string"} if name == "value":
                return _NUMERAL
            case {"type": "string"} if self.text is not None and "format" not in field:
                return self.text(name, field.get("maxLength", _LONGEST))
        return _value(field, self.root, False)

    def _inside(self) -> _Completion:
        """For what is missing as a whole: a number or a time inside it is a sample."""
        return replace(self, number=1, moment=_TIME)


def least(part: Schema, root: Schema, path: Path) -> Any:
    """The least valid value of a part of a schema that has something at `path`."""
    part = resolved(part, root)
    if not path:
        return _value(part, root, False)
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        return [least(part["items"], root, rest) for _ in range(max(1, part.get("minItems", 1)))]
    made = _object(part, root, False)
    return {**made, step: least(part["properties"][step], root, rest)}


def _value(part: Schema, root: Schema, full: bool) -> Any:
    part = resolved(part, root)
    if "enum" in part:
        return part["enum"][0]
    match part.get("type"):
        case "string":
            return _text(part)
        case "integer" | "number":
            return max(part.get("minimum", 0), min(part.get("maximum", 1), 1))
        case "boolean":
            return True
        case "array":
            count = part.get("minItems", 1 if full else 0)
            return [_value(part["items"], root, full) for _ in range(count)]
        case "object":
            return _object(part, root, full)
    return _TEXT  # an untyped field takes anything


def _object(part: Schema, root: Schema, full: bool) -> dict[str, Any]:
    required = part.get("required", ())
    return {
        name: _NUMERAL if name == "value" and field.get("type") == "string" else _value(field, root, full)
        for name, field in part.get("properties", {}).items()
        if full or name in required
    }


def _text(part: Schema) -> str:
    match part.get("format"):
        case "date-time":
            return _TIME
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
