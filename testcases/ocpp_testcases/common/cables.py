"""A cable that goes in has to come out again, and one that nobody could put in has not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from ocpp_proof.cases.errors import DriverError

__all__ = ["cable_in"]


class _WithCable(Protocol):
    plugged: bool


@contextmanager
def cable_in(session: _WithCable) -> Iterator[None]:
    """The cable goes in, unless nobody can do that."""
    session.plugged = True
    try:
        yield
    except DriverError:
        session.plugged = False
        raise
