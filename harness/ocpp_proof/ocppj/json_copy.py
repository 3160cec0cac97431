"""A deep copy of a JSON value: several times quicker than copy.deepcopy, of which generated messages need thousands."""

from __future__ import annotations

from typing import Any

__all__ = ["json_copy"]


def json_copy(value: Any) -> Any:
    """The same objects and lists, new at every depth; texts, numbers, true, false and null as they are."""
    if isinstance(value, dict):
        return {name: json_copy(member) for name, member in value.items()}
    if isinstance(value, list):
        return [json_copy(member) for member in value]
    return value
