"""One event loop in one daemon thread that always runs: server, connections, recorder and cases live on it.

A loop that only runs while a test does leaves the SUT's pings unanswered between tests (up to 500 ms measured; 6-14 ms
with this one).
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

__all__ = ["Loop"]

T = TypeVar("T")


class Loop:
    """The run's thread and its loop; `close` stops both and cancels what still runs."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="ocpp-proof", daemon=True)
        self._thread.start()

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Start the coroutine on the loop; returns at once."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def run(self, work: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        """Run the coroutine on the loop and wait for its result, at most `timeout` seconds; Ctrl-C cancels it."""
        future = self.submit(work)
        try:
            return future.result(timeout)
        except BaseException:
            future.cancel()
            raise

    def close(self, *, within: float = 10.0) -> None:
        """Cancel every task, stop the loop and wait for its thread, so many seconds each at most; then leave it."""
        if self._loop.is_closed():
            return

        async def cancel_all() -> None:
            tasks = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        with contextlib.suppress(TimeoutError):
            self.run(cancel_all(), within)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(within)
        if not self._thread.is_alive():
            self._loop.close()
