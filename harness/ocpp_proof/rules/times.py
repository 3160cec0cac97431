"""Times in messages, as seconds since the epoch."""

from __future__ import annotations

from datetime import datetime
from typing import Any

__all__ = ["seconds"]


def seconds(text: Any) -> float | None:
    """What an RFC 3339 time says; None for none, and for one without offset, which could be of any zone."""
    try:
        found = datetime.fromisoformat(str(text).upper().replace("Z", "+00:00"))
    except ValueError:
        return None
    return found.timestamp() if found.tzinfo is not None else None
