"""A program at a pseudo-terminal, and the person who sits there: reads what is shown, and types."""

import os
import pty
import re
import select
import signal
import subprocess
import time

import pytest

PATIENCE = 30
"""Seconds until the person gives up."""


class Person:
    """Somebody at the terminal of a program: reads until a text appears, and types.

    The program has to take the terminal as its own (`TAKE_TERMINAL`), as a shell makes it do.
    """

    def __init__(self, command, cwd=None, **environment):
        variables = {k: v for k, v in os.environ.items() if k != "CI"} | environment
        self.terminal, its_side = pty.openpty()
        self.program = subprocess.Popen(
            command,
            stdin=its_side,
            stdout=its_side,
            stderr=its_side,
            start_new_session=True,
            preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)),  # the terminal of the new session
            env=variables,
            cwd=cwd,
        )
        os.close(its_side)
        self.unread = ""
        self.seen = ""

    def _read(self, until, what):
        ready, _, _ = select.select([self.terminal], [], [], max(0, until - time.monotonic()))
        assert ready, f"{what} did not appear, but {self.unread!r}"
        try:
            more = os.read(self.terminal, 4096).decode(errors="replace")
        except OSError:
            more = ""
        assert more, f"the program ended without {what}, but with {self.unread!r}"
        self.unread += more
        self.seen += more

    def sees(self, *texts):
        """Read on until one of the texts appears, and say which."""
        until = time.monotonic() + PATIENCE
        pattern = re.compile("|".join(map(re.escape, texts)))
        while not (found := pattern.search(self.unread)):
            self._read(until, " or ".join(texts))
        self.unread = self.unread[found.end() :]
        return found[0]

    def types(self, text):
        """Type a text and wait until the terminal has it (it echoes)."""
        os.write(self.terminal, text.encode())
        self.sees(text.replace("\n", "\r\n"))

    def signals(self):
        """Make the program's event `signalled` happen."""
        self.program.send_signal(signal.SIGUSR1)

    def sees_the_end(self):
        """Read to the end of the program; its exit code."""
        until = time.monotonic() + PATIENCE
        while True:
            ready, _, _ = select.select([self.terminal], [], [], max(0, until - time.monotonic()))
            assert ready, f"the program does not end; {self.unread!r}"
            try:
                more = os.read(self.terminal, 4096).decode(errors="replace")
            except OSError:
                more = ""
            if not more:
                return self.program.wait(PATIENCE)
            self.unread += more
            self.seen += more

    def leaves(self):
        """End the program."""
        if self.program.poll() is None:
            self.program.kill()
        self.program.wait()
        os.close(self.terminal)


@pytest.fixture
def person():
    """Gives a way to put a person at the terminal of a program."""
    people = []

    def sit_down(command, **options):
        people.append(Person(command, **options))
        return people[-1]

    yield sit_down
    for somebody in people:
        somebody.leaves()
