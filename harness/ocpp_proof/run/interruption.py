"""SIGINT (Ctrl-C) and SIGTERM end a run in the same way: once with reports, a second time at once.

The cases that run then have a moment to take back what they did.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from types import FrameType
from typing import Any

from ..cases.evidence import CaseRun
from ..roles.csms import Csms
from ..roles.peer import Peer
from ..sut.sut import Sut
from .cleanup import INTERRUPTED, Cleanup

__all__ = ["CUT", "SAME", "Interruption", "take_back_soon"]

SAME = 0.5
"""Seconds in which two signals are one: a terminal gives Ctrl-C to every process of its group, and `ocpp-proof run`
hands on what it gets."""
CUT = INTERRUPTED + 0.2
"""Seconds in which the cases of a run that was interrupted end, or are left."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """While it watches, the first signal raises KeyboardInterrupt in the main thread, and another one ends the process.

    A signal that was ignored when the process started, as a shell has it for what runs in the background, stays so.
    """

    def __init__(self) -> None:
        self._first: float | None = None
        self._deferred = False
        self._due = False
        self._before: dict[int, Any] = {}

    def watch(self) -> None:
        """From now on; only the main thread can."""
        if threading.current_thread() is not threading.main_thread() or self._before:
            return
        for number in _SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._came)

    def leave(self) -> None:
        """The signals mean again what they did before."""
        before, self._before = self._before, {}
        for number, handler in before.items():
            signal.signal(number, handler)

    @contextlib.contextmanager
    def deferred(self) -> Iterator[None]:
        """KeyboardInterrupt comes out of `check`, or when the block has ended, and not in the midst of pytest."""
        self._deferred = True
        try:
            yield
        finally:
            self._deferred = False
        self.check()

    def nothing_to_wait_for(self) -> None:
        """From now on a first signal changes nothing: what is still to be done is soon done, and is not to be cut."""
        self._deferred = True

    def check(self) -> None:
        """Raise KeyboardInterrupt if a signal came that was deferred."""
        if self._due:
            self._due = False
            raise KeyboardInterrupt

    def ask(self) -> None:
        """End the run as a first signal does, at the next `check`."""
        if self._first is None:
            self._first = time.monotonic()
            self._due = True

    def _came(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._first is None:
            self._first = now
            if not self._deferred:
                raise KeyboardInterrupt
            self._due = True
        elif now - self._first > SAME:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)


async def take_back_soon(cleanup: Cleanup, run: CaseRun, peer: Peer, sut: Sut, *, within: float) -> None:
    """Take back what an interrupted case did, in so many seconds; `cleanup` tells what there was no time for."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within):
            await cleanup.take_back(run, peer)
            if isinstance(peer, Csms):
                await cleanup.end_transactions(run, peer, sut)
    if isinstance(peer, Csms):
        for transaction in list(peer.transactions.open):
            peer.transactions.leave(transaction)
            why = f"{run.result.key}: the transaction {transaction} runs on: the run was interrupted"
            cleanup.still_running[transaction] = why
