"""A person does the verbs: each is a question, which also ends when the SUT shows that it was done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...cases.errors import ConfigurationError, DriverError
from ...person.questions import Answer, NobodyAnswered, NobodyThere, Question, Questions
from ...person.wording import cards_text, sentence
from .base import QUESTIONS, Job, Unsupported

__all__ = ["Manual"]

PATIENCE = 300.0
"""Seconds that a person gets for one thing."""
TYPED = "KeyCode"
"""The type of the tokens that are typed in: nobody needs a card for one."""


class Manual:
    """Asks whoever is at the front ends of `questions`; where there is none every verb is Unsupported.

    `cards`: the tokens that the person has, by their names in [values.tokens]; None in front of a CSMS, where the
    harness presents them. Option: `patience`, the seconds that a person gets for one thing.
    """

    name = "manual"

    def __init__(self, options: Any, questions: Questions, cards: Mapping[str, str] | None = None) -> None:
        patience = options.get("patience", PATIENCE) if isinstance(options, dict) else PATIENCE
        if not isinstance(patience, int | float) or isinstance(patience, bool) or patience <= 0:
            raise ConfigurationError(f"[driver] manual.patience must be a number of seconds above 0, not {patience!r}")
        self.patience = float(patience)
        self.cards = cards
        self._questions = questions

    async def start(self) -> None:
        """Nothing to prepare."""

    async def stop(self) -> None:
        """Nothing to let go of."""

    def can(self, verb: str, action: str = "") -> bool:
        """Whether a person can be asked, and has a card where one is needed."""
        if verb in QUESTIONS or not self._questions.can_be_asked:
            return False
        return verb != "present_token" or self.cards is None or bool(self.cards)

    async def lay_cards_ready(self) -> None:
        """Ask, however long it takes, to have the named cards at hand; without them none is asked for in this run."""
        if not self.cards:
            return
        question = Question(cards_text(self.cards), title="Before the first case")
        try:
            if await self._questions.ask(question) is Answer.CANNOT:
                self.cards = {}
        except NobodyThere:
            self.cards = {}

    async def do(self, job: Job) -> str | Answer:
        """Ask the person; returns DONE, or what the SUT has shown.

        Raises Unsupported where it cannot be done, DriverError where nobody says.
        """
        if job.verb in QUESTIONS:
            raise Unsupported("a person is not asked what the CSMS recorded")
        if not self._questions.can_be_asked:
            raise Unsupported(self._questions.why_nobody)
        if job.verb == "present_token":
            self._need_card(job)
        question = Question(
            sentence(job.verb, job.arguments, ocpp=job.ocpp, card=job.card, identity=job.identity),
            case=job.case,
            title=job.title,
            step=job.step,
            awaited=job.reaction.text if job.reaction is not None else "",
            limit=self.patience,
        )
        try:
            how = await self._questions.ask(question, job.reacted if job.reaction is not None else None)
        except (NobodyAnswered, NobodyThere) as reason:
            raise DriverError(f"{job.verb} (manual): {reason}") from None
        if how is Answer.CANNOT:
            raise Unsupported("the operator cannot do this")
        return how

    def _need_card(self, job: Job) -> None:
        if self.cards is None or job.card in self.cards or job.arguments.get("type") == TYPED:
            return
        raise Unsupported(
            f"nobody has a card {job.arguments.get('idToken')}: name one that the operator has under [values.tokens]"
        )
