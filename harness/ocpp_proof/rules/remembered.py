"""What is remembered has an end, however long a run is."""

from __future__ import annotations

from typing import Any

__all__ = ["forget_oldest"]


def forget_oldest(remembered: dict[Any, Any], most: int = 1000) -> None:
    """Leave out what was put in first, until there are no more than `most`."""
    while len(remembered) > most:
        del remembered[next(iter(remembered))]
