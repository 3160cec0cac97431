"""What the person decides about the run itself: a pause before the next case, the end of a case, the end of the run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from ..cases.errors import NotRun

__all__ = ["RunControl"]

Scenario = Callable[..., Coroutine[Any, Any, None]]
SKIPPED = "the operator skipped it"


class RunControl:
    """Lives on the run's loop. `on_change` is called when a decision was made."""

    def __init__(self, on_change: Callable[[], None] = lambda: None) -> None:
        self.on_change = on_change
        self._may_begin = asyncio.Event()
        self._may_begin.set()
        self._running: dict[str, asyncio.Event] = {}
        self.aborted = False
        """Whether the run is to end now."""

    @property
    def paused(self) -> bool:
        """Whether no further case begins. What runs goes on: its time limits are those of the standard."""
        return not self._may_begin.is_set()

    def pause(self) -> None:
        """Begin no further case until `resume`."""
        self._may_begin.clear()
        self.on_change()

    def resume(self) -> None:
        """Go on with the next case."""
        self._may_begin.set()
        self.on_change()

    def skip(self, case: str) -> bool:
        """End the scenario of the case with this key; what it did is taken back. False where it does not run."""
        skipped = self._running.get(case)
        if skipped is None:
            return False
        skipped.set()
        self.on_change()
        return True

    def is_skipped(self, case: str) -> bool:
        """Whether the case is about to end because it was skipped."""
        skipped = self._running.get(case)
        return skipped is not None and skipped.is_set()

    def abort(self) -> None:
        """End the run as Ctrl-C does."""
        self.aborted = True
        self.on_change()

    async def may_begin(self) -> None:
        """Wait while the run is paused."""
        await self._may_begin.wait()

    def begin(self, case: str) -> None:
        """The case with this key runs from now on, and can be skipped."""
        self._running[case] = asyncio.Event()

    def end(self, case: str) -> None:
        """It has ended."""
        self._running.pop(case, None)

    def unless_skipped(self, case: str, scenario: Scenario) -> Scenario:
        """The scenario of a case that ends with NotRun when the person skips it, also before it has begun."""
        skipped = self._running[case]

        async def run(*args: Any, **options: Any) -> None:
            if skipped.is_set():
                raise NotRun(SKIPPED)
            task = asyncio.ensure_future(scenario(*args, **options))
            wish = asyncio.ensure_future(skipped.wait())
            try:
                await asyncio.wait({task, wish}, return_when=asyncio.FIRST_COMPLETED)
                if not task.done():
                    raise NotRun(SKIPPED)
            finally:
                wish.cancel()
                if not task.done():
                    task.cancel()
                    await asyncio.wait({task})
            task.result()

        return run
