"""The words a case is written in: given, step, check, not_judged, expect_state."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from .errors import NotApplicable
from .evidence import current_case

__all__ = ["check", "given", "not_applicable", "not_judged", "on_undo", "state_title", "step"]

T = TypeVar("T")


def state_title(state: Callable[..., Any]) -> str:
    """How a state reads in a report: the first line of its docstring, else its name."""
    doc = (state.__doc__ or "").strip().split("\n", 1)[0].rstrip(".")
    return doc or state.__name__.replace("_", " ")


async def given(state: Callable[..., Awaitable[T]], *args: Any, **options: Any) -> T:
    """Bring the SUT into a state and return what the state returns.

    Raises PreconditionFailed (the case is INCONCLUSIVE) for anything that goes wrong inside.
    """
    detail = ", ".join(repr(a) for a in args if isinstance(a, dict | str | int))
    title = state_title(state) + (f" ({detail})" if detail else "")
    with current_case().given(title):
        return await state(*args, **options)


@contextmanager
def step(title: str) -> Iterator[None]:
    """One row of the scenario: a sentence that a person who does not program can read."""
    with current_case().open(title):
        yield


def check(requirement: str, condition: bool, *, expected: Any, received: Any, note: str = "") -> bool:
    """Judge one requirement and go on.

    The level (MUST fails, SHOULD warns) comes from the catalog of requirements. Returns the condition.
    """
    return current_case().check(requirement, bool(condition), expected=expected, received=received, note=note)


def not_judged(requirement: str, *, because: str) -> None:
    """Say why this branch leaves out a check of the official case."""
    current_case().not_judged(requirement, because)


def not_applicable(because: str) -> NotApplicable:
    """The exception to raise when the case learns on the way that the product does not have what it is about."""
    return NotApplicable(because)


def on_undo(title: str, undo: Callable[[], Awaitable[Any]]) -> None:
    """Register what takes the SUT back when the case ends; runs last first, whatever the verdict."""
    current_case().undo.append((title, undo))
