"""Values at the edge of what a schema allows: messages that have to be taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ocpp_proof.ocppj.agreement import agreeing
from ocpp_proof.ocppj.frames import Payload
from ocpp_proof.ocppj.json_copy import json_copy
from ocpp_proof.ocppj.sample_values import DAY
from ocpp_proof.ocppj.samples import PLAIN, Path, Plan, build, least, resolved, whole_number
from ocpp_proof.ocppj.schema_files import Schema, load_schema
from ocpp_proof.ocppj.schemas import is_valid

__all__ = ["Boundary", "boundaries", "usual_times"]

_TIMES = (
    "1970-01-01T00:00:00Z",
    "2024-02-29T23:59:59Z",
    "2026-03-29T02:30:00+01:00",
    "2038-01-19T03:14:08Z",
    f"{DAY}T03:04:05+14:00",
    f"{DAY}T03:04:05-12:00",
)
_DECIMALS = {"1.6": f"{DAY}T03:04:05.123456789Z", "2": f"{DAY}T03:04:05.123Z"}
"""2.x allows three decimals and no more (Part 2, 3.1); 1.6 says nothing of how many."""

_LONGEST_TEXT = 2500
_LONGEST_LIST = 64
_NOT_ANY_TEXT = frozenset(
    (
        *("issuerNameHash", "issuerKeyHash", "checksum", "unit", "language", "language1", "language2", "currency"),
        *("certificate", "certificateChain", "signingCertificate", "csr", "responderURL", "receiptUrl", "location"),
        *("remoteLocation", "ocppCsmsUrl", "startTimeOfDay", "endTimeOfDay", "validFromDate", "validToDate"),
        *("vatNumber", "country", "urls", "exiRequest", "connectorType", "signingMethod", "encodingMethod"),
    )
)
"""Texts in a notation of their own: one of the greatest length that is nothing but long says what no sender says."""
_HEXADECIMAL = frozenset(("serialNumber",))


def usual_times(version: str) -> tuple[str, ...]:
    """Date-times of RFC 3339 that programs are known to trip over: the epoch, a leap day, an hour that daylight saving
    leaves out elsewhere, after 32 bits, with the furthest offsets, with as many decimals as may be."""
    return (*_TIMES, _DECIMALS["1.6" if version == "1.6" else "2"])


@dataclass(frozen=True)
class Boundary:
    """A valid payload with one value at the edge: `name` tells it from the others, `keyword` which edge it is
    (maxLength, enum, format, minimum, maximum, multipleOf, maxItems). `plain`: the same with a usual value there."""

    action: str
    name: str
    keyword: str
    payload: Payload
    plain: Payload
    path: Path = ()

    @property
    def value(self) -> Any:
        """The value at the edge."""
        found: Any = self.payload
        for step in self.path:
            found = found[step]
        return found


def boundaries(version: str, action: str, plan: Plan = PLAIN) -> Iterator[Boundary]:
    """One message for each edge of each field of a request; the other fields are those that are required or depend on
    it, and what `plan` keeps. What the plan keeps is not at an edge.

    Texts beyond 2,500 characters and lists beyond 64 elements are left out: they are a matter of limits that a system
    reports, not of its reading of the schema. So are texts in a notation of their own, such as URLs.
    """
    root = load_schema(version, action, "request")
    whole = build(version, action, "request", full=True, plan=plan)
    counts: dict[str, int] = {}
    for path, keyword, value in _edges(root, (), whole, root, version):
        name = f"{action}{_json_path(path)}:{keyword}"
        counts[name] = counts.get(name, 0) + 1
        if plan.wants(".".join(step for step in path if isinstance(step, str))):
            continue
        plain = least(root, root, path, plan)
        member = next(step for step in reversed(path) if isinstance(step, str))
        payload = agreeing(action, _with(json_copy(plain), path, value), member, value)
        plain = agreeing(action, plain, "", None)
        if is_valid(version, action, "request", payload):
            yield Boundary(action, f"{name}:{counts[name]}", keyword, payload, plain, path)


def _edges(part: Schema, path: Path, value: Any, root: Schema, version: str) -> Iterator[tuple[Path, str, Any]]:
    part = resolved(part, root)
    if isinstance(value, dict):
        for name, member in value.items():
            if name in part.get("properties", {}):
                yield from _edges(part["properties"][name], (*path, name), member, root, version)
    elif isinstance(value, list) and value:
        most = part.get("maxItems")
        if most is not None and 1 < most <= _LONGEST_LIST:
            yield path, "maxItems", _different(resolved(part["items"], root), value[0], most, root)
        yield from _edges(part["items"], (*path, 0), value[0], root, version)
    else:
        name = next((step for step in reversed(path) if isinstance(step, str)), "")
        yield from ((path, keyword, edge) for keyword, edge in _values(part, name, version))


def _different(part: Schema, value: Any, count: int, root: Schema) -> list[Any]:
    """So many elements; different words where there are as many, in a member too."""
    made = [json_copy(value) for _ in range(count)]
    if "enum" in part:
        return [part["enum"][number % len(part["enum"])] for number in range(count)]
    for name, member in part.get("properties", {}).items():
        words = resolved(member, root).get("enum", ())
        if name in value and len(words) >= count:
            for element, word in zip(made, words, strict=False):
                element[name] = word
            break
    return made


def _values(part: Schema, name: str, version: str) -> Iterator[tuple[str, Any]]:
    if "enum" in part:
        yield from (("enum", word) for word in part["enum"])
    elif part.get("format") == "date-time":
        yield from (("format", time) for time in usual_times(version))
    elif part.get("format") is None and 0 < part.get("maxLength", 0) <= _LONGEST_TEXT and name not in _NOT_ANY_TEXT:
        yield "maxLength", ("a" if name in _HEXADECIMAL else "x") * part["maxLength"]
    if part.get("type") in ("integer", "number"):
        for keyword in ("minimum", "maximum"):
            if keyword in part:
                yield keyword, whole_number(part[keyword]) if part["type"] == "integer" else part[keyword]
    if "multipleOf" in part:
        yield from (("multipleOf", step) for step in (0.1, 0.7, 8.1, 16.3))


def _with(payload: Any, path: Path, value: Any) -> Payload:
    place = payload
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    made: Payload = payload
    return made


def _json_path(path: Path) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
