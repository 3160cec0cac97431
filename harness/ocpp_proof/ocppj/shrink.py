"""Making a failing message smaller while it still fails."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

from ocpp_proof.ocppj.json_copy import json_copy

__all__ = ["smallest_json"]

T = TypeVar("T")
_LOOKS = 400
"""So many smaller values are looked at altogether, asked about or not."""


async def smallest_json(
    value: Any,
    fails: Callable[[Any], Awaitable[bool]],
    *,
    keeps: Callable[[Any], bool] = lambda value: True,
    tries: int = 60,
) -> Any:
    """The smallest value found that still fails.

    `value` is one that fails. `keeps` says whether a smaller one is still the same kind of wrong, without asking the
    system; `fails` asks it, at most `tries` times. Members and elements go first, then long texts.
    """
    return await _shrunk(value, _without, fails, keeps, tries)


async def _shrunk(
    value: T,
    smaller: Callable[[T], Iterator[T]],
    fails: Callable[[T], Awaitable[bool]],
    keeps: Callable[[T], bool],
    tries: int,
    looks: int = _LOOKS,
) -> T:
    again = True
    while again and tries > 0:
        again = False
        for candidate in smaller(value):
            looks -= 1
            if looks < 0 or tries <= 0:
                return value
            await asyncio.sleep(0)  # others go on meanwhile
            if not keeps(candidate):
                continue
            tries -= 1
            if await fails(candidate):
                value, again = candidate, True
                break
    return value


def _without(value: Any) -> Iterator[Any]:
    """Copies of a JSON value that lack something, those that lack most first."""
    paths = sorted(_paths(value, ()), key=lambda path: (len(path), str(path)))
    for path in paths:
        changed = json_copy(value)
        place = changed
        for step in path[:-1]:
            place = place[step]
        last = path[-1]
        if isinstance(place[last], str) and len(place[last]) > 1:
            shorter = json_copy(value)
            inner = shorter
            for step in path[:-1]:
                inner = inner[step]
            inner[last] = inner[last][: len(inner[last]) // 2]
            del place[last]
            yield changed
            yield shorter
            continue
        del place[last]
        yield changed


def _paths(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, member in members:
        yield (*path, step)
        yield from _paths(member, (*path, step))
