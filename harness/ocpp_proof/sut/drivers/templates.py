"""Texts and bodies of the user's with places in them for what a case wants."""

from __future__ import annotations

import json
import re
from typing import Any

__all__ = ["fill", "spellings"]

_PLACE = r"\{(\w+(?:\.\w+)*)\}"
_MISSING: Any = object()


def spellings(action: str) -> dict[str, str]:
    """An action as it is, and as get-base-report, getBaseReport and get_base_report."""
    words = re.sub(r"(?<!^)(?=[A-Z])", " ", action).lower().split()
    return {
        "action": action,
        "action_kebab": "-".join(words),
        "action_camel": action[:1].lower() + action[1:],
        "action_snake": "_".join(words),
    }


def fill(template: Any, values: dict[str, Any]) -> Any:
    """Put values into the `{name}` of every text of a template; `{payload.idTag}` is a field, `{list.0}` an item.

    A text that is only `{name}` becomes the value itself; where there is none it becomes None, and an entry of a table
    or a list with it is left out. The fields of a table under the key "*" stand beside the others.
    """
    filled = _filled(template, values)
    return None if filled is _MISSING else filled


def _filled(template: Any, values: dict[str, Any]) -> Any:
    if isinstance(template, str):
        whole = re.fullmatch(_PLACE, template)
        if whole:
            return _value(values, whole[1])
        return re.sub(_PLACE, lambda place: _text(_value(values, place[1])), template)
    if isinstance(template, dict):
        made: dict[str, Any] = {}
        for key, inner in template.items():
            value = _filled(inner, values)
            if key == "*" and isinstance(value, dict):
                made |= value
            elif value is not _MISSING and key != "*":
                made[key] = value
        return made
    if isinstance(template, list):
        return [value for value in (_filled(inner, values) for inner in template) if value is not _MISSING]
    return template


def _value(values: Any, path: str) -> Any:
    here = values
    for part in path.split("."):
        if isinstance(here, list) and part.isdecimal() and int(part) < len(here):
            here = here[int(part)]
        elif isinstance(here, dict) and part in here:
            here = here[part]
        else:
            return _MISSING
    return here


def _text(value: Any) -> str:
    if value is _MISSING:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
