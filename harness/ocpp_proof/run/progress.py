"""How far a run has come, in words, for somebody who looks at a case that takes long."""

from __future__ import annotations

import time
from collections.abc import Sequence

from ..cases.evidence import CaseRun

__all__ = ["EVERY", "Progress", "clock", "what_runs"]

EVERY = 30.0
"""Seconds after which it is told how far a run has come."""
_ENOUGH = 5
"""Cases that have to have ended before the rest can be estimated."""
_NAMED = 3


class Progress:
    """Counts the cases of a run that end; times are those of time.monotonic."""

    def __init__(self, total: int, began: float) -> None:
        self.total, self.done = total, 0
        self._began = self._told = began

    def due(self, now: float) -> bool:
        """Whether it is time to tell how far the run is; not again before so many seconds have passed."""
        if now - self._told < EVERY or self.done >= self.total:
            return False
        self._told = now
        return True

    def text(self, now: float) -> str:
        """Cases, elapsed time, and about how long the others take if they are like those that have ended."""
        elapsed = now - self._began
        told = f"{self.done} of {self.total} cases in {clock(elapsed)}"
        if self.done >= _ENOUGH:
            told += f", about {clock(elapsed / self.done * (self.total - self.done))} left"
        return told


def what_runs(current: CaseRun | None, running: Sequence[str], now: float) -> str:
    """The case in front of a station with its row and what it waits for, else the cases that run at once."""
    if current is None:
        ids = list(dict.fromkeys(running))
        more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
        return f"{', '.join(ids[:_NAMED])}{more}"
    told = f"{current.result.key} for {clock(time.time() - current.result.started)}"
    if current.step.kind != "root":
        told += f", {current.step.title}"
    if current.waits_for is not None:
        told += f", waiting for {current.waits_for[0]} since {clock(now - current.waits_for[1])}"
    return told


def clock(seconds: float) -> str:
    """Minutes and seconds, with hours where there are any."""
    minutes, rest = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
