"""Run-ahead: cases that own a station identity start together; pytest's serial loop then takes each finished result.

Order, -k, tracebacks and --durations stay pytest's. Cases that need the SUT for themselves run in their turn, last.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from concurrent.futures import Future, wait
from typing import Any

from ocpp_reports.model import CaseResult

from ..cases.declaration import Case
from .bench import Bench
from .loop import Loop

__all__ = ["Lanes"]

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
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def cancel(self) -> None:
        """Stop what still runs: the run was interrupted."""
        for future in self._ahead.values():
            future.cancel()
        self._ahead.clear()
