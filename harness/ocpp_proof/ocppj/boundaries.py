"""Values at the edge of what a schema allows: messages that have to be taken."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ocpp_proof.ocppj.frames import Payload
from ocpp_proof.ocppj.samples import Path, build, least, resolved
from ocpp_proof.ocppj.schema_files import Schema, load_schema
from ocpp_proof.ocppj.schemas import violations

__all__ = ["USUAL_TIMES", "Boundary", "boundaries"]

USUAL_TIMES = (
    "1970-01-01T00:00:00Z",
    "2024-02-29T23:59:59Z",
    "2026-03-29T02:30:00+01:00",
    "2038-01-19T03:14:08Z",
    "2026-01-02T03:04:05.123456789Z",
    "2026-01-02T03:04:05+14:00",
    "2026-01-02T03:04:05-12:00",
)
"""Date-times of RFC 3339 that programs are known to trip over: the epoch, a leap day, an hour that daylight saving
leaves out elsewhere, after 32 bits, with nine decimals, with the furthest offsets."""

_LONGEST_TEXT = 2500
_LONGEST_LIST = 64


@dataclass(frozen=True)
class Boundary:
    """A valid payload with one value at the edge: `name` tells it from the others, `keyword` which edge it is
    (maxLength, enum, format, minimum, maximum, multipleOf, maxItems)."""

    action: str
    name: str
    keyword: str
    payload: Payload


def boundaries(version: str, action: str) -> Iterator[Boundary]:
    """One message for each edge of each field of a request; the other fields are those that are required.

    Texts beyond 2,500 characters and lists beyond 64 elements are left out: they are a matter of limits that a system
    reports, not of its reading of the schema.
    """
    root = load_schema(version, action, "request")
    whole = build(version, action, "request", full=True)
    counts: dict[str, int] = {}
    for path, keyword, value in _edges(root, (), whole, root):
        payload = _with(least(root, root, path), path, value)
        if violations(version, action, "request", payload):
            continue
        name = f"{action}{_json_path(path)}:{keyword}"
        counts[name] = counts.get(name, 0) + 1
        yield Boundary(action, f"{name}:{counts[name]}", keyword, payload)


def _edges(part: Schema, path: Path, value: Any, root: Schema) -> Iterator[tuple[Path, str, Any]]:
    part = resolved(part, root)
    if isinstance(value, dict):
        for name, member in value.items():
            if name in part.get("properties", {}):
                yield from _edges(part["properties"][name], (*path, name), member, root)
    elif isinstance(value, list) and value:
        most = part.get("maxItems")
        if most is not None and 1 < most <= _LONGEST_LIST:
            yield path, "maxItems", [copy.deepcopy(value[0]) for _ in range(most)]
        yield from _edges(part["items"], (*path, 0), value[0], root)
    else:
        yield from ((path, keyword, edge) for keyword, edge in _values(part))


def _values(part: Schema) -> Iterator[tuple[str, Any]]:
    if "enum" in part:
        yield from (("enum", word) for word in part["enum"])
    elif part.get("format") == "date-time":
        yield from (("format", time) for time in USUAL_TIMES)
    elif part.get("format") is None and 0 < part.get("maxLength", 0) <= _LONGEST_TEXT:
        yield "maxLength", "x" * part["maxLength"]
    if part.get("type") in ("integer", "number"):
        yield from ((keyword, part[keyword]) for keyword in ("minimum", "maximum") if keyword in part)
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
