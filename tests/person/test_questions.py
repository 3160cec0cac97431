"""The queue of questions: one at a time, the first answer counts, and what ends one by itself."""

import asyncio

import pytest
from ocpp_proof.cases.errors import NotRun
from ocpp_proof.cases.evidence import CaseRun
from ocpp_proof.net.waiting import timeout
from ocpp_proof.person.control import RunControl
from ocpp_proof.person.questions import Answer, NobodyAnswered, NobodyThere, Question, Questions
from ocpp_reports.model import CaseResult, StepRecord

pytestmark = pytest.mark.asyncio


class Front:
    """Remembers what it was to show."""

    def __init__(self):
        self.shown, self.closed, self.shows = [], [], asyncio.Event()

    def show(self, asked):
        self.shown.append(asked)
        self.shows.set()

    def close(self, asked, how):
        self.closed.append((asked.number, how))


async def test_every_front_end_shows_a_question_and_the_first_answer_counts():
    questions, terminal, page = Questions(), Front(), Front()
    questions.join(terminal)
    questions.join(page)
    asked = asyncio.ensure_future(questions.ask(Question("Plug in.")))
    await page.shows.wait()
    assert terminal.shown == page.shown == [questions.open]
    assert questions.answer(1, Answer.CANNOT, "page")
    assert not questions.answer(1, Answer.DONE, "terminal")
    assert await asked is Answer.CANNOT
    assert terminal.closed == page.closed == [(1, "cannot (page)")]
    assert questions.open is None


async def test_front_end_that_comes_later_shows_the_open_question():
    questions, terminal, page = Questions(), Front(), Front()
    questions.join(terminal)
    asked = asyncio.ensure_future(questions.ask(Question("Plug in.")))
    await terminal.shows.wait()
    questions.join(page)
    assert [one.question.what for one in page.shown] == ["Plug in."]
    questions.answer(1, Answer.DONE, "page")
    await asked


async def test_second_question_waits_for_its_turn_but_hears_the_sut_meanwhile():
    questions, front, plugged = Questions(), Front(), asyncio.Event()
    questions.join(front)

    async def reacted():
        await plugged.wait()
        return "StatusNotification"

    first = asyncio.ensure_future(questions.ask(Question("Plug in.")))
    second = asyncio.ensure_future(questions.ask(Question("Plug in, too."), reacted))
    await front.shows.wait()
    plugged.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    questions.answer(1, Answer.DONE, "terminal")
    assert await first is Answer.DONE
    assert await second == "StatusNotification"
    assert len(front.shown) == 1


async def test_nobody_answers_and_nobody_is_there():
    questions, front = Questions(), Front()
    with pytest.raises(NobodyThere, match="there is no terminal"):
        await questions.ask(Question("Plug in."))
    questions.join(front)
    with pytest.raises(NobodyAnswered, match=r"nobody answered within 0\.01 s"):
        await questions.ask(Question("Plug in.", limit=0.01))
    front.shows.clear()
    asked = asyncio.ensure_future(questions.ask(Question("Plug in.")))
    await front.shows.wait()
    questions.leave(front, "the terminal was closed")
    with pytest.raises(NobodyThere, match="the terminal was closed"):
        await asked
    assert not questions.can_be_asked


async def test_interrupted_question_is_closed():
    questions, front = Questions(), Front()
    questions.join(front)
    asked = asyncio.ensure_future(questions.ask(Question("Plug in.")))
    await front.shows.wait()
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    assert front.closed == [(1, "the run was interrupted")]
    assert questions.open is None


def a_run():
    return CaseRun(CaseResult("X_1_CS", "t", "1.6", 0, "station", "s", scenario=StepRecord("scenario", kind="root")))


async def passed(at):
    """The loop's clock says `at`: woken up by the clock itself."""
    over = asyncio.Event()
    asyncio.get_running_loop().call_at(at, over.set)
    await over.wait()


async def test_no_limit_of_the_case_comes_nearer_while_a_person_is_asked():
    run, loop = a_run(), asyncio.get_running_loop()
    went_on = 0.0
    with pytest.raises(TimeoutError):
        async with timeout(0.2) as limit:
            begun = loop.time()
            with run.limited(limit):
                with run.asking_a_person():
                    async with timeout(0.1) as begun_meanwhile:
                        with run.limited(begun_meanwhile):
                            await passed(begun + 0.3)  # both limits would have ended by now
                went_on = loop.time()
                await asyncio.Event().wait()
    assert went_on, "the limit ended while a person was asked"
    assert loop.time() - went_on > 0.1  # what was left of it


async def test_skipped_case_ends_and_is_not_run():
    control, began, cut = RunControl(), asyncio.Event(), []

    async def scenario():
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            cut.append(True)

    control.begin("X_1_CS")
    running = asyncio.ensure_future(control.unless_skipped("X_1_CS", scenario)())
    await began.wait()
    assert control.skip("X_1_CS")
    with pytest.raises(NotRun, match="the operator skipped it"):
        await running
    assert cut == [True]
    with pytest.raises(NotRun):
        await control.unless_skipped("X_1_CS", scenario)()
    control.end("X_1_CS")
    assert not control.skip("X_1_CS")


async def test_what_a_scenario_raises_comes_out():
    control = RunControl()

    async def scenario():
        raise KeyError("x")

    control.begin("X_1_CS")
    with pytest.raises(KeyError):
        await control.unless_skipped("X_1_CS", scenario)()


async def test_no_case_begins_while_the_run_is_paused():
    told = []
    control = RunControl(lambda: told.append(control.paused))
    control.pause()
    waiting = asyncio.ensure_future(control.may_begin())
    await asyncio.sleep(0)
    assert not waiting.done()
    control.resume()
    await waiting
    assert told == [True, False]
