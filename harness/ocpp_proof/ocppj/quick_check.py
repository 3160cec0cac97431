"""A fast yes or no for the few keywords of OCPP's schemas; jsonschema is asked what is wrong when the answer is no.

Nearly every message is valid, and jsonschema takes longer for one than the whole rest of a call. A schema with
anything else in it gets no fast check, and tests compare both on every mutation of every schema.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Context, Decimal
from typing import Any

from ocpp_proof.ocppj.formats import is_date_time, is_uri, is_uri_reference
from ocpp_proof.ocppj.schema_files import Schema

__all__ = ["WIDE", "Check", "compile_check"]

WIDE = Context(prec=700)
"""Of enough digits for the remainder of every double."""

Check = Callable[[Any], bool]
"""Whether a value is valid."""

_KNOWN = {
    *("type", "properties", "required", "additionalProperties", "items", "enum", "format"),
    *("maxLength", "minItems", "maxItems", "minimum", "maximum", "multipleOf"),
}
_FORMATS: dict[str, Check] = {"date-time": is_date_time, "uri": is_uri, "uri-reference": is_uri_reference}


class _Undecided(Exception):
    """A schema has something in it that this module does not know."""


def compile_check(
    schema: Schema, *, float_integers: bool, uri_references: bool = False, parts: dict[int, Check] | None = None
) -> Check | None:
    """The check for a schema without references; None for one with keywords that are not known here.

    `float_integers`: 1.0 is an integer, as it is since draft 6. `uri_references`: a URI may be a relative reference.
    `parts` takes the check of each part of the schema, by the id of the part.
    """
    try:
        return _Compiler(float_integers, uri_references, {} if parts is None else parts).check(schema)
    except _Undecided:
        return None


class _Compiler:
    def __init__(self, float_integers: bool, uri_references: bool, parts: dict[int, Check]) -> None:
        self._float_integers = float_integers
        self._formats = _FORMATS | {"uri": is_uri_reference} if uri_references else _FORMATS
        self._parts = parts

    def check(self, schema: Schema) -> Check:
        if not _KNOWN.issuperset(schema):
            raise _Undecided
        made = self._parts[id(schema)] = self._made(schema)
        return made

    def _made(self, schema: Schema) -> Check:
        match schema.get("type"):
            case "object":
                return self._object(schema)
            case "array":
                return self._array(schema)
            case "string":
                return self._string(schema)
            case "integer" | "number" as kind:
                return self._number(schema, kind == "integer")
            case "boolean":
                return _boolean
            case None if not schema:
                return _anything
        raise _Undecided

    def _object(self, schema: Schema) -> Check:
        properties: dict[str, Schema] = schema.get("properties", {})
        members = {name: self.check(part) for name, part in properties.items()}
        required: tuple[str, ...] = tuple(schema.get("required", ()))
        closed = schema.get("additionalProperties", True) is False
        if schema.get("additionalProperties", True) not in (True, False):
            raise _Undecided

        def check(value: Any) -> bool:
            if type(value) is not dict:
                return False
            for name in required:
                if name not in value:
                    return False
            for name, member in value.items():
                part = members.get(name)
                if part is None:
                    if closed:
                        return False
                elif not part(member):
                    return False
            return True

        return check

    def _array(self, schema: Schema) -> Check:
        entry = self.check(schema["items"]) if "items" in schema else _anything
        least, most = schema.get("minItems", 0), schema.get("maxItems", float("inf"))

        def check(value: Any) -> bool:
            return type(value) is list and least <= len(value) <= most and all(map(entry, value))

        return check

    def _string(self, schema: Schema) -> Check:
        if "enum" in schema:
            allowed = frozenset(schema["enum"])
            return lambda value: type(value) is str and value in allowed
        longest = schema.get("maxLength", float("inf"))
        if "format" not in schema:
            return lambda value: type(value) is str and len(value) <= longest
        if schema["format"] not in self._formats:
            raise _Undecided
        well_formed = self._formats[schema["format"]]
        return lambda value: type(value) is str and len(value) <= longest and well_formed(value)

    def _number(self, schema: Schema, whole: bool) -> Check:
        float_integers = self._float_integers
        least, most = schema.get("minimum", float("-inf")), schema.get("maximum", float("inf"))
        step = Decimal(repr(schema["multipleOf"])) if "multipleOf" in schema else None

        def check(value: Any) -> bool:
            kind = type(value)
            if kind is float:
                if whole and not (float_integers and value.is_integer()):
                    return False
            elif kind is not int:
                return False
            return least <= value <= most and (step is None or not WIDE.remainder(Decimal(repr(value)), step))

        return check


def _boolean(value: Any) -> bool:
    return value is True or value is False


def _anything(_: Any) -> bool:
    return True
