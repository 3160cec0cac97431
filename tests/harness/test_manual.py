"""The driver `manual` at a real terminal: the test is the person who reads the questions and types."""

import os
import pty
import select
import signal
import subprocess
import sys
import textwrap
import time

import pytest

PATIENCE = 20  # seconds until the person gives up

PROGRAM = """
import asyncio, fcntl, signal, termios
from ocpp_proof.cases.errors import DriverError
from ocpp_proof.sut.drivers import Job, make

fcntl.ioctl(0, termios.TIOCSCTTY, 0)

async def do(driver, verb, activity=None):
    try:
        await driver.do(Job(verb, {"connectorId": 1}, case="TC_1", activity=activity))
        print(f"[{verb}: done]", flush=True)
    except DriverError as reason:
        print(f"[{reason}]", flush=True)

async def main():
    driver = make("manual", OPTIONS)
    signalled = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, signalled.set)
"""


class Person:
    """Somebody at the terminal of a program: reads until a text appears, and types."""

    def __init__(self, program, options):
        program = PROGRAM.replace("OPTIONS", repr(options)) + textwrap.indent(textwrap.dedent(program), "    ")
        environment = {k: v for k, v in os.environ.items() if k != "CI"}
        self.terminal, its_side = pty.openpty()
        self.program = subprocess.Popen(
            [sys.executable, "-c", program + "\nasyncio.run(main())\n"],
            stdin=its_side,
            stdout=its_side,
            stderr=its_side,
            start_new_session=True,
            env=environment,
        )
        os.close(its_side)
        self.unread = ""

    def sees(self, text):
        """Read on until the text appears."""
        until = time.monotonic() + PATIENCE
        while text not in self.unread:
            ready, _, _ = select.select([self.terminal], [], [], max(0, until - time.monotonic()))
            assert ready, f"{text!r} did not appear, but {self.unread!r}"
            try:
                self.unread += os.read(self.terminal, 4096).decode()
            except OSError:
                pytest.fail(f"the program ended without {text!r}, but with {self.unread!r}")
        self.unread = self.unread.partition(text)[2]

    def types(self, text):
        """Type a text and wait until the terminal has it (it echoes)."""
        os.write(self.terminal, text.encode())
        self.sees(text.replace("\n", "\r\n"))

    def signals(self):
        """Make the program's event `signalled` happen."""
        self.program.send_signal(signal.SIGUSR1)

    def leaves(self):
        """End the program."""
        self.program.kill()
        self.program.wait()
        os.close(self.terminal)


@pytest.fixture
def person():
    """Gives a way to put a person at the terminal of a program."""
    people = []

    def sit_down(program, options=None):
        people.append(Person(program, options))
        return people[-1]

    yield sit_down
    for somebody in people:
        somebody.leaves()


def test_question_is_shown_and_enter_means_done(person):
    operator = person('await do(driver, "plug_in")')
    operator.sees(">> TC_1: please plug in (connectorId 1); Enter = done, n = cannot: ")
    operator.types("\n")
    operator.sees("[plug_in: done]")


def test_n_means_cannot(person):
    operator = person('await do(driver, "plug_in")\nawait do(driver, "unplug")')
    operator.sees("please plug in")
    operator.types("n\n")
    operator.sees("[plug_in (manual): the operator cannot do this]")
    operator.sees("please unplug")
    operator.types("\n")
    operator.sees("[unplug: done]")


def test_next_enter_is_for_the_next_question_when_the_sut_ended_the_first(person):
    """What reads for a question that went away has to go away with it."""
    operator = person('await do(driver, "plug_in", signalled.wait)\nawait do(driver, "unplug")')
    operator.sees("please plug in")
    operator.signals()
    operator.sees("[plug_in: done]")
    operator.sees("please unplug")
    operator.types("\n")
    operator.sees("[unplug: done]")


def test_enter_after_the_sut_ended_a_question_does_not_answer_the_next_one(person):
    operator = person(
        """
        await do(driver, "plug_in", signalled.wait)
        signalled.clear()
        await signalled.wait()
        await do(driver, "unplug")
        """
    )
    operator.sees("please plug in")
    operator.signals()
    operator.sees("[plug_in: done]")
    operator.types("\n")
    operator.signals()
    operator.sees("please unplug")
    operator.types("n\n")
    operator.sees("[unplug (manual): the operator cannot do this]")


def test_one_question_at_a_time(person):
    operator = person('await asyncio.gather(do(driver, "plug_in"), do(driver, "unplug"))')
    operator.sees("please plug in")
    assert "unplug" not in operator.unread
    operator.types("\n")
    operator.sees("please unplug")
    operator.types("n\n")
    operator.sees("[unplug (manual): the operator cannot do this]")


@pytest.mark.parametrize(
    ("options", "typed", "said"),
    [({"patience": 0.2}, "", "nobody answered within 0.2 s"), (None, "\x04", "the terminal was closed")],
)
def test_no_answer_is_not_done(person, options, typed, said):
    operator = person('await do(driver, "plug_in")', options)
    operator.sees("please plug in")
    os.write(operator.terminal, typed.encode())
    operator.sees(f"[plug_in (manual): {said}]")
