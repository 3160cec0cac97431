"""How long a station that was refused stays away before it tries again."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from ..net.outcome import ConnectionRefused

if TYPE_CHECKING:
    from .conversation import Conversation

__all__ = ["ASKED_TO_WAIT", "BackOff", "refused_for_now"]

ASKED_TO_WAIT = (429, 503)
"""HTTP statuses that say nothing of the station: it may be let in later."""
CONNECTED_ALREADY = (403, 409)
"""HTTP statuses of a CSMS that takes the last connection of the station for open."""


def refused_for_now(refusal: ConnectionRefused | None, *, came_before: bool) -> bool:
    """Whether a refusal may be over a moment later. `refusal` None: the connection was upgraded and closed at once.

    A CSMS may ask to wait, or have no room and hang up on a station that has done nothing yet; and while it has not
    noticed that the last connection of one that came before has ended, it may take the next one for a second one, of
    which the standard says nothing.
    """
    if refusal is None:
        return came_before
    if refusal.status in ASKED_TO_WAIT:
        return True
    return refusal.status in CONNECTED_ALREADY if came_before else refusal.hung_up


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
