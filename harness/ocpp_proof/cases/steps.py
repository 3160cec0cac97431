"""What a case is written with: preconditions, steps, checks, and what takes the SUT back when it ends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from .errors import NotApplicable, OcppProofError
from .evidence import current_case
from .fields import differing_fields, fields_text
from .requirements import id_of_topic

__all__ = [
    "by_security_profile",
    "by_topic",
    "by_version",
    "check",
    "check_fields",
    "given",
    "not_applicable",
    "not_judged",
    "on_undo",
    "state_title",
    "step",
]

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


def check_fields(requirement: str, payload: Any, fields: Mapping[str, Any], *, note: str = "") -> bool:
    """Judge the named fields of a message, an answer or a part of one, as one check; returns whether all fit.

    `fields` maps dotted paths ("status", "evse.id") to what `expect` takes: a value, a set or tuple of values, a
    predicate; None expects the field to be absent.
    """
    received = payload if isinstance(payload, Mapping) else getattr(payload, "payload", payload)
    error = getattr(payload, "error", None)
    found = received if isinstance(received, Mapping) else {}
    differing = differing_fields(found, fields)
    told: Any = f"CALLERROR {error}" if error else dict(found) if isinstance(received, Mapping) else received
    if differing and not error and found.keys() - differing.keys():
        told = f"{', '.join(f'{name} {value!r}' for name, value in differing.items())} in {dict(found)}"
    return check(requirement, not differing and not error, expected=fields_text(fields), received=told, note=note)


def by_version(values: Mapping[str, T]) -> T:
    """The value for the OCPP version of the run: of its own key, else of the longest that begins it ("2" for 2.x)."""
    ocpp = current_case().result.ocpp
    for key in sorted(values, key=len, reverse=True):
        if ocpp == key or ocpp.startswith(f"{key}."):
            return values[key]
    raise OcppProofError(f"by_version has nothing for OCPP {ocpp}, only for {', '.join(values)}")


def by_security_profile(values: Mapping[int, T]) -> T:
    """The value for the security profile of the run."""
    profile = current_case().result.security_profile
    if profile not in values:
        raise OcppProofError(f"by_security_profile has nothing for profile {profile}, only for {list(values)}")
    return values[profile]


def by_topic(topic: str) -> str:
    """The id of the requirement about this (catalog/topics.csv) in the version and security profile of the run."""
    result = current_case().result
    return id_of_topic(topic, result.ocpp, result.security_profile)


def not_judged(requirement: str, *, because: str) -> None:
    """Say why this branch leaves out a check of the official case."""
    current_case().not_judged(requirement, because)


def not_applicable(because: str) -> NotApplicable:
    """The exception to raise when the case learns on the way that the product does not have what it is about."""
    return NotApplicable(because)


def on_undo(title: str, undo: Callable[[], Awaitable[Any]]) -> None:
    """Register what takes the SUT back when the case ends; runs last first, whatever the verdict."""
    current_case().undo.append((title, undo))
