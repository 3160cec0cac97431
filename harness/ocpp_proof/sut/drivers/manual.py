"""A person does the verbs: a prompt on the terminal, which goes away by itself when the SUT reacts."""

from __future__ import annotations

import asyncio
import os
import selectors
import sys
import threading
from typing import Any

from ...cases.errors import DriverError
from .base import QUESTIONS, Job, Unsupported

__all__ = ["Manual"]

PATIENCE = 300.0  # seconds a person gets for one thing
LONGEST = 4096  # bytes of a line that a terminal gives at once
_Selector = selectors.SelectSelector if sys.platform == "darwin" else selectors.DefaultSelector
"""macOS has no kqueue and no poll for /dev/tty; select elsewhere has no descriptors beyond 1023."""


class Manual:
    """Asks on /dev/tty. Never blocks where there is no terminal: every verb is Unsupported there.

    Enter means done, `n` means that it cannot be done.
    """

    name = "manual"

    def __init__(self, options: Any) -> None:
        self.patience = float((options or {}).get("patience", PATIENCE)) if isinstance(options, dict) else PATIENCE
        self._turn = asyncio.Lock()

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

    def can(self, verb: str, action: str = "") -> bool:
        """Whether a person can be asked."""
        return verb not in QUESTIONS and self.available()

    async def do(self, job: Job) -> Any:
        """Show the prompt and wait for Enter or for the SUT's own message, whichever comes first."""
        if not self.available() or job.verb in QUESTIONS:
            raise Unsupported(f"{job.verb} (no terminal to ask a person at)")
        given = {k: v for k, v in job.arguments.items() if v is not None and (k != "payload" or job.verb != "request")}
        arguments = ", ".join(f"{k} {v}" for k, v in given.items())
        question = f"\n>> {job.case}: please {job.verb.replace('_', ' ')} ({arguments}); Enter = done, n = cannot: "
        answer = asyncio.ensure_future(self._answer(question))
        waits: set[asyncio.Future[Any]] = {answer}
        if job.activity is not None:
            waits.add(asyncio.ensure_future(job.activity()))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for waiting in waits:
                waiting.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
        if answer.cancelled():
            return  # the SUT reacted
        try:
            said = answer.result()
        except TimeoutError:
            raise DriverError(f"{job.verb} (manual): nobody answered within {self.patience:g} s") from None
        except OSError as reason:
            raise DriverError(f"{job.verb} (manual): the terminal cannot be used: {reason}") from None
        if said is None:
            raise DriverError(f"{job.verb} (manual): the terminal was closed")
        if said.strip().lower().startswith("n"):
            raise DriverError(f"{job.verb} (manual): the operator cannot do this")

    async def _answer(self, question: str) -> str | None:
        """The line that the operator types, None at the end of the input; one question at a time is on the terminal.

        When this is cancelled, the thread that reads has ended before the next question is shown: two readers of one
        terminal would share the operator's lines between them.
        """
        async with self._turn:
            loop = asyncio.get_running_loop()
            reading: asyncio.Future[str | None] = loop.create_future()
            stopped, stop = os.pipe()

            def read() -> None:
                try:
                    line = _ask(question, stopped)
                except OSError as reason:
                    loop.call_soon_threadsafe(reading.set_exception, reason)
                else:
                    loop.call_soon_threadsafe(reading.set_result, line)
                finally:
                    os.close(stopped)

            threading.Thread(target=read, daemon=True).start()
            try:
                async with asyncio.timeout(self.patience):
                    return await asyncio.shield(reading)
            finally:
                os.close(stop)  # the reader sees it and ends
                if not reading.done():
                    await asyncio.wait([reading])


def _ask(question: str, stopped: int) -> str | None:
    """Show the question and read one line; None when the input ended, or when the other end of `stopped` was closed.

    What was typed before the question was shown is not its answer.
    """
    import termios  # not on Windows, where there is no /dev/tty either

    terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    try:
        termios.tcflush(terminal, termios.TCIFLUSH)
        os.write(terminal, question.encode())
        with _Selector() as selector:
            selector.register(terminal, selectors.EVENT_READ)
            selector.register(stopped, selectors.EVENT_READ)
            ready = {key.fd for key, _ in selector.select()}
        line = os.read(terminal, LONGEST) if stopped not in ready else b""
    except termios.error as reason:
        raise OSError(*reason.args) from None
    finally:
        os.close(terminal)
    return line.decode(errors="replace") if line else None


def _tty() -> bool:
    try:
        descriptor = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        return False
    os.close(descriptor)
    return True
