"""A conversation for the rules, line by line, with times of its own: no network, no clock."""

from __future__ import annotations

from functools import partial
from itertools import count
from typing import Any

from ocpp_proof.ocppj.frames import Call, CallError, CallResult
from ocpp_proof.ocppj.schemas import violations
from ocpp_proof.rules.judge import Judge
from ocpp_proof.rules.register import SUBJECTS
from ocpp_proof.rules.rule import Breach, Side
from ocpp_proof.rules.subject import Subject

__all__ = ["START", "Dialogue", "about"]

START = 1_796_000_000.0
"""Seconds since the epoch: when each dialogue begins."""


class Dialogue:
    """A station and a CSMS talk; both are judged. A message that breaks its schema is a fault of the test."""

    def __init__(
        self,
        version: str,
        *,
        of: tuple[Side, ...] = ("station", "csms"),
        in_time: float = 60.0,
        subjects: tuple[type[Subject], ...] = SUBJECTS,
    ) -> None:
        self.version = version
        self.judge = Judge(version, of=of, in_time=in_time, subjects=subjects)
        self.now = START
        self.slow = 0.0
        """Seconds that each answer takes besides."""
        self._ids = count(1)
        self._connection = 0
        self.judge.opened(0, self.now)

    def later(self, seconds: float) -> None:
        """Time passes."""
        self.now += seconds

    def reconnect(self) -> None:
        """The connection is lost, and another one made."""
        self.judge.closed(self._connection, self.now)
        self._connection += 1
        self.judge.opened(self._connection, self.now)

    def station(self, action: str, answer: dict[str, Any] | str | None = None, /, **payload: Any) -> None:
        """The station asks; `answer` is the CSMS's: a payload, the code of a CALLERROR, or None for none."""
        self._exchange("station", "csms", action, payload, answer)

    def csms(self, action: str, answer: dict[str, Any] | str | None = None, /, **payload: Any) -> None:
        """The CSMS asks; `answer` is the station's."""
        self._exchange("csms", "station", action, payload, answer)

    def station_wrong(self, action: str, answer: dict[str, Any], /, **payload: Any) -> None:
        """The station asks what breaks its schema, and is answered."""
        id = f"m{next(self._ids)}"
        self.judge.said("station", Call(id, action, payload), self.now, connection=self._connection, broken=True)
        self.judge.said("csms", CallResult(id, answer), self.now, connection=self._connection)

    def _exchange(
        self, sender: Side, other: Side, action: str, payload: dict[str, Any], answer: dict[str, Any] | str | None
    ) -> None:
        assert not violations(self.version, action, "request", payload)
        id = f"m{next(self._ids)}"
        self.judge.said(sender, Call(id, action, payload), self.now, connection=self._connection)
        self.now += 0.01 + self.slow
        if isinstance(answer, dict):
            assert not violations(self.version, action, "response", answer)
            self.judge.said(other, CallResult(id, answer), self.now, connection=self._connection)
        elif answer is not None:
            self.judge.said(other, CallError(id, answer, "", {}), self.now, connection=self._connection)
        self.now += 0.01

    def found(self) -> list[str]:
        """The rules that were broken since the last time, sorted."""
        return sorted(breach.rule.id for breach in self.breaches())

    def breaches(self) -> list[Breach]:
        """What was found since the last time."""
        return self.judge.settle()


def about(*subjects: type[Subject]) -> partial[Dialogue]:
    """Dialogues that are held against the rules of these subjects alone."""
    return partial(Dialogue, subjects=subjects)
