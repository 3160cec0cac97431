"""Numbers of the events that the harness's stations report: one that identifies an event is never used again."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from itertools import count

__all__ = ["new_event_id"]

_SINCE = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
_A_SECOND = 100
"""How many numbers there are for a second: more than are reported, so that a later run begins behind them."""
_HIGHEST = 2**31 - 1

_numbers = count(int((time.time() - _SINCE) * _A_SECOND))


def new_event_id() -> int:
    """An eventId of OCPP 2.x that no station had in this run, nor in one of the last 248 days: a CSMS may keep all."""
    return next(_numbers) % _HIGHEST + 1
