"""The evidence of one case as it runs: a tree of steps and checks, and the wire beside it.

The tree hangs on a ContextVar, so that cases which run at the same time never mix (allure's own stack of steps is a
thread-local and nests them into each other).
"""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from ocpp_reports.model import CaseResult, CheckRecord, StepRecord, Verdict, WireRecord, worst

from ..net.waiting import Timeout
from .errors import Inconclusive, NonConformance, OcppProofError, PreconditionFailed
from .kept_waiting import KeptWaiting
from .redact import Redactor
from .requirements import PRECONDITION, STEP, UnknownRequirement, level_of, line_of

__all__ = ["ALSO", "CaseRun", "Observer", "Wait", "current_case", "describe", "in_case"]

ALSO = "; also came: "
"""Stands in what was received between the message that came nearest and all others."""
_LONGEST = 600
_RUN = re.compile(r"(.)\1{39,}")
Undo = Callable[[], Awaitable[Any]]


def describe(value: Any, limit: int = _LONGEST) -> str:
    """A value as text for a report: short, one line."""
    text = value if isinstance(value, str) else repr(value)
    text = _RUN.sub(lambda found: f"{found[1] * 3}…({len(found[0])} times)", " ".join(text.split()))
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _described(received: Any) -> str:
    """What was received: the nearest message whole, the others in what room there is."""
    if isinstance(received, str) and ALSO in received:
        nearest, _, others = received.partition(ALSO)
        return describe(nearest, 4 * _LONGEST) + ALSO + describe(others)
    return describe(received)


class Wait(NamedTuple):
    """What a case waits for, since when (time.monotonic), and for how many seconds at most."""

    what: str
    since: float
    within: float | None


class Observer:
    """Is told what happens in a case, for whoever shows the run as it goes. This one shows nothing."""

    def changed(self) -> None:
        """The case is at another row, or waits for something else."""

    def recorded(self, record: WireRecord) -> None:
        """Something was added to the wire log."""


class CaseRun:
    """What the words of a case write to while it runs.

    `result` is the evidence; `undo` holds what states registered to be taken back, last first.
    """

    def __init__(self, result: CaseResult) -> None:
        self.result = result
        self.redactor = Redactor([])
        self.undo: list[tuple[str, Undo]] = []
        self.givens = 0
        self.cleaning_up = False
        self.waits_for: Wait | None = None
        """What is waited for: for whoever shows the run."""
        self.observer = Observer()
        self._limits: list[Timeout] = []
        self._questions = 0
        self.said_done: list[str] = []
        """The verbs of which a person has said that they are done, before the SUT showed it."""
        self.slow_person: tuple[float, str] | None = None
        """Since when (epoch) a person took so long for something that the SUT may have given up waiting, and what."""
        self.kept_waiting = KeptWaiting(result.ocpp)
        self.held_up: Callable[[], float] = lambda: 0.0
        """For how many seconds the harness itself could not run since the case began."""
        self._late: tuple[StepRecord, str] | None = None
        self._stack: list[StepRecord] = [result.scenario]
        self._watchers: list[Callable[[], None]] = []

    # --- the tree

    @property
    def step(self) -> StepRecord:
        """The row that is being written."""
        return self._stack[-1]

    @property
    def in_given(self) -> bool:
        """Whether a precondition is being set up: nothing is judged then."""
        return self.givens > 0

    @contextmanager
    def open(self, title: str, kind: str = "step") -> Iterator[StepRecord]:
        """Write a row; an exception inside marks it and goes on outwards."""
        step = StepRecord(title, kind=kind, started=time.time())
        self.step.steps.append(step)
        self._stack.append(step)
        self.observer.changed()
        try:
            yield step
        except NonConformance as error:
            step.verdict = Verdict.FAIL if not self.in_given else Verdict.INCONCLUSIVE
            step.error = str(error).split("\n", 1)[0]
            raise
        except BaseException as error:
            step.verdict = Verdict.INCONCLUSIVE
            step.error = describe(str(error) or type(error).__name__, 300)
            raise
        finally:
            step.ended = time.time()
            self._stack.pop()
            inner = [c.verdict for c in step.checks] + [s.verdict for s in step.steps]
            step.verdict = worst(step.verdict, *inner)

    @contextmanager
    def given(self, title: str) -> Iterator[None]:
        """Write a precondition: whatever goes wrong inside says that the state could not be reached."""
        self.givens += 1
        try:
            with self.open(title, "given"):
                yield
        except (NonConformance, Inconclusive) as error:
            if isinstance(error, PreconditionFailed):
                raise
            raise PreconditionFailed(f"could not reach the state: {title}\n{error}") from error
        finally:
            self.givens -= 1
            if not self.givens:
                self.preconditions_met()

    @property
    def official_step(self) -> str:
        """The row of an official case that is being carried out, as "TC_K_01_CSMS step 1"; empty for a case of ours.

        Rows are counted as the case runs; before the first and after the last it is the precondition or the clean-up.
        """
        if not self.result.id.startswith("TC_"):
            return ""
        if self.in_given:
            return f"{self.result.id} {'clean-up' if self.cleaning_up else 'precondition'}"
        number = sum(step.kind == "step" for step in self.result.scenario.steps)
        return f"{self.result.id} step {number}"

    @property
    def row_text(self) -> str:
        """The row that is being carried out, in words, with its number in an official case; empty outside of rows."""
        titles = [step.title for step in self._stack[1:]]
        if self.cleaning_up and len(titles) > 1:
            titles = titles[1:]  # what is taken back, and not only that
        if not titles:
            return ""
        told = titles[0] if titles[-1] == titles[0] else f"{titles[0]}: {titles[-1]}"
        return f"{self.official_step}: {told}" if self.official_step else told

    @contextmanager
    def waiting(self, what: str, within: float | None = None) -> Iterator[None]:
        """Inside, the case waits for this, `within` so many seconds at most."""
        before, self.waits_for = self.waits_for, Wait(what, time.monotonic(), within)
        self.observer.changed()
        try:
            yield
        finally:
            self.waits_for = before
            self.observer.changed()

    @contextmanager
    def limited(self, limit: Timeout) -> Iterator[None]:
        """Inside, this limit is one of the case: it does not come nearer while a person is asked."""
        self._limits.append(limit)
        if self._questions:
            limit.hold()
        try:
            yield
        finally:
            self._limits.remove(limit)

    @property
    def asks_a_person(self) -> bool:
        """Whether a question to a person is open, or waits for its turn."""
        return self._questions > 0

    @contextmanager
    def asking_a_person(self) -> Iterator[None]:
        """Inside, no limit of the case comes nearer: how long a person takes says nothing about the SUT."""
        self._questions += 1
        for limit in self._limits:
            limit.hold()
        try:
            yield
        finally:
            self._questions -= 1
            if not self._questions:
                for limit in self._limits:
                    limit.go_on()

    # --- judgements

    def check(
        self,
        requirement: str,
        condition: bool,
        *,
        expected: Any,
        received: Any,
        note: str = "",
        level: str | None = None,
    ) -> bool:
        """Judge one requirement. In a precondition a broken one ends the case as not reached."""
        requirement = self._cited(requirement)
        level = level or level_of(requirement, self.result.ocpp)
        verdict = Verdict.PASS if condition else (Verdict.FAIL if level == "MUST" else Verdict.WARN)
        record = CheckRecord(
            requirement,
            level,
            verdict,
            self.redactor.text(describe(expected)),
            self.redactor.text(_described(received)),
            describe(note, 2000),
            time.time(),
        )
        if not condition and self._late is not None and self._late[0] is self._row:
            record.verdict, record.note = Verdict.INCONCLUSIVE, "; ".join(filter(None, (self._late[1], record.note)))
        if self.in_given:
            if verdict is Verdict.FAIL:
                raise NonConformance(self._text(record))  # `given` makes it a state that was not reached
            record.verdict = Verdict.NONE
        self.step.checks.append(record)
        return condition

    def _cited(self, requirement: str) -> str:
        if requirement != STEP:
            return requirement
        if not self.official_step and not self.in_given:
            raise UnknownRequirement(
                f"{self.result.id} is no official case and has no official step: name a requirement"
            )
        return self.official_step or PRECONDITION

    def fail(self, requirement: str, *, expected: Any, received: Any, note: str = "") -> NonConformance | Inconclusive:
        """Judge a requirement as broken and give the exception to raise where going on makes no sense."""
        self.check(requirement, False, expected=expected, received=received, note=note, level="MUST")
        record = self.step.checks[-1]
        return (Inconclusive if record.verdict is Verdict.INCONCLUSIVE else NonConformance)(self._text(record))

    @property
    def _row(self) -> StepRecord:
        """The row of the scenario that is being written, whatever is inside it."""
        return self._stack[min(1, len(self._stack) - 1)]

    def time_passed(self, what: str, *, late: float) -> None:
        """A time limit has ended. `late`: for so many seconds the harness could not run meanwhile, too many to conclude
        anything from it (0: it could): what this row of the scenario finds wrong from now on is no fault of the SUT."""
        self.record("-", "timer", what)
        if late:
            self._late = self._row, f"the harness itself was {late:.1f} s late when {what}"

    def missed_by(self, seconds: float, what: str) -> None:
        """A time is wrong by so many seconds: no fault of the SUT where the harness was as late in this case."""
        if 0 < seconds <= (late := self.held_up()):
            self._late = self._row, f"the harness itself was {late:.1f} s late when it read {what}"

    def not_judged(self, requirement: str, because: str) -> None:
        """Say why a check of the official case is left out on this branch."""
        self.result.not_judged.append((self._cited(requirement), because))

    def when_preconditions_are_met(self, callback: Callable[[], None]) -> None:
        """Call back when the preconditions are done: what came until then is no longer matched by expectations."""
        self._watchers.append(callback)

    def preconditions_met(self) -> None:
        """Tell the watchers that the main scenario goes on from here."""
        for callback in self._watchers:
            callback()

    # --- the end

    def settle(self, error: BaseException | None) -> None:
        """Set the case's verdict from its checks and from the exception that ended it (None: it ran to its end)."""
        result = self.result
        result.duration = time.time() - result.started
        judged = [c for c in result.checks() if c.verdict is not Verdict.NONE]
        verdict = worst(*(c.verdict for c in judged))
        failures = [self._text(c) for c in judged if c.verdict is Verdict.FAIL]
        match error:
            case None:
                if not judged:
                    verdict = Verdict.INCONCLUSIVE
                    why = "; ".join(dict.fromkeys(because for _, because in result.not_judged))
                    result.reason = "The case came to its end without judging anything" + (f": {why}" if why else ".")
                elif verdict is Verdict.INCONCLUSIVE:
                    result.reason = "\n\n".join(self._text(c) for c in judged if c.verdict is verdict)
            case NonConformance():
                verdict = Verdict.FAIL
                if not failures:
                    failures = [str(error)]
            case OcppProofError():
                verdict = worst(verdict, Verdict.INCONCLUSIVE)
                result.reason = str(error)
            case _:
                verdict = worst(verdict, Verdict.INCONCLUSIVE)
                result.reason = f"The harness itself stopped: {type(error).__name__}: {error}"
        if failures:
            result.reason = "\n\n".join(failures)
        elif verdict is Verdict.WARN:
            result.reason = "\n\n".join(self._text(c) for c in judged if c.verdict is Verdict.WARN)
        result.verdict = verdict

    def record(self, direction: str, kind: str, data: Any, connection: int = 0) -> None:
        """Add to the wire log."""
        record = WireRecord(time.time(), direction, kind, self.redactor.data(data), connection)
        self.result.wire.append(record)
        self.observer.recorded(record)

    def _text(self, record: CheckRecord) -> str:
        """The text of a broken requirement: what it says, what was expected, what came, and a hint."""
        said = line_of(record.requirement, self.result.ocpp)
        lines = [
            f"{record.requirement} ({record.level})" + (f": {said}" if said else ""),
            f"expected: {record.expected}",
            f"received: {record.received}",
        ]
        if record.note:
            note, _, line = record.note.partition("; repeat: ")
            lines.append(f"look at:  {note}")
            lines += [f"repeat:   {line}"] if line else []
        return "\n".join(lines)


_current: ContextVar[CaseRun] = ContextVar("ocpp_proof_case")


def current_case() -> CaseRun:
    """The case that the calling task belongs to; LookupError outside of a case."""
    return _current.get()


def in_case() -> bool:
    """Whether the calling task belongs to a case."""
    return _current.get(None) is not None


@contextmanager
def running(case: CaseRun) -> Iterator[CaseRun]:
    """Make `case` the current one of this task and of the tasks that it starts."""
    token = _current.set(case)
    try:
        yield case
    finally:
        _current.reset(token)
