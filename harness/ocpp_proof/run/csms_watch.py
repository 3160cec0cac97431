"""Notices that a CSMS under test went away, says in which case and after which frame, and waits until it is back.

It is away where it neither lets a station in nor answers its boot, nor says anything to another station meanwhile. That
is tried when there is a reason: its port refuses a connection, a connection ends without a word, or a CALL gets no
answer while nothing comes on any line. One that was back by then has gone all the same where the connections of several
cases ended in the same moment and none is left.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from ..cases.errors import Inconclusive
from ..cases.evidence import describe
from ..net.outcome import ConnectionRefused
from .flights import Flight, Flights, SentFrame
from .slots import Slots

__all__ = ["NOBODY_THERE", "CsmsWatch", "Departure", "WentAway"]

LOOK = 0.5
"""Seconds between two looks whether a CSMS that is waited for is back."""
TOGETHER = 1.0
"""Seconds in which the connections of several cases end in the same moment."""
NOBODY_THERE = (502, 504)
"""HTTP statuses of a proxy behind which there is nobody."""
OTHERS = 8
"""So many other frames are told that may have been the reason as well."""
MOST = 10
"""So many times as long as once one that goes away again and again is waited for in all."""
Probe = Callable[[], Awaitable[bool]]
Scenario = Callable[..., Coroutine[Any, Any, None]]


@dataclass(eq=False, slots=True)
class Departure:
    """The CSMS went away, `since` a case, after its `frame`: what had waited the longest of what nothing came after,
    else what was sent last. Or it never was there: no case, and how it refused.

    `met`: the cases that ran. `suspects`: those of them to which nothing had come after what they sent last, or who ran
    alone.
    """

    since: str
    frame: str
    met: set[Flight]
    suspects: set[Flight]
    others: tuple[str, ...] = ()
    """What the other suspects sent last, shortly before: with many at once it may have been any of them."""
    outcome: str = ""
    """What became of it."""

    @property
    def sure(self) -> bool:
        """Whether it was that case: nothing else ran."""
        return bool(self.since) and {flight.case for flight in self.met} == {self.since}

    def text(self) -> str:
        """In words."""
        if not self.since:
            return f"the CSMS cannot be reached: {self.frame}"
        return f"the CSMS went away in {self.since}, after this frame: {self.frame}"


class WentAway(Inconclusive):
    """The scenario was ended because the CSMS is not there."""


class CsmsWatch:
    """Watches `flights`; while the CSMS is away no case begins (`slots`).

    `redact` takes the secrets out of a text, `probe` tries whether the CSMS is there; `wait` is for how many seconds
    one that went away is waited for. `tell` gets what is to be shown at once, `broken` the sentence with which
    the rest of the run is given up.
    """

    def __init__(
        self,
        flights: Flights,
        slots: Slots,
        *,
        redact: Callable[[str], str],
        probe: Probe,
        wait: float,
        tell: Callable[[str], None],
        broken: Callable[[str], None],
    ) -> None:
        self._flights, self._slots, self._redact, self._probe = flights, slots, redact, probe
        self._wait, self._waited = wait, 0.0
        self._tell, self._broken = tell, broken
        self.departures: list[Departure] = []
        self._gone = asyncio.Event()
        self._check: asyncio.Task[None] | None = None
        self._lost: list[tuple[float, Flight]] = []
        self._look_again = False
        self._refusal = ""
        self._over = False
        flights.on_lost = self._on_lost
        flights.on_unanswered = self._on_unanswered

    # --- reasons to look

    async def is_there(self) -> bool:
        """Look whether the CSMS is there; where it is not, once it is back or given up."""
        before = len(self.departures)
        self._look(self._flights.last)
        await self.looked()
        return len(self.departures) == before and not self._gone.is_set() and not self._over

    def refused(self, refusal: ConnectionRefused) -> None:
        """A connection to the CSMS did not come about."""
        self._refusal = str(refusal)
        if refusal.phase == "tcp" or refusal.status in NOBODY_THERE:
            self._look(self._flights.last)

    def _on_lost(self, flight: Flight) -> None:
        if self._gone.is_set():
            return
        now = time.monotonic()
        self._lost = [(at, who) for at, who in self._lost if now - at < TOGETHER] + [(now, flight)]
        self._look(self._flights.last)

    def _on_unanswered(self, sent: float) -> None:
        if self._flights.heard < sent:
            self._look(self._flights.first_unheard)

    def _look(self, after: SentFrame | None) -> None:
        self._look_again = True
        if self._check is None and not self._over:
            self._check = asyncio.create_task(self._is_it_away(after))

    # --- what a case does

    def unless_gone(self, scenario: Scenario) -> Scenario:
        """The scenario of a case that ends with WentAway when the CSMS goes away meanwhile."""

        async def watched(*args: Any, **options: Any) -> None:
            task = asyncio.ensure_future(scenario(*args, **options))
            gone = asyncio.ensure_future(self._gone.wait())
            try:
                await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
                if not task.done():
                    raise WentAway(self.departures[-1].text())
            finally:
                gone.cancel()
                if not task.done():
                    task.cancel()
                    await asyncio.wait({task})
            task.result()

        return watched

    async def looked(self) -> None:
        """Wait until it is known whether the CSMS is there, where that is in question."""
        while self._check is not None and not self._gone.is_set():
            gone = asyncio.ensure_future(self._gone.wait())
            await asyncio.wait({self._check, gone}, return_when=asyncio.FIRST_COMPLETED)
            gone.cancel()

    def met_by(self, flight: Flight) -> Departure | None:
        """The departure while this case ran, if there was one."""
        return next((departure for departure in self.departures if flight in departure.met), None)

    # --- away, and back

    async def _is_it_away(self, after: SentFrame | None) -> None:
        try:
            there = True
            while there and self._look_again:
                self._look_again = False
                there = await self._probe()
                if there and self._all_lost_together():
                    self._settled(self._departed(after), "it was back at once")
                    return
            if there:
                return
            departure = self._departed(after)
            self._slots.hold()
            self._gone.set()
            self._settled(departure, await self._waited_for(departure))
        finally:
            self._lost.clear()
            self._check = None
            self._gone.clear()
            self._slots.go_on()

    async def _waited_for(self, departure: Departure) -> str:
        """What became of it; one that never was there is not waited for."""
        if not departure.since:
            return self._given_up(departure, "is it running, and is connection.url right")
        wait = min(self._wait, MOST * self._wait - self._waited)
        self._tell(f"{departure.text()}; it is waited for, {wait:.0f} s at most (values.restart_wait)")
        began = time.monotonic()
        there = False
        while not there and time.monotonic() - began < wait:
            await asyncio.sleep(LOOK)  # nothing tells that a server listens again
            there = await self._probe()
        took = time.monotonic() - began
        self._waited += took
        if there:
            return f"it was back after {took:.0f} s"
        how = f"it did not come back within {took:.0f} s"
        if wait < self._wait:
            how = f"it went away {len(self.departures)} times, and was waited for {self._waited:.0f} s in all"
        return self._given_up(departure, f"{how} (values.restart_wait)")

    def _given_up(self, departure: Departure, why: str) -> str:
        self._over = True
        how = f"{why}; the rest was not tried"
        self._broken(f"{departure.text()}; {how}")
        return how

    def _all_lost_together(self) -> bool:
        if len({flight for _, flight in self._lost}) < 2:
            return False
        return not self._flights.any_open_since_before(min(at for at, _ in self._lost))

    def _departed(self, after: SentFrame | None) -> Departure:
        running = set(self._flights.now)
        if after is None or not self._flights.heard:
            departure = Departure("", self._refusal, running, set())
        else:
            # a system dies of what it is at: of what nothing came after, of that which has waited the longest
            waiting = [flight.last for flight in running if flight.waits and flight.last is not None]
            lately = sorted((f for f in waiting if f.at > after.at - TOGETHER), key=lambda frame: frame.at)
            first, *others = lately or [after]
            suspects = {one for one in running if one.waits or one.case in (first.case, after.case)}
            if len(running) == 1:
                suspects = running
            told = tuple(f"{frame.case}: {self._shown(frame, 120)}" for frame in others[:OTHERS])
            departure = Departure(first.case, self._shown(first, 300), running, suspects, told)
        self.departures.append(departure)
        return departure

    def _shown(self, frame: SentFrame, most: int) -> str:
        return describe(self._redact(str(frame.data)), most)

    def _settled(self, departure: Departure, how: str) -> None:
        departure.outcome = how
        self._tell(f"{departure.text()}; {how}")

    def told(self) -> list[str]:
        """Each departure in a sentence; one that a later and sure one explains is counted with that."""
        sure = {departure.since: departure for departure in self.departures if departure.sure}
        told: dict[Departure, int] = {}
        for departure in self.departures:
            later = self.departures[self.departures.index(departure) :]
            met = (sure.get(flight.case) for flight in departure.met)
            known = next((one for one in met if one is not None and one in later), departure)
            told[known] = told.get(known, 0) + 1
        return [
            f"{departure.text()}; {departure.outcome}"
            + (f" ({times} times in all)" if times > 1 else "")
            + (f"; others had sent in that moment, {'; '.join(departure.others)}" if departure.others else "")
            for departure, times in told.items()
        ]
