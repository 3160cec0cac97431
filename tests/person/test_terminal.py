"""The driver `manual` at a real terminal: the test is the person who reads the questions and types."""

import os
import sys
import textwrap
from pathlib import Path

import pytest
from ocpp_proof.person.questions import OpenQuestion, Question
from ocpp_proof.person.terminal import question_lines

sys.path.insert(0, str(Path(__file__).parent))
from at_the_terminal import person  # noqa: F401 - a fixture

PROGRAM = """
import asyncio, signal
from ocpp_proof.cases.errors import DriverError
from ocpp_proof.person.questions import Questions
from ocpp_proof.person.reactions import Reaction
from ocpp_proof.person.terminal import Terminal, has_terminal
from ocpp_proof.sut.drivers import Job, Unsupported
from ocpp_proof.sut.drivers.manual import Manual

async def do(driver, verb, reacted=None, **told):
    reaction = Reaction("StatusNotification") if reacted else None
    place = {"evseId": 1, "connectorId": 1}
    job = Job(verb, place, case="TC_1", ocpp="2.0.1", reaction=reaction, reacted=reacted, **told)
    try:
        print(f"[{verb}: {await driver.do(job)}]", flush=True)
    except (DriverError, Unsupported) as reason:
        print(f"[{verb}: {type(reason).__name__}: {reason}]", flush=True)

async def main():
    questions = Questions()
    terminal = Terminal(questions)
    assert has_terminal()
    terminal.start()
    driver = Manual(OPTIONS, questions, {"valid": "04A1B2C3"})
    signalled = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, signalled.set)

    async def reacted():
        await signalled.wait()
        return "StatusNotification"
"""


@pytest.fixture
def operator(person):  # noqa: F811
    """Gives a way to have a person operate what the program asks for."""

    def sit_down(program, options=None):
        text = PROGRAM.replace("OPTIONS", repr(options)) + textwrap.indent(textwrap.dedent(program), "    ")
        return person([sys.executable, "-c", text + "\n    terminal.stop()\nasyncio.run(main())\n"])

    return sit_down


def test_question_says_what_why_until_when_and_what_is_awaited(operator):
    at_it = operator(
        'await do(driver, "plug_in", reacted, title="Start", step="TC_1 step 2: The driver plugs in")', {"patience": 90}
    )
    at_it.sees(">> TC_1  Start")
    at_it.sees("Plug the cable into connector 1 of EVSE 1 and into the vehicle.")
    at_it.sees("why: TC_1 step 2: The driver plugs in")
    at_it.sees("goes on by itself with: StatusNotification")
    at_it.sees("time: 90 s")
    at_it.sees("Enter = done, n = cannot, r = repeat: ")
    at_it.types("\n")
    at_it.sees("[plug_in: done]")


def test_long_lines_are_broken_between_words():
    question = Question("Plug the cable into connector 1 of EVSE 1 and into the vehicle.", case="TC_1", step="a " * 30)
    lines = question_lines(OpenQuestion(1, question, None), 40)
    assert max(map(len, lines)) <= 40
    assert lines[:3] == [">> TC_1", "   Plug the cable into connector 1 of", "     EVSE 1 and into the vehicle."]
    assert len(question_lines(OpenQuestion(1, question, None))) == 3


def test_card_is_asked_for_by_its_name(operator):
    at_it = operator(
        """
        await driver.lay_cards_ready()
        job = Job("present_token", {"idToken": "04A1B2C3", "type": "ISO14443", "evseId": 1}, case="TC_1", card="valid")
        await driver.do(job)
        """
    )
    at_it.sees("Lay these cards ready, marked with their names: valid: 04A1B2C3.")
    at_it.types("\n")
    at_it.sees("Present your valid card, 04A1B2C3, at EVSE 1.")


@pytest.mark.parametrize("typed", ["n", "cannot", "C"])
def test_cannot_goes_on_at_once_to_the_next_driver(operator, typed):
    at_it = operator('await do(driver, "plug_in")\nawait do(driver, "unplug")')
    at_it.sees("Plug the cable")
    at_it.types(f"{typed}\n")
    at_it.sees("[plug_in: Unsupported: the operator cannot do this]")
    at_it.sees("Take the cable out")
    at_it.types("\n")
    at_it.sees("[unplug: done]")


def test_repeat_asks_again_with_the_whole_time(operator):
    at_it = operator('await do(driver, "plug_in")', {"patience": 100})
    at_it.sees("Plug the cable")
    at_it.types("r\n")
    at_it.sees("Plug the cable")
    at_it.sees("time: 100 s")
    at_it.types("done\n")
    at_it.sees("[plug_in: done]")


def test_what_is_no_answer_is_none(operator):
    at_it = operator('await do(driver, "plug_in")')
    at_it.sees("r = repeat: ")
    at_it.types("what?\n")
    at_it.sees("Enter = done, n = cannot, r = repeat: ")
    assert "[plug_in" not in at_it.unread
    at_it.types("d\n")
    at_it.sees("[plug_in: done]")


def test_next_enter_is_for_the_next_question_when_the_sut_ended_the_first(operator):
    at_it = operator('await do(driver, "plug_in", reacted)\nawait do(driver, "unplug")')
    at_it.sees("Plug the cable")
    at_it.signals()
    at_it.sees("the SUT has reacted: StatusNotification")
    at_it.sees("[plug_in: StatusNotification]")
    at_it.sees("Take the cable out")
    at_it.types("\n")
    at_it.sees("[unplug: done]")


def test_enter_after_the_sut_ended_a_question_does_not_answer_the_next_one(operator):
    at_it = operator(
        """
        await do(driver, "plug_in", reacted)
        signalled.clear()
        await signalled.wait()
        await do(driver, "unplug")
        """
    )
    at_it.sees("Plug the cable")
    at_it.signals()
    at_it.sees("[plug_in: StatusNotification]")
    at_it.types("\n")
    at_it.signals()
    at_it.sees("Take the cable out")
    at_it.types("n\n")
    at_it.sees("[unplug: Unsupported: the operator cannot do this]")


def test_one_question_at_a_time(operator):
    at_it = operator('await asyncio.gather(do(driver, "plug_in"), do(driver, "unplug"))')
    at_it.sees("r = repeat: ")
    assert "Take the cable out" not in at_it.seen
    at_it.types("\n")
    at_it.sees("Take the cable out")
    at_it.types("n\n")
    at_it.sees("[unplug: Unsupported: the operator cannot do this]")


def test_time_that_is_left_is_said(operator):
    at_it = operator('await do(driver, "plug_in")', {"patience": 10.2})
    at_it.sees("10 s left. Enter = done")


@pytest.mark.parametrize(
    ("options", "typed", "said"),
    [
        ({"patience": 0.2}, "", "plug_in (manual): nobody answered within 0.2 s"),
        (None, "\x04", "plug_in (manual): the terminal was closed"),
    ],
)
def test_no_answer_is_not_done(operator, options, typed, said):
    at_it = operator('await do(driver, "plug_in")\nawait do(driver, "no_matter")', options)
    at_it.sees("r = repeat: ")
    os.write(at_it.terminal, typed.encode())
    at_it.sees(f"[plug_in: DriverError: {said}]")


def test_after_the_terminal_was_closed_nobody_is_asked(operator):
    at_it = operator('await do(driver, "plug_in")\nawait do(driver, "unplug")')
    at_it.sees("r = repeat: ")
    os.write(at_it.terminal, b"\x04")
    at_it.sees("[unplug: Unsupported: the terminal was closed]")
    assert "Take the cable out" not in at_it.seen


def test_process_in_the_background_has_no_terminal(operator):
    at_it = operator(
        """
        import subprocess, sys
        asks = "from ocpp_proof.person.terminal import has_terminal; print(has_terminal())"
        print([subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, process_group=group).stdout
               for group in (None, 0)])
        """
    )
    at_it.sees("['True\\n', 'False\\n']")


def test_one_end_of_the_input_between_questions_is_nothing_and_many_are_the_end(operator):
    at_it = operator(
        """
        print("[ready]", flush=True)
        await signalled.wait()
        await do(driver, "plug_in")
        print("[again]", flush=True)
        async with asyncio.timeout(20):
            while questions.can_be_asked:
                await asyncio.sleep(0.01)
        await do(driver, "unplug")
        """
    )
    at_it.sees("[ready]")
    os.write(at_it.terminal, b"\x04")
    at_it.signals()
    at_it.sees("r = repeat: ")
    at_it.types("\n")
    at_it.sees("[again]")
    os.write(at_it.terminal, b"\x04" * 10)
    at_it.sees("[unplug: Unsupported: the terminal cannot be used: nobody is there any more]")


def test_reader_ends_with_the_terminal(operator):
    at_it = operator(
        """
        import threading
        await do(driver, "plug_in")
        terminal.stop()
        print([thread.name for thread in threading.enumerate() if thread.name == "terminal"])
        """
    )
    at_it.sees("r = repeat: ")
    at_it.types("\n")
    at_it.sees("[]\r\n")
