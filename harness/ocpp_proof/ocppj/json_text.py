"""Strict reading of JSON text (RFC 8259): what Python lets pass is reported, not swallowed."""

from __future__ import annotations

import json
import math
import re

__all__ = ["TooDeep", "UnreadableJson", "strict_loads"]

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_DEEPEST = 64


class UnreadableJson(ValueError):
    """The text is not JSON; the message says where and why."""


class TooDeep(UnreadableJson):
    """The text may be JSON, but is nested deeper than any OCPP message and not read here."""


def strict_loads(text: str) -> tuple[object, list[str]]:
    """The value of a JSON text, and what in it is not allowed although it could be read.

    Reported are duplicate keys, NaN and the infinities, numbers too large for a double, and lone surrogates. Raises
    UnreadableJson for everything that has no value at all, and for nesting deeper than any OCPP message has.
    """
    problems: list[str] = []

    def members(pairs: list[tuple[str, object]]) -> dict[str, object]:
        made = dict(pairs)
        if len(made) != len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    problems.append(f"the key {key!r} occurs twice in one object")
                seen.add(key)
        return made

    def constant(word: str) -> float:
        problems.append(f"{word} is no JSON number")
        return float(word)

    def fraction(digits: str) -> float:
        number = float(digits)
        if math.isinf(number):
            problems.append(f"the number {digits[:40]} is beyond any range")
        return number

    if text.startswith("\ufeff"):
        raise UnreadableJson("the text begins with a byte order mark")
    try:
        value = json.loads(text, object_pairs_hook=members, parse_constant=constant, parse_float=fraction)
    except json.JSONDecodeError as error:
        raise UnreadableJson(f"{error.msg} at character {error.pos + 1}") from None
    except RecursionError:
        raise TooDeep(f"nested deeper than {_DEEPEST} levels") from None
    except ValueError as error:  # an integer of thousands of digits
        raise UnreadableJson(str(error)) from None
    if (_LONE_SURROGATE.search(text) or "\\ud" in text or "\\uD" in text) and _has_surrogate(value):
        problems.append("a text holds half of a surrogate pair")
    return value, problems


def _has_surrogate(value: object) -> bool:
    match value:
        case str():
            return _LONE_SURROGATE.search(value) is not None
        case list():
            return any(_has_surrogate(item) for item in value)
        case dict():
            return any(_has_surrogate(key) or _has_surrogate(item) for key, item in value.items())
    return False
