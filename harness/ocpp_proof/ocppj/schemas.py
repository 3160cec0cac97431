"""Judging payloads by their schema, with jsonschema, in words that say what was expected and what came."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property, partial
from typing import Any

from jsonschema import Draft4Validator, Draft6Validator, ValidationError, validators

from ocpp_proof.ocppj.actions import Action, actions
from ocpp_proof.ocppj.formats import FORMATS, FORMATS_1_6
from ocpp_proof.ocppj.quick_check import WIDE, Check, compile_check
from ocpp_proof.ocppj.samples import build, resolved
from ocpp_proof.ocppj.schema_files import Schema, UnverifiedSchemas, load_schema

__all__ = ["Action", "UnverifiedSchemas", "Violation", "actions", "build", "is_valid", "schema", "violations"]

_SHOWN = 120
_SECURITY_1_6 = frozenset(
    [
        "CertificateSigned",
        "DeleteCertificate",
        "ExtendedTriggerMessage",
        "GetInstalledCertificateIds",
        "GetLog",
        "InstallCertificate",
        "LogStatusNotification",
        "SecurityEventNotification",
        "SignCertificate",
        "SignedFirmwareStatusNotification",
        "SignedUpdateFirmware",
    ]
)
_FORMAT_NAMES = {"date-time": "an RFC 3339 date and time", "uri": "a URI"}
_TYPE_NAMES = {"string": "a text", "integer": "a whole number", "array": "a list"}


@dataclass(frozen=True)
class Violation:
    """One place where a payload departs from its schema; `path` is a JSON path such as $.evse.id."""

    path: str
    keyword: str
    expected: str
    received: object

    def text(self) -> str:
        """One line: where, what was expected, what was received."""
        return f"{self.path}: expected {self.expected}, received {_brief(self.received)}"


def schema(version: str, action: str, kind: str) -> Schema:
    """The corrected schema of a message; KeyError when there is none. Shared: do not change it."""
    return load_schema(version, action, kind)


def violations(version: str, action: str, kind: str, payload: object) -> list[Violation]:
    """Everything in `payload` that the schema of this "request" or "response" does not allow, in the order of paths.

    Raises KeyError when the version has no such message.
    """
    judges = _judges(version, action, kind)
    if judges.check is not None and judges.check(payload):
        return []
    return [_violation(error) for error in judges.finder.iter_errors(payload)]


def is_valid(version: str, action: str, kind: str, payload: object) -> bool:
    """Whether the schema of this "request" or "response" allows `payload`: quicker than to say all that it does not.

    Raises KeyError when the version has no such message.
    """
    judges = _judges(version, action, kind)
    return judges.check(payload) if judges.check is not None else bool(judges.validator.is_valid(payload))


class _Judges:
    """Who judges one message: the fast check, where there is one, and jsonschema.

    `finder` is the jsonschema validator that looks only into parts that the fast check refuses: it is hundreds of times
    slower than that, and a wrong message is wrong in one place. `validator` looks everywhere.
    """

    def __init__(self, version: str, action: str, kind: str) -> None:
        plain = load_schema(version, action, kind)
        draft4 = version == "1.6" and action not in _SECURITY_1_6
        self._draft = _Draft4 if draft4 else _Draft6
        self._schema = _inlined(plain, plain)
        self._formats = FORMATS_1_6 if version == "1.6" else FORMATS
        self._parts: dict[int, Check] = {}
        self.check = compile_check(
            self._schema,
            float_integers=not draft4,
            uri_references=version == "1.6",  # its location is an anyURI (section 7)
            parts=self._parts,
        )

    @cached_property
    def validator(self) -> Any:
        return self._draft(self._schema, format_checker=self._formats)

    @cached_property
    def finder(self) -> Any:
        if self.check is None:
            return self.validator
        keywords = {"properties": partial(_properties, self._parts), "items": partial(_items, self._parts)}
        return validators.extend(self._draft, keywords)(self._schema, format_checker=self._formats)


@cache
def _judges(version: str, action: str, kind: str) -> _Judges:
    return _Judges(version, action, kind)


def _inlined(part: Any, root: Schema) -> Any:
    """The schema with its local references replaced by what they name: no lookups while judging."""
    if isinstance(part, list):
        return [_inlined(item, root) for item in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _inlined(resolved(part, root), root)
    return {
        key: {name: _inlined(item, root) for name, item in value.items()}
        if key == "properties"
        else _inlined(value, root)
        for key, value in part.items()
        if key not in _NO_RULES
    }


_NO_RULES = frozenset(  # additionalItems means nothing beside items that are one schema
    ("$schema", "$id", "id", "definitions", "description", "comment", "javaType", "title", "default", "additionalItems")
)


def _multiple_of(validator: Any, divisor: float, instance: object, _: Schema) -> Iterator[ValidationError]:
    # in decimal: as doubles, a third of the legal multiples of 0.1 is none
    if validator.is_type(instance, "number") and WIDE.remainder(Decimal(repr(instance)), Decimal(repr(divisor))):
        yield ValidationError(f"{instance!r} is not a multiple of {divisor}")


def _required(validator: Any, names: list[str], instance: object, _: Schema) -> Iterator[ValidationError]:
    if isinstance(instance, dict):
        for name in names:
            if name not in instance:
                yield ValidationError(f"{name} is missing", path=(name,))


def _additional(validator: Any, allowed: object, instance: object, part: Schema) -> Iterator[ValidationError]:
    if allowed is False and isinstance(instance, dict) and ("properties" in part or part.get("type") == "object"):
        known = part.get("properties", {})
        for name in instance:
            if name not in known:
                yield ValidationError(f"{name} is not known", path=(name,))


def _properties(
    parts: dict[int, Check], validator: Any, properties: Schema, instance: object, _: Schema
) -> Iterator[ValidationError]:
    """As jsonschema, but for members of which the fast check says that they are valid."""
    if isinstance(instance, dict):
        for name, part in properties.items():
            if name in instance and not parts[id(part)](instance[name]):
                yield from validator.descend(instance[name], part, path=name, schema_path=name)


def _items(
    parts: dict[int, Check], validator: Any, part: Schema, instance: object, _: Schema
) -> Iterator[ValidationError]:
    """As jsonschema, but for entries of which the fast check says that they are valid."""
    if isinstance(instance, list):
        for index, entry in enumerate(instance):
            if not parts[id(part)](entry):
                yield from validator.descend(entry, part, path=index)


_OWN = {"multipleOf": _multiple_of, "required": _required, "additionalProperties": _additional}
_Draft4 = validators.extend(Draft4Validator, _OWN)
_Draft6 = validators.extend(Draft6Validator, _OWN)


def _violation(error: ValidationError) -> Violation:
    keyword, value, received = str(error.validator), error.validator_value, error.instance
    match keyword:
        case "required":
            expected, received = "this field, which is required", _Missing()
        case "additionalProperties":
            expected, received = "no such field", received[error.path[-1]]
        case "type":
            expected = _TYPE_NAMES.get(str(value), f"a value of the type {value}")
        case "enum":
            expected = f"one of {', '.join(map(str, value))}"
        case "maxLength":
            expected = f"at most {value} characters"
        case "minLength":
            expected = f"at least {value} characters"
        case "minItems":
            expected = f"at least {value} entries"
        case "maxItems":
            expected = f"at most {value} entries"
        case "minimum":
            expected = f"{value} or more"
        case "maximum":
            expected = f"{value} or less"
        case "multipleOf":
            expected = f"a multiple of {value}"
        case "format":
            expected = _FORMAT_NAMES.get(str(value), str(value))
        case _:
            expected = f"{keyword} {value}"
    return Violation(_json_path(error), keyword, expected, received)


class _Missing:
    """Stands for a field that is not there."""

    def __repr__(self) -> str:
        return "nothing"


def _json_path(error: ValidationError) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)


def _brief(value: object) -> str:
    if isinstance(value, _Missing):
        return repr(value)
    text = json.dumps(value, ensure_ascii=False, default=repr)
    if isinstance(value, str) and len(value) > _SHOWN:
        return f"{text[:_SHOWN]}... ({len(value)} characters)"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
