"""How long a station that was refused stays away before it tries again."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .conversation import Conversation

__all__ = ["LATER", "BackOff"]

LATER = (409, 429, 503)
"""HTTP statuses that say nothing of the station: it may be let in later."""


class BackOff:
    """Pauses of which each is twice as long as the one before (2.x Part 4, 5.3), for `within` seconds in all.

    `first`: seconds of the first pause.
    """

    def __init__(self, station: Conversation, *, first: float, within: float) -> None:
        self._station, self._pause = station, first
        self._deadline = asyncio.get_running_loop().time() + within

    async def wait(self) -> bool:
        """Stay away until the next attempt, while what comes is taken; False when the time is over."""
        left = self._deadline - asyncio.get_running_loop().time()
        if left <= 0:
            return False
        with suppress(TimeoutError):
            await self._station.wait_until(lambda: False, min(self._pause, left), "the next attempt to connect")
        self._pause *= 2
        return True
