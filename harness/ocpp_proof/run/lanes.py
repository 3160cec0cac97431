"""Run-ahead: cases that own a station identity start together, and each result is handed on as soon as it is there.

pytest's serial loop takes the results in its own order, so that order, -k, tracebacks and --durations stay pytest's.
Cases that need the SUT for themselves run in their turn, last.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, wait
from typing import Any

from ocpp_reports.model import CaseResult

from ..cases.declaration import Case
from ..cases.evidence import Wait
from .bench import Bench
from .loop import Loop

__all__ = ["Lanes", "Outcome"]

LONG = 10.0
"""Seconds after which it is said what is waited for."""
PIECE = 0.1
"""Seconds after which the waiting thread looks for signals: one that sleeps in a lock sees them only when it wakes."""
Outcome = tuple[CaseResult, BaseException | None]


class Lanes:
    """Starts cases on the run's loop and hands out their results.

    `ended` is called with each case's nodeid and outcome in the order in which they end, in the thread that waits for
    one of them: what it writes of them does not hold up the loop. It returns the outcome to take, or None where it
    began the case again. `meanwhile` is called there several times a second, and may raise.
    """

    def __init__(
        self,
        loop: Loop,
        bench: Bench,
        ended: Callable[[str, Outcome], Outcome | None],
        meanwhile: Callable[[], None],
    ) -> None:
        self.loop = loop
        self.bench = bench
        self._hand_on = ended
        self._meanwhile = meanwhile
        self._running: dict[str, Future[Outcome]] = {}
        self._ended: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._outcomes: dict[str, Outcome | BaseException] = {}
        self.on_long_wait: Callable[[str], None] = lambda what: None
        """Called once for each thing that the case in its turn has waited for so long."""
        self._told: Wait | None = None

    def begin(
        self,
        nodeid: str,
        case: Case,
        function: Callable[..., Coroutine[Any, Any, None]],
        arguments: tuple[str, ...],
        parameters: dict[str, Any],
        names: dict[str, str],
    ) -> None:
        """Start a case, in its turn or ahead of it."""
        result = self.bench.results.of(case, parameters=names, nodeid=nodeid)
        future = self.loop.submit(self.bench.run(case, function, arguments, parameters, result))
        self._running[nodeid] = future
        future.add_done_callback(lambda _: self._ended.put(nodeid))

    def begun(self, nodeid: str) -> bool:
        """Whether the case was started and its result not yet taken."""
        return nodeid in self._running or nodeid in self._outcomes

    def take(self, nodeid: str) -> Outcome:
        """The outcome of a case that was begun; waits for it, and hands on whatever ends until then."""
        while nodeid not in self._outcomes:
            self._meanwhile()
            self._tell_long_wait()
            try:
                self._take_over(self._ended.get(timeout=PIECE))
            except queue.Empty:
                continue
        outcome = self._outcomes.pop(nodeid)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    def wait_for(self, work: Coroutine[Any, Any, None]) -> None:
        """Wait for something that is no case as for one."""
        future = self.loop.submit(work)
        try:
            while not future.done():
                self._meanwhile()
                wait([future], timeout=PIECE)
        except KeyboardInterrupt:
            future.cancel()
            raise
        future.result()

    def _tell_long_wait(self) -> None:
        current = self.bench.current if self.bench.csms is not None else None
        waits = current.waits_for if current is not None and not current.asks_a_person else None
        if waits is not None and waits != self._told and time.monotonic() - waits.since >= LONG:
            self._told = waits
            self.on_long_wait(waits.what)

    def hand_on(self) -> None:
        """Hand on what has ended by now, without waiting for more."""
        while True:
            try:
                self._take_over(self._ended.get_nowait())
            except queue.Empty:
                return

    def cancel(self) -> int:
        """Stop what still runs, as the run was interrupted; how many cases that are."""
        cut = [future for future in self._running.values() if future.cancel()]
        return len(cut)

    def _take_over(self, nodeid: str) -> None:
        future = self._running.pop(nodeid)
        if future.cancelled():
            return
        if (error := future.exception()) is not None:
            self._outcomes[nodeid] = error
            return
        outcome = self._hand_on(nodeid, future.result())
        if outcome is not None:
            self._outcomes[nodeid] = outcome
