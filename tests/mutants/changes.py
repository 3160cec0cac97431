"""The changes that are tried on a message: one other value of one field, a field left out, the message not sent."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ocpp_proof.ocppj.schemas import schema

__all__ = ["NOT_SENT", "Change", "changed", "changes", "is_required"]

LONG_AGO = "2019-03-04T05:06:07Z"
OTHERS = 2
"""How many other values of an enumeration are tried."""
ITEMS = 2
"""How many items of a list are changed."""
NOT_SENT = "not sent"
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One change to the `nth` message of this kind ("request", "response") and action in a case.

    `operation`: "= VALUE" of an enumeration, "plus one", "another text", "long ago", "the opposite", "left out" or
    NOT_SENT, where `path` is empty.
    """

    kind: str
    action: str
    nth: int
    path: Path
    operation: str

    @property
    def field(self) -> str:
        """The field, whichever item of a list it is in: as it is called in the tables."""
        return "".join("[]" if isinstance(part, int) else f".{part}" for part in self.path).lstrip(".")

    def text(self) -> str:
        """In words."""
        return f"{self.action} {self.kind} {self.nth + 1}: {self.field or 'the message'} {self.operation}"


def changes(version: str, kind: str, action: str, nth: int, payload: dict[str, Any]) -> Iterator[Change]:
    """Every change of a message that leaves it valid by its schema."""
    if kind == "request":
        yield Change(kind, action, nth, (), NOT_SENT)
    whole = schema(version, action, kind)
    for path, value, here in _leaves(payload, whole, whole, ()):
        yield from (Change(kind, action, nth, path, operation) for operation in _operations(value, here))
    for path in _optional(payload, whole, whole, ()):
        yield Change(kind, action, nth, path, "left out")


def is_required(version: str, change: Change) -> bool:
    """Whether the schema calls the changed field required; a message as a whole is."""
    whole = here = schema(version, change.action, change.kind)
    for part in change.path:
        here = _resolved(here, whole)
        if isinstance(part, int):
            here = here.get("items", {})
        else:
            required = part in here.get("required", ())
            here = here.get("properties", {}).get(part, {})
            if not required:
                return False
    return True


def changed(change: Change, payload: dict[str, Any]) -> dict[str, Any] | None:
    """The payload with the change; None where it has not got the field, or the change makes no difference."""
    made = copy.deepcopy(payload)
    here: Any = made
    try:
        for part in change.path[:-1]:
            here = here[part]
        last = change.path[-1]
        if change.operation == "left out":
            del here[last]
        else:
            before = here[last]
            here[last] = _value(change.operation, before)
            if here[last] == before:
                return None
    except (KeyError, IndexError, TypeError):
        return None
    return made


def _value(operation: str, before: Any) -> Any:
    match operation:
        case "plus one":
            return before + 1
        case "the opposite":
            return not before
        case "long ago":
            return LONG_AGO
        case "another text":
            return ("Q" if not before.startswith("Q") else "Z") + before[1:]
    return operation.removeprefix("= ")


def _operations(value: Any, here: dict[str, Any]) -> list[str]:
    if isinstance(value, bool):
        return ["the opposite"]
    if isinstance(value, int | float):
        return ["plus one"] if value + 1 <= here.get("maximum", value + 1) else []
    if not isinstance(value, str):
        return []
    if "enum" in here:
        return [f"= {other}" for other in here["enum"] if other != value][:OTHERS]
    if here.get("format") == "date-time":
        return ["long ago"]
    return ["another text"] if len(value) <= here.get("maxLength", len(value)) and value else []


def _leaves(value: Any, here: dict[str, Any], whole: dict[str, Any], path: Path) -> Iterator[tuple[Path, Any, Any]]:
    here = _resolved(here, whole)
    if isinstance(value, dict):
        for name, inner in value.items():
            if name != "customData" and name in here.get("properties", {}):
                yield from _leaves(inner, here["properties"][name], whole, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value[:ITEMS]):
            yield from _leaves(inner, here.get("items", {}), whole, (*path, number))
    else:
        yield path, value, here


def _optional(value: Any, here: dict[str, Any], whole: dict[str, Any], path: Path) -> Iterator[Path]:
    here = _resolved(here, whole)
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "customData" or name not in here.get("properties", {}):
                continue
            if name not in here.get("required", ()):
                yield (*path, name)
            yield from _optional(inner, here["properties"][name], whole, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value[:ITEMS]):
            yield from _optional(inner, here.get("items", {}), whole, (*path, number))


def _resolved(here: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in here:
        here = whole["definitions"][here["$ref"].rpartition("/")[2]]
    return here
