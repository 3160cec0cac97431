"""What rules are made of: a subject follows one thing on the wire and says where a rule about it is broken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal, TypeVar

from .exchange import Exchange
from .rule import Fault, Rule, Side

if TYPE_CHECKING:
    from .judge import Judge

__all__ = ["Due", "Moment", "Subject", "on"]

Moment = Literal["station asks", "csms asks", "station answers", "csms answers"]
"""When a handler is called: a CALL came from that side, or its answer to a CALL of the other (also a CALLERROR)."""

_F = TypeVar("_F", bound=Callable[..., None])
MOMENTS = "_moments"


def on(moment: Moment, *actions: str) -> Callable[[_F], _F]:
    """Call this method with the `Exchange` at such a moment; without actions, at every one.

    Only what is valid by its schema and was not made wrong on purpose is handed on.
    """

    def mark(function: _F) -> _F:
        moments = [*getattr(function, MOMENTS, ()), *((moment, action) for action in actions or ("",))]
        setattr(function, MOMENTS, moments)
        return function

    return mark


@dataclass(slots=True, eq=False)
class Due:
    """Something that has to come by `deadline`; `came` when it did, or when nothing can be said any more."""

    fault: Fault
    deadline: float
    over: bool = False

    def came(self) -> None:
        """It is no longer waited for."""
        self.over = True


class Subject:
    """Follows one thing. `rules`: those that it may say are broken. One object for each conversation."""

    rules: ClassVar[tuple[Rule, ...]] = ()

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self.version = judge.version
        self.begin()

    def begin(self) -> None:
        """Set up what it remembers."""

    def opened(self, connection: int, now: float) -> None:
        """A connection was opened."""

    def closed(self, connection: int, now: float) -> None:
        """A connection has ended, however."""

    def unsound(self, exchange: Exchange) -> None:
        """A CALL, or its answer, was wrong by its form or on purpose: what it did to the other side is not known.

        Called when such a CALL comes, and when the answer to it or such an answer does.
        """

    def unreadable(self, sender: Side) -> None:
        """A side said something that is no frame: what it told is not known, nor which message it was."""

    def operated(self, verb: str, place: tuple[int, int] | None, now: float) -> None:
        """Somebody did something to the station itself (a driver's verb), at an EVSE and connector where it has one.

        Never called for traffic that was only listened to.
        """

    def breaks(
        self,
        rule: Rule,
        exchange: Exchange,
        *,
        expected: str,
        received: str,
        field: str = "",
        contradicts: str = "",
        should: bool = False,
    ) -> None:
        """`rule` is broken in this exchange. Without effect where the version has no such rule, or it is provoked."""
        self.judge.broken(
            Fault(
                rule=rule,
                exchange=exchange,
                expected=expected,
                received=received,
                field=field,
                contradicts=contradicts,
                should=should,
            )
        )

    def due(
        self, rule: Rule, exchange: Exchange, *, expected: str, within: float, field: str = "", should: bool = False
    ) -> Due:
        """`expected` has to come within so many seconds from now, or the rule is broken. Ends with the connection."""
        missed = f"nothing in {within:g} s"
        return self.judge.wait_for(
            Fault(rule=rule, exchange=exchange, expected=expected, received=missed, field=field, should=should), within
        )
