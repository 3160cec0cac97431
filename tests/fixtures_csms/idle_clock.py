"""An event loop whose clock stands still while there is work: a timeout means that nothing more would have come."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

__all__ = ["run"]

T = TypeVar("T")


class _IdleSelector(selectors.DefaultSelector):
    """Counts the seconds that were waited for in vain."""

    idle = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(timeout)
        if not ready and timeout is not None:
            self.idle += max(timeout, 0.0)
        return ready


class _IdleClockLoop(asyncio.SelectorEventLoop):
    """Both ends of a dialogue have to be in this loop: then a busy machine slows them down together."""

    def __init__(self) -> None:
        self._idle_selector = _IdleSelector()
        super().__init__(self._idle_selector)

    def time(self) -> float:
        return self._idle_selector.idle


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` to its end; what it waits for is measured in seconds in which nobody had anything to do."""
    with asyncio.Runner(loop_factory=_IdleClockLoop) as runner:
        return runner.run(work)
