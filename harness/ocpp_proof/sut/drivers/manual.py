"""A person does the verbs: a prompt on the terminal, which goes away by itself when the SUT reacts."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from typing import Any

from ...cases.errors import DriverError
from .base import QUESTIONS, Job, Unsupported

__all__ = ["Manual"]

PATIENCE = 300.0  # seconds a person gets for one thing


class Manual:
    """Asks on /dev/tty. Never blocks where there is no terminal: every verb is Unsupported there.

    Enter means done, `n` means that it cannot be done.
    """

    name = "manual"

    def __init__(self, options: Any) -> None:
        self.patience = float((options or {}).get("patience", PATIENCE)) if isinstance(options, dict) else PATIENCE

    async def start(self) -> None:
        """Nothing to prepare."""

    async def stop(self) -> None:
        """Nothing to let go of."""

    def available(self) -> bool:
        """Whether a person can be asked."""
        return (
            not os.environ.get("CI")
            and sys.stdin is not None
            and sys.__stdout__ is not None
            and os.path.exists("/dev/tty")
            and _tty()
        )

    async def do(self, job: Job) -> Any:
        """Show the prompt and wait for Enter or for the SUT's own message, whichever comes first."""
        if not self.available() or job.verb in QUESTIONS:
            raise Unsupported(f"{job.verb} (no terminal to ask a person at)")
        given = {k: v for k, v in job.arguments.items() if v is not None and (k != "payload" or job.verb != "request")}
        arguments = ", ".join(f"{k} {v}" for k, v in given.items())
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[str] = loop.create_future()

        def settle(line: str) -> None:
            if not answer.done():
                answer.set_result(line)

        def ask() -> None:
            with open("/dev/tty", "r+") as terminal:
                terminal.write(
                    f"\n>> {job.case}: please {job.verb.replace('_', ' ')} ({arguments}); Enter = done, n = cannot: "
                )
                terminal.flush()
                line = terminal.readline().strip().lower()
            loop.call_soon_threadsafe(settle, line)

        threading.Thread(target=ask, daemon=True).start()
        waits: set[asyncio.Future[Any]] = {answer}
        if job.activity is not None:
            waits.add(asyncio.ensure_future(job.activity()))
        done, pending = await asyncio.wait(waits, timeout=self.patience, return_when=asyncio.FIRST_COMPLETED)
        for waiting in pending:
            waiting.cancel()
        if not done:
            raise DriverError(f"{job.verb} (manual): nobody answered within {self.patience:g} s")
        if answer in done and answer.result().startswith("n"):
            raise DriverError(f"{job.verb} (manual): the operator cannot do this")


def _tty() -> bool:
    try:
        descriptor = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        return False
    os.close(descriptor)
    return True
