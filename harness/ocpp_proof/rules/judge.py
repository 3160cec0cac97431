"""Holds everything that was said between a station and a CSMS against the rules, from the wire alone.

It does no I/O and asks no clock: whoever listens tells it what was said, by whom and when. So it judges a live run, a
recording, or the traffic of two systems that are neither of them ours.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from ..ocppj.frames import Call, CallError, CallResult, Frame, Send
from .exchange import Exchange
from .register import SUBJECTS
from .rule import Breach, Fault, Rule, Side
from .subject import MOMENTS, Due, Subject

__all__ = ["Judge"]

_OTHER: dict[Side, Side] = {"station": "csms", "csms": "station"}
_Handler = Callable[[Exchange], None]


def _object(payload: object) -> dict[str, Any]:
    """A payload as those who look into it may take it to be: one that is no object breaks its schema."""
    return payload if isinstance(payload, dict) else {}


class Judge:
    """One conversation, over however many connections it takes. Times are seconds since the epoch.

    `of`: the sides that are judged. `in_time`: seconds in which the consequence of an accepted request has to show;
    `deviation`: by how many clocks may differ. `held_up`: for how long the listener could not read in all: what is
    late by that is not. `failed` is told of a mistake in a rule; without it the exception is raised.
    """

    def __init__(
        self,
        version: str,
        *,
        of: Collection[Side],
        in_time: float = 60.0,
        deviation: float = 60.0,
        held_up: Callable[[], float] = lambda: 0.0,
        failed: Callable[[str], None] | None = None,
        subjects: Collection[type[Subject]] = SUBJECTS,
    ) -> None:
        self.version = version
        self.of = frozenset(of)
        self.in_time = in_time
        self.deviation = deviation
        self.connections: set[int] = set()
        """The numbers of those that are open."""
        self.provoked: frozenset[str] = frozenset()
        """The rules for which a case has made the situation, until it ends."""
        self._held_up = held_up
        self._failed = failed
        self._asked: dict[tuple[Side, str], Exchange] = {}
        self._newest: dict[tuple[Side, int], Exchange] = {}
        """The last CALL of each side on each connection that is open."""
        self._unconfirmed: dict[Side, list[Exchange]] = {"station": [], "csms": []}
        self._dues: list[tuple[Due, float]] = []
        self._found: dict[tuple[str, str, str], Breach] = {}
        self.times: dict[tuple[str, str, str], int] = {}
        """How often each cause was found since `settle`."""
        self._handlers: dict[tuple[str, str], list[_Handler]] = {}
        self._subjects = [
            subject(self)
            for subject in subjects
            if any(rule.of in self.of and version in rule.requirements for rule in subject.rules)
        ]
        for one in self._subjects:
            for name in dir(type(one)):
                for moment in getattr(getattr(type(one), name), MOMENTS, ()):
                    self._handlers.setdefault(moment, []).append(getattr(one, name))

    # --- what was seen

    def opened(self, connection: int, now: float) -> None:
        """A connection of this number was opened."""
        self._pass(now)
        self.connections.add(connection)
        for subject in self._subjects:
            self._guard(subject.opened, connection, now)

    def closed(self, connection: int, now: float) -> None:
        """A connection has ended: nothing that was asked on it is answered any more."""
        self._pass(now)
        self.connections.discard(connection)
        self._asked = {key: one for key, one in self._asked.items() if one.connection != connection}
        self._newest = {key: one for key, one in self._newest.items() if one.connection != connection}
        for side, waiting in self._unconfirmed.items():
            self._unconfirmed[side] = [one for one in waiting if one.connection != connection]
        self._dues = [(due, held_up) for due, held_up in self._dues if due.fault.exchange.connection != connection]
        for subject in self._subjects:
            self._guard(subject.closed, connection, now)

    def operated(self, verb: str, place: tuple[int, int] | None, now: float) -> None:
        """A driver did something to the station under test."""
        for subject in self._subjects:
            self._guard(subject.operated, verb, place, now)

    def said(
        self,
        sender: Side,
        frame: Frame | None,
        now: float,
        *,
        connection: int = 0,
        deviating: bool = False,
        broken: bool = False,
    ) -> None:
        """One side said this. `deviating`: it was made wrong on purpose; `broken`: it does not fit its schema.

        Neither is shown to the rules about what messages mean; a request of that kind is not, nor is its answer.
        """
        self._pass(now)
        for one in self._unconfirmed[sender]:
            if one.connection == connection:
                one.confirmed = True
        self._unconfirmed[sender] = [one for one in self._unconfirmed[sender] if not one.confirmed]
        match frame:
            case Call() | Send():
                exchange = Exchange(
                    sender,
                    frame.action,
                    _object(frame.payload),
                    frame.message_id,
                    now,
                    connection,
                    deviating=deviating or broken,
                )
                if isinstance(frame, Call):
                    self._asked[sender, frame.message_id] = exchange
                    self._newest[sender, connection] = exchange
                if exchange.deviating:
                    self._unsound(exchange)
                else:
                    self._tell(f"{sender} asks", exchange)
            case CallResult() | CallError():
                asked = self._asked.pop((_OTHER[sender], frame.message_id), None)
                if asked is None:
                    return
                asked.answered = now
                asked.answer_deviating = deviating or broken
                if isinstance(frame, CallResult):
                    asked.response = _object(frame.payload)
                else:
                    asked.error = frame.code
                self._unconfirmed[asked.sender].append(asked)
                if asked.deviating or asked.answer_deviating:
                    self._unsound(asked)
                else:
                    self._tell(f"{sender} answers", asked)
            case _:
                for subject in self._subjects:
                    self._guard(subject.unreadable, sender)

    def _tell(self, moment: str, exchange: Exchange) -> None:
        for handler in self._handlers.get((moment, exchange.action), ()):
            self._guard(handler, exchange)
        for handler in self._handlers.get((moment, ""), ()):
            self._guard(handler, exchange)

    def _guard(self, function: Callable[..., None], *arguments: object) -> None:
        """A mistake in a rule is told, and takes neither the run nor the other rules with it."""
        try:
            function(*arguments)
        except Exception as error:
            if self._failed is None:
                raise
            where = traceback.extract_tb(error.__traceback__)[-1]
            what = f"{type(error).__name__}: {error}, {Path(where.filename).name}:{where.lineno}"
            about = next((one.text() for one in arguments if isinstance(one, Exchange)), "")
            self._failed(f"a mistake of ocpp-proof in the rules of {function.__qualname__}: {what} {about}".rstrip())

    def _unsound(self, exchange: Exchange) -> None:
        for subject in self._subjects:
            self._guard(subject.unsound, exchange)

    def held_up(self) -> float:
        """For how many seconds in all the listener could not read: what is late by that is not."""
        return self._held_up()

    def _pass(self, now: float) -> None:
        """What was due by now and did not come."""
        if not self._dues:
            return
        left = []
        for due, held_up in self._dues:
            if due.over:
                continue
            if now < due.deadline + self._held_up() - held_up:
                left.append((due, held_up))
                continue
            if self._waits(due):
                due.deadline = now + self.in_time
                left.append((due, self._held_up()))
                continue
            due.over = True
            self.broken(due.fault, at=now)
        self._dues = left

    def _waits(self, due: Due) -> bool:
        """Whether the side in question has a CALL without answer: it must not send another one (OCPP-J 4.1.1).

        Who has sent another one since has given it up.
        """
        newest = self._newest.get((due.fault.rule.of, due.fault.exchange.connection))
        return newest is not None and newest.answered is None

    # --- what was found

    def provoke(self, *rules: str) -> None:
        """A case makes these rules be broken on purpose: they keep still until `settle`. ValueError for no rule."""
        known = {rule.id for subject in SUBJECTS for rule in subject.rules}
        if unknown := sorted(set(rules) - known):
            raise ValueError(f"no rule is called {', '.join(unknown)}")
        self.provoked |= set(rules)

    def broken(self, fault: Fault, *, at: float | None = None) -> None:
        """Keep that a rule is broken, once for a cause. `at`: when, where that is not when the message came."""
        rule, exchange = fault.rule, fault.exchange
        if not self._is_judged(rule):
            return
        breach = Breach(
            rule,
            rule.requirements[self.version],
            fault.expected,
            fault.received,
            exchange.action,
            exchange.message_id,
            at if at is not None else exchange.answered or exchange.asked,
            fault.field,
            fault.contradicts,
            fault.should,
        )
        self._found.setdefault(breach.cause, breach)
        self.times[breach.cause] = self.times.get(breach.cause, 0) + 1

    def _is_judged(self, rule: Rule) -> bool:
        return rule.of in self.of and self.version in rule.requirements and rule.id not in self.provoked

    def wait_for(self, fault: Fault, within: float) -> Due:
        """It is one unless what is expected comes in so many seconds, or the connection ends."""
        due = Due(fault, (fault.exchange.answered or fault.exchange.asked) + within)
        if self._is_judged(fault.rule):
            self._dues.append((due, self._held_up()))
        return due

    def settle(self, now: float | None = None) -> list[Breach]:
        """A case has ended: the breaches since the last time, one for each cause. What is due stays due.

        `now`: what did not come by then is late, whether or not anything was said since.
        """
        if now is not None:
            self._pass(now)
        found = list(self._found.values())
        self._found.clear()
        self.times.clear()
        self.provoked = frozenset()
        return found
