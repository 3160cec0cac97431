"""Time limits that count only the time in which this process could run.

A machine that is busy, or a loop that is held up, must not decide what becomes of a SUT: what it sent may lie unread. A
loop's lateness is measured by a timer that should run every `TICK` seconds; a limit ends that much later.
"""

from __future__ import annotations

import asyncio
import time
import weakref
from types import TracebackType

__all__ = ["LEAST", "MOST", "SHARE", "Timeout", "held_up", "timeout"]

TICK = 0.05
"""Seconds between two looks at the clock; a delay of less than that is the ordinary course of a loop."""
MOST = 5.0
"""A limit is put off until it is so many times as long at most: a wait ends also on a machine that is lost."""
SHARE = 0.5
"""The part of a limit for which the loop may be held up: a machine on which this process gets less of its time may
serve the SUT, or what stands between, no better."""
LEAST = 0.5
"""Seconds that count as nothing even where the limit is as short."""
BEFORE = 0.001
"""Seconds before the limit at which it is looked whether it has to be put off."""


class _Lateness:
    """How late the callbacks of one loop were, in all, since this was made. It does not keep the loop alive."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._seconds = 0.0
        self._due = time.monotonic() + TICK
        loop.call_at(self._due, self._tick, loop)

    def _tick(self, loop: asyncio.AbstractEventLoop) -> None:
        self._seconds = self.seconds
        self._due = time.monotonic() + TICK
        loop.call_at(self._due, self._tick, loop)

    @property
    def seconds(self) -> float:
        """The sum so far, with what the present callback is late."""
        late = time.monotonic() - self._due
        return self._seconds + (late if late > TICK else 0.0)


_known: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Lateness] = weakref.WeakKeyDictionary()


def _lateness(loop: asyncio.AbstractEventLoop) -> _Lateness:
    found = _known.get(loop)
    if found is None:
        found = _known[loop] = _Lateness(loop)
    return found


def held_up() -> float:
    """Seconds, in all, in which the running loop could not run since this was first asked."""
    return _lateness(asyncio.get_running_loop()).seconds


class Timeout:
    """An `asyncio.timeout` of so many seconds, without those in which the loop was held up. Raises TimeoutError.

    `late`, once it has ended: for how many seconds the loop was held up meanwhile, where that is so much of the limit
    that nothing may be concluded from its end; else 0.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._inner = asyncio.timeout(None)
        self._loop: asyncio.AbstractEventLoop
        self._lateness: _Lateness
        self._late_before = 0.0
        self._limit = 0.0
        self._look: asyncio.TimerHandle | None = None
        self._held_since: float | None = None
        self.late = 0.0

    async def __aenter__(self) -> Timeout:
        self._loop = asyncio.get_running_loop()
        self._lateness = _lateness(self._loop)
        self._late_before = self._lateness.seconds
        self._limit = self._loop.time() + self._seconds
        await self._inner.__aenter__()
        self._end_at(self._limit)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._look is not None:
            self._look.cancel()
        late = self._lateness.seconds - self._late_before
        self.late = late if late >= max(LEAST, SHARE * self._seconds) else 0.0
        await self._inner.__aexit__(kind, error, trace)

    def expired(self) -> bool:
        """Whether the limit was reached."""
        return self._inner.expired()

    def hold(self) -> None:
        """From now on the limit does not come nearer, until `go_on`."""
        if self._held_since is None and not self.expired():
            self._held_since = self._loop.time()
            if self._look is not None:
                self._look.cancel()
            self._inner.reschedule(None)

    def go_on(self) -> None:
        """The limit is later by the time for which it was held."""
        if self._held_since is not None:
            self._limit += self._loop.time() - self._held_since
            self._held_since = None
            self._end_at(self._due())

    def _due(self) -> float:
        held_up = self._lateness.seconds - self._late_before
        return self._limit + min(held_up, (MOST - 1) * self._seconds)

    def _end_at(self, when: float) -> None:
        self._inner.reschedule(when)
        self._look = self._loop.call_at(when - BEFORE, self._put_off, when)

    def _put_off(self, when: float) -> None:
        later = self._due()
        if later > when + BEFORE and not self._inner.expired():
            self._end_at(later)


def timeout(seconds: float) -> Timeout:
    """Limit the block to so many seconds in which this process could run: `async with timeout(5): ...`."""
    return Timeout(seconds)
