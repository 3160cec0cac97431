"""Whether a CSMS under test keeps up with the cases that run at the same time; where it does not, fewer do.

A station that is refused for now (HTTP 429, 503), is hung up on, gets no handshake in time, or waits for an answer for
more than half of what it may take, says that the CSMS has too much to do, or is slow. That is counted by cases: one
alone may be about something that takes its time. Only those that fail in the meantime are
tried again, alone, where it is the second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from ..net.outcome import ConnectionRefused
from ..roles.back_off import ASKED_TO_WAIT
from .flights import Flight, Flights
from .slots import Slots

__all__ = ["Pace"]

SHARE = 0.5
"""The part of the time for an answer after which it is slow."""
ENOUGH = 3
"""So many cases are served slowly before fewer run at once."""


class Pace:
    """Watches `flights` and lowers `slots`. `message`: seconds that an answer may take. `is_there` tries whether the
    CSMS is not slow but gone. `say` gets the sentence."""

    def __init__(
        self,
        flights: Flights,
        slots: Slots,
        *,
        message: float,
        is_there: Callable[[], Awaitable[bool]],
        say: Callable[[str], None],
    ) -> None:
        self._flights, self._slots, self._message, self._say = flights, slots, message, say
        self._slow: dict[Flight, str] = {}
        self._is_there = is_there
        self._lowering: asyncio.Task[None] | None = None
        self._meanwhile: set[Flight] = set()
        """Who ran when it began to be found out whether the CSMS keeps up, or has ended since."""
        flights.on_answered = self._on_answered

    def refused(self, flight: Flight, refusal: ConnectionRefused) -> None:
        """A connection to the CSMS did not come about."""
        full = refusal.hung_up and refusal.unprovoked  # so does a server, or a proxy, that has no room for another one
        if ((refusal.timed_out or full) and self._flights.heard) or refusal.status in ASKED_TO_WAIT:
            self._is_slow(flight, f"a station was {refusal}")

    def _on_answered(self, flight: Flight, seconds: float) -> None:
        if seconds > SHARE * self._message:
            self._is_slow(flight, f"an answer took {seconds:.1f} s")

    def _is_slow(self, flight: Flight, what: str) -> None:
        if flight.pressed or len(self._flights.now) < 2 or self._slots.count < 2:
            return
        self._slow.setdefault(flight, what)
        if len(self._slow) >= ENOUGH and self._lowering is None:
            self._lowering = asyncio.create_task(self._lower_if_it_is_there(what, len(self._flights.now)))
            self._meanwhile = set(self._flights.now)

    async def settled(self, flight: Flight) -> None:
        """A case has ended: wait until it is known whether the CSMS keeps up, where that is being found out.

        It also counts where the case began while that was being found out. This takes no longer than the look takes.
        """
        if self._lowering is not None:
            self._meanwhile.add(flight)
            await asyncio.wait({self._lowering})

    async def _lower_if_it_is_there(self, what: str, running: int) -> None:
        try:
            if await self._is_there():
                self._lower(what, min(self._slots.count, running))
        finally:
            self._slow.clear()
            self._meanwhile.clear()
            self._lowering = None

    def _lower(self, what: str, at_once: int) -> None:
        self._slots.lower(at_once // 2)
        for flight in self._meanwhile | self._flights.now:
            flight.pressed = True
        self._say(
            f"the CSMS does not keep up with {at_once} cases at once ({what}): from now on {self._slots.count}, and "
            "what failed meanwhile is tried again alone; values.parallel in sut.toml says how many there are at most"
        )
