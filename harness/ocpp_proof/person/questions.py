"""The questions of a run to the person beside the SUT: one at a time, over however many front ends.

A front end shows a question and hands in the answer; the first answer of any of them counts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

__all__ = ["Answer", "FrontEnd", "NobodyAnswered", "NobodyThere", "OpenQuestion", "Question", "Questions"]


class Answer(StrEnum):
    """What a person can say. REPEAT asks again, with the whole time; only `Questions` sees it."""

    DONE = "done"
    CANNOT = "cannot"
    REPEAT = "repeat"


class NobodyThere(Exception):
    """No front end is left at which a person could answer; the text says why."""


class NobodyAnswered(Exception):
    """The time is over."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked to do.

    `case` and `title` name the case; `step` is its row, the reason for the question. `awaited` names the message of the
    SUT that also ends it, empty where none does. `limit`: seconds that the person has, None for as long as it takes.
    """

    what: str
    case: str = ""
    title: str = ""
    step: str = ""
    awaited: str = ""
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question while it is shown: its number in the run, and until when (time of the loop) it waits."""

    number: int
    question: Question
    until: float | None

    def left(self, now: float) -> float | None:
        """Seconds that the person still has."""
        return None if self.until is None else max(0.0, self.until - now)


class _Given(NamedTuple):
    """An answer, and the front end at which it was given."""

    answer: Answer
    by: str


class FrontEnd(Protocol):
    """Where a person sees questions. All is called on the run's loop."""

    def show(self, asked: OpenQuestion) -> None:
        """Show the question: it is new, or asked again."""

    def close(self, asked: OpenQuestion, how: str) -> None:
        """The question is over; `how` says in words by what."""


class Questions:
    """Asks one question after the other. Lives on the run's loop."""

    def __init__(self) -> None:
        self.open: OpenQuestion | None = None
        self._fronts: list[FrontEnd] = []
        self._answered: asyncio.Future[_Given] | None = None
        self._turn = asyncio.Lock()
        self._number = 0
        self.why_nobody = "there is no terminal and no operator page at which a person could be asked"
        """Why nobody can be asked, while that is so."""

    # --- front ends

    @property
    def can_be_asked(self) -> bool:
        """Whether there is a front end at which a person can answer."""
        return bool(self._fronts)

    def join(self, front: FrontEnd) -> None:
        """A front end is there from now on; it shows the question that is open."""
        self._fronts.append(front)
        if self.open is not None:
            front.show(self.open)

    def leave(self, front: FrontEnd, why: str) -> None:
        """A front end is gone; with the last one the open question ends as one that nobody answers."""
        if front not in self._fronts:
            return
        self._fronts.remove(front)
        if not self._fronts:
            self.why_nobody = why
            if self._answered is not None and not self._answered.done():
                self._answered.set_exception(NobodyThere(why))

    def answer(self, number: int, answer: Answer, by: str) -> bool:
        """Answer the question of that number, `by` this front end; False where it is not open any more."""
        answered = self._answered
        if self.open is None or self.open.number != number or answered is None or answered.done():
            return False
        answered.set_result(_Given(answer, by))
        return True

    # --- asking

    async def ask(self, question: Question, reacted: Callable[[], Awaitable[str]] | None = None) -> str | Answer:
        """What the person answers (DONE or CANNOT), or what `reacted` gives when the SUT has shown that it was done.

        Raises NobodyAnswered after the question's limit, NobodyThere where no front end is left. What the SUT shows
        counts from this call on, also while another question is open.
        """
        reaction = asyncio.ensure_future(reacted()) if reacted is not None else None
        try:
            async with self._turn:
                while True:
                    how = await self._shown(question, reaction)
                    if how is not Answer.REPEAT:
                        return how
        finally:
            if reaction is not None:
                reaction.cancel()
                await asyncio.gather(reaction, return_exceptions=True)

    async def _shown(self, question: Question, reaction: asyncio.Future[str] | None) -> str | Answer:
        if reaction is not None and reaction.done():
            return reaction.result()
        if not self._fronts:
            raise NobodyThere(self.why_nobody)
        loop = asyncio.get_running_loop()
        self._number += 1
        until = None if question.limit is None else loop.time() + question.limit
        asked = self.open = OpenQuestion(self._number, question, until)
        answered: asyncio.Future[_Given] = loop.create_future()
        self._answered = answered
        how = "the run was interrupted"
        try:
            for front in self._fronts:
                front.show(asked)
            waits: set[asyncio.Future[Any]] = {answered} if reaction is None else {answered, reaction}
            await asyncio.wait(waits, timeout=question.limit, return_when=asyncio.FIRST_COMPLETED)
            if answered.done():
                how = "nobody can be asked any more"
                answer, by = answered.result()
                how = f"{answer} ({by})"
                return answer
            if reaction is not None and reaction.done():
                how = f"the SUT has reacted: {reaction.result()}"
                return reaction.result()
            how = f"nobody answered within {question.limit:g} s"
            raise NobodyAnswered(how)
        finally:
            self.open = self._answered = None
            for front in self._fronts:
                front.close(asked, how)
