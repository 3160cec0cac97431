"""The terminal as a front end: it shows questions, and one thread reads what is typed."""

from __future__ import annotations

import asyncio
import os
import selectors
import sys
import textwrap
import threading
from collections.abc import Callable

from .questions import Answer, OpenQuestion, Questions

__all__ = ["Terminal", "has_terminal"]

LONGEST = 4096
"""Bytes of a line that a terminal gives at once."""
STRAY_ENDS = 3
"""So many ends of the input in a row may have been typed; a terminal that was hung up says nothing else."""
REMINDERS = (120.0, 60.0, 30.0, 10.0)
"""Seconds before the end of the time at which it is said how much is left."""
_Selector = selectors.SelectSelector if sys.platform == "darwin" else selectors.DefaultSelector
"""macOS has no kqueue and no poll for /dev/tty; select elsewhere has no descriptors beyond 1023."""
_WORDS = {
    **dict.fromkeys(("", "d", "done", "y", "yes"), Answer.DONE),
    **dict.fromkeys(("n", "no", "c", "cannot"), Answer.CANNOT),
    **dict.fromkeys(("r", "repeat"), Answer.REPEAT),
}
HINT = "Enter = done, n = cannot, r = repeat"


def has_terminal() -> bool:
    """Whether there is a terminal at which somebody may be: never in CI, nor without standard input and output, nor for
    a process in the background, which the terminal would stop."""
    if os.environ.get("CI") or sys.stdin is None or sys.__stdout__ is None:
        return False
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
        try:
            return os.tcgetpgrp(terminal) == os.getpgrp()
        finally:
            os.close(terminal)
    except OSError:
        return False


class Terminal:
    """Shows questions on /dev/tty. One thread reads it from `start` to `stop`: two readers of one terminal would share
    the person's lines between them.

    What is typed while no question is open, or was typed before this one was shown, answers none.
    """

    def __init__(self, questions: Questions) -> None:
        self._questions = questions
        self._loop: asyncio.AbstractEventLoop
        self._terminal = -1
        self._stop = -1
        self._reader: threading.Thread | None = None
        self._shown = 0
        """The number of the question that is on the screen; 0: none."""
        self._reminders: list[asyncio.TimerHandle] = []

    def start(self) -> None:
        """Open the terminal and join the questions, on the run's loop. Raises OSError where it cannot be opened."""
        self._loop = asyncio.get_running_loop()
        self._terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
        stopped, self._stop = os.pipe()
        self._reader = threading.Thread(target=self._read, args=(stopped,), name="terminal", daemon=True)
        self._reader.start()
        self._questions.join(self)

    def stop(self) -> None:
        """Leave the terminal; the reader has ended then."""
        self._questions.leave(self, "the terminal was left")
        self._forget_reminders()
        if self._reader is not None and self._stop >= 0:
            os.close(self._stop)  # the reader sees it and ends
            self._stop = -1
            self._reader.join(1)
            if not self._reader.is_alive():
                os.close(self._terminal)
                self._terminal = -1

    # --- shown

    def show(self, asked: OpenQuestion) -> None:
        """Write the question; what was typed before is not its answer."""
        import termios  # not on Windows, where there is no /dev/tty either

        try:
            termios.tcflush(self._terminal, termios.TCIFLUSH)
        except termios.error as reason:
            self._gone(OSError(*reason.args))
            return
        self._shown = asked.number
        self._write("\n" + "\n".join(question_lines(asked, self._width())) + f"\n   {HINT}: ")
        left = asked.left(self._loop.time())
        for seconds in REMINDERS:
            if left is not None and left > seconds:
                remind = self._loop.call_later(left - seconds, self._remind, asked.number, seconds)
                self._reminders.append(remind)

    def close(self, asked: OpenQuestion, how: str) -> None:
        """Say what ended the question, unless the person just typed it here."""
        self._forget_reminders()
        if self._shown == asked.number:
            self._shown = 0
            self._write(f"\n   {how}\n" if "(terminal)" not in how else f"   {how.removesuffix(' (terminal)')}\n")

    def _width(self) -> int:
        """Columns of the terminal; 0 where it does not say."""
        try:
            return os.get_terminal_size(self._terminal).columns
        except OSError:
            return 0

    def _remind(self, number: int, seconds: float) -> None:
        if self._shown == number:
            self._write(f"\n   {seconds:g} s left. {HINT}: ")

    def _forget_reminders(self) -> None:
        for remind in self._reminders:
            remind.cancel()
        self._reminders.clear()

    def _write(self, text: str) -> None:
        try:
            os.write(self._terminal, text.encode())
        except OSError as reason:
            self._gone(reason)

    # --- read

    def _read(self, stopped: int) -> None:
        """In the reader's thread: hand over each line with the number of the question that was shown then."""
        try:
            with _Selector() as selector:
                selector.register(self._terminal, selectors.EVENT_READ)
                selector.register(stopped, selectors.EVENT_READ)
                ends = 0
                while stopped not in {key.fd for key, _ in selector.select()}:
                    number = self._shown
                    line = os.read(self._terminal, LONGEST)
                    ends = 0 if line else ends + 1
                    if ends > STRAY_ENDS:
                        raise OSError("nobody is there any more")
                    self._tell(self._typed, number, line.decode(errors="replace") if line else None)
        except OSError as reason:
            self._tell(self._gone, reason)
        finally:
            os.close(stopped)

    def _tell(self, function: Callable[..., None], *arguments: object) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, *arguments)

    def _typed(self, number: int, line: str | None) -> None:
        if number == 0 or number != self._shown:
            return
        if line is None:
            self._questions.leave(self, "the terminal was closed")
            return
        answer = _WORDS.get(line.strip().casefold())
        if answer is None:
            self._write(f"   {HINT}: ")
        else:
            self._questions.answer(number, answer, "terminal")

    def _gone(self, reason: OSError) -> None:
        self._shown = 0
        self._questions.leave(self, f"the terminal cannot be used: {reason}")


def question_lines(asked: OpenQuestion, width: int = 0) -> list[str]:
    """A question as a terminal of this width shows it; 0: it does not say how wide it is."""
    question = asked.question
    head = "  ".join(filter(None, (question.case, question.title)))
    lines = [f">> {head}", f"   {question.what}"]
    if question.step:
        lines.append(f"   why: {question.step}")
    if question.awaited:
        lines.append(f"   goes on by itself with: {question.awaited}")
    if question.limit is not None:
        lines.append(f"   time: {question.limit:g} s")
    if not width:
        return lines
    return [part for line in lines for part in textwrap.wrap(line, width, subsequent_indent="     ")]
