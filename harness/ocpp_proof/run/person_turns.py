"""The cases that may ask a person: which those are in a run, their order, and what that person gets ready first."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from ..cases.errors import ConfigurationError
from ..sut.drivers.manual import Manual
from .bench import Bench
from .person_cases import asked_of_a_person, walk

__all__ = ["LEFT_OUT", "PersonTurns"]

LEFT_OUT = "asks nobody to do anything, and the run is --only-manual"
"""Why a case is not run."""
CaseFunction = Callable[..., Coroutine[Any, Any, None]]


class PersonTurns:
    """What a run whose bench has started asks a person for. Raises ConfigurationError where the run is for a person
    (`only_manual`) and nobody can be asked."""

    def __init__(self, bench: Bench, *, only_manual: bool) -> None:
        self._bench = bench
        if not only_manual:
            return
        if "manual" not in bench.config.drivers:
            raise ConfigurationError(f"--only-manual: driver.use of {bench.config.path} has no 'manual'")
        questions = bench.operator.questions
        if not questions.can_be_asked:
            raise ConfigurationError(f"--only-manual: {questions.why_nobody}; --operator opens a page")

    def asked(self, function: CaseFunction) -> frozenset[str]:
        """The verbs for which a case may have a person asked."""
        return asked_of_a_person(function, self._bench.ocpp, self._bench.drivers)

    @staticmethod
    def place(verbs: Iterable[str]) -> int:
        """Where a case with these verbs stands among those that are like it: what is done at one place goes together,
        and what asks nobody comes last."""
        return walk(set(verbs))

    async def get_ready(self, verbs: Iterable[frozenset[str]]) -> None:
        """Have the person lay the cards ready that sut.toml names, where a case with these verbs may need any."""
        if any("present_token" in asked for asked in verbs):
            for driver in self._bench.drivers:
                if isinstance(driver, Manual):
                    await driver.lay_cards_ready()
