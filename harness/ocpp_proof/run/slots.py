"""How many cases run at the same time in front of a CSMS: places, given in the order in which they were asked for."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator

__all__ = ["Slots"]


class Slots:
    """`count` places. What wants to run alone comes first, when all that runs has ended; nothing runs beside it."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._running = 0
        self._held = False
        self._alone = False
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._wanting_alone: deque[asyncio.Future[None]] = deque()

    @contextlib.asynccontextmanager
    async def one(self, *, alone: bool = False) -> AsyncIterator[None]:
        """A place, as soon as there is one, until the block ends."""
        await self._take(alone=alone)
        try:
            yield
        finally:
            self._running -= 1
            self._alone = False
            self._give()

    def lower(self, count: int) -> None:
        """From now on so many at most; what runs already goes on."""
        self.count = max(1, min(self.count, count))

    def hold(self) -> None:
        """Give no place until `go_on`."""
        self._held = True

    def go_on(self) -> None:
        """Give places again."""
        self._held = False
        self._give()

    async def _take(self, *, alone: bool) -> None:
        waiting = self._wanting_alone if alone else self._waiting
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting.append(place)
        self._give()
        try:
            await place
        except asyncio.CancelledError:
            if not place.cancelled():  # it was given in the same moment
                self._running -= 1
                self._alone = False
            self._give()
            raise

    def _give(self) -> None:
        while not self._held and not self._alone:
            for waiting in (self._wanting_alone, self._waiting):
                while waiting and waiting[0].cancelled():
                    waiting.popleft()
            if self._wanting_alone:
                if self._running:
                    return
                place, self._alone = self._wanting_alone.popleft(), True
            elif self._waiting and self._running < self.count:
                place = self._waiting.popleft()
            else:
                return
            self._running += 1
            place.set_result(None)
