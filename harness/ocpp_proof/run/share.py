"""What one of several processes has of the stations and tokens in sut.toml: no other one uses the same at that time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

__all__ = ["WHOLE", "Share"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Share:
    """Every `of`-th, from the one with this number on; all of them where there is one process."""

    number: int = 0
    of: int = 1

    def taken(self, everything: Sequence[T]) -> list[T]:
        """Those that this process has."""
        return list(everything[self.number :: self.of])


WHOLE = Share()
"""What the only process has."""
