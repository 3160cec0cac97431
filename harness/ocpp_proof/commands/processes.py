"""The processes of a command that runs cases: what ends it, Ctrl-C or SIGTERM, ends them with their reports."""

from __future__ import annotations

import contextlib
import signal
import subprocess
from collections.abc import Iterator, Sequence
from types import FrameType

__all__ = ["INTERRUPTED", "Processes"]

INTERRUPTED = 130
"""Exit code of what was interrupted, as shells have it."""
_BROKEN = 3
"""pytest's exit code of an internal error; here also of a process that ended by any other signal."""


class Processes:
    """Hands on the signals that this process gets: one that subprocess.run waits for is killed after 0.25 s instead.

    A terminal gives Ctrl-C to the children as well; they take both for one (`run/interruption.py`).
    """

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[str]] = set()
        self.stopped = False
        """Whether a signal came: nothing further is to be started."""

    @contextlib.contextmanager
    def handing_on_signals(self) -> Iterator[None]:
        """While the block runs, in the main thread."""
        numbers = [n for n in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(n) is not signal.SIG_IGN]
        before = {number: signal.signal(number, self._hand_on) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _hand_on(self, number: int, frame: FrameType | None) -> None:
        self.stopped = True
        for process in list(self._running):
            process.send_signal(number)

    def run(self, command: Sequence[str], *, captured: bool = False) -> tuple[int, str]:
        """The exit code of a process when it has ended, and what it wrote where that is `captured`."""
        if self.stopped:
            return INTERRUPTED, ""
        out = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} if captured else {}
        with subprocess.Popen(command, text=True, **out) as process:  # type: ignore[call-overload] # noqa: S603
            self._running.add(process)
            if self.stopped:  # the signal came while the process was started
                process.send_signal(signal.SIGTERM)
            try:
                text, _ = process.communicate()
            finally:
                self._running.discard(process)
        return _exit_code(process.returncode), text or ""


def _exit_code(code: int) -> int:
    """2 is what pytest says of an interruption; a negative one is the signal that ended the process."""
    if code in (2, -signal.SIGINT, -signal.SIGTERM):
        return INTERRUPTED
    return _BROKEN if code < 0 else code
