"""Cases as pytest collects them: which item is which case, in which order they run, and how one is called."""

from __future__ import annotations

from typing import Any

import pytest

from ..cases.declaration import Case, case_of, order

__all__ = ["call_of", "case_of_item", "parameters_of", "position", "refuse_twice"]


def case_of_item(item: pytest.Item) -> Case | None:
    """The case that an item is, if it is one."""
    return case_of(getattr(item, "function", None))


def refuse_twice(items: list[pytest.Item]) -> None:
    """Raise UsageError where two functions are the same case."""
    seen: dict[str, pytest.Item] = {}
    for item in items:
        case = case_of_item(item)
        assert case is not None
        first = seen.setdefault(case.id, item)
        if getattr(first, "function", None) is not getattr(item, "function", None):
            raise pytest.UsageError(f"{case.id} is there twice: {first.nodeid} and {item.nodeid}")


def position(item: pytest.Item, place: int = 0) -> tuple[bool, bool, bool, int, int]:
    """Where an item stands in the run; `place`: where a person does what it asks for, of those that are like it."""
    case = case_of_item(item)
    if case is None:
        return (False, False, False, 0, 0)
    exclusive, edge, disruptive, wrong_logins = order(case)
    return exclusive, edge, disruptive, place, wrong_logins


def parameters_of(item: pytest.Item) -> str:
    """What tells the parameters of a case apart; empty for a case without."""
    callspec = getattr(item, "callspec", None)
    return callspec.id if callspec else ""


def call_of(item: pytest.Item) -> tuple[Any, dict[str, Any], str]:
    """Function, parameters and their name, as `Session.run_case` takes them."""
    callspec = getattr(item, "callspec", None)
    return item.function, dict(callspec.params) if callspec else {}, parameters_of(item)  # type: ignore[attr-defined]
