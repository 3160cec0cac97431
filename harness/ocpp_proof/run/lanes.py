"""Run-ahead: cases that own a station identity start together; pytest's serial loop then takes each finished result.

Order, -k, tracebacks and --durations stay pytest's. Cases that need the SUT for themselves run in their turn, last.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, wait
from typing import Any

from ocpp_reports.model import CaseResult

from ..cases.declaration import Case
from .bench import Bench
from .loop import Loop

__all__ = ["Lanes"]

LONG = 10.0
"""Seconds after which it is said what is waited for."""
PIECE = 0.5
"""Seconds after which the waiting thread looks for signals."""
Outcome = tuple[CaseResult, BaseException | None]


class Lanes:
    """Starts cases on the run's loop and hands out their results."""

    def __init__(self, loop: Loop, bench: Bench) -> None:
        self.loop = loop
        self.bench = bench
        self._ahead: dict[str, Future[Outcome]] = {}
        self._results: dict[str, CaseResult] = {}
        self.on_long_wait: Callable[[str], None] = lambda what: None
        """Called once for each thing that the case in its turn has waited for so long."""
        self._told: tuple[str, float] | None = None

    def begin(
        self,
        nodeid: str,
        case: Case,
        function: Callable[..., Coroutine[Any, Any, None]],
        arguments: tuple[str, ...],
        parameters: dict[str, Any],
        names: dict[str, str],
    ) -> None:
        """Start a case ahead of its turn."""
        result = self.bench.result(case, parameters=names, nodeid=nodeid)
        self._results[nodeid] = result
        self._ahead[nodeid] = self.loop.submit(self.bench.run(case, function, arguments, parameters, result))

    def begun(self, nodeid: str) -> bool:
        """Whether the case was started and its result not yet taken."""
        return nodeid in self._ahead

    def take(self, nodeid: str) -> Outcome:
        """The result of a case that was begun; waits for it.

        The wait is in pieces, because a thread that sleeps in a lock sees Ctrl-C only if the signal wakes it: one that
        came a moment before, or to the loop's thread, would be heard when the case ends.
        """
        future = self._ahead.pop(nodeid)
        try:
            while not future.done():
                wait([future], PIECE)
                self._tell_long_wait()
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def _tell_long_wait(self) -> None:
        current = self.bench.current if self.bench.csms is not None else None
        waits = current.waits_for if current is not None else None
        if waits is not None and waits != self._told and time.monotonic() - waits[1] >= LONG:
            self._told = waits
            self.on_long_wait(waits[0])

    def cancel(self) -> None:
        """Stop what still runs: the run was interrupted."""
        for future in self._ahead.values():
            future.cancel()
        self._ahead.clear()
