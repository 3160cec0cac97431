"""The cases that run in front of a CSMS now, and what their stations meet on the line."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from ..net.outcome import ConnectionRefused
from ..roles.line_observer import LineObserver

__all__ = ["Flight", "Flights", "SentFrame"]

_CLOSE = 8
_GOING = (1001, 1012)
"""Close codes of a server that goes away, or restarts (RFC 6455 7.4.1); any other one is about this connection."""
_SWITCHED = 101
_OURS = ("TCP reset", "TCP half-closed", "the line goes dead")
"""What is noted of a connection that the harness ends by itself."""


@dataclass(frozen=True, slots=True)
class SentFrame:
    """What was sent, as it is recorded, when, and in which case."""

    case: str
    data: object
    at: float


@dataclass(eq=False, slots=True)
class Flight:
    """One case that runs. `alone`: nothing runs beside it. `pressed`: the CSMS did not keep up meanwhile. Times are of
    time.monotonic(), 0 for never."""

    case: str
    alone: bool
    began: float
    last: SentFrame | None = None
    heard: float = 0.0
    pressed: bool = False
    lines: list[_Line] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        """Whether something was sent that nothing has come after."""
        return self.last is not None and self.last.at > self.heard


_mine: ContextVar[Flight | None] = ContextVar("ocpp_proof_flight", default=None)


class Flights:
    """Who runs, what was sent last, and when anything was heard; the four `on_...` are told what may matter."""

    def __init__(self) -> None:
        self.now: set[Flight] = set()
        self.last: SentFrame | None = None
        self.first_unheard: SentFrame | None = None
        """The first frame since the CSMS was heard on any line."""
        self.heard = 0.0
        self.on_lost: Callable[[Flight], None] = lambda flight: None
        self.on_refused: Callable[[Flight, ConnectionRefused], None] = lambda flight, refusal: None
        self.on_unanswered: Callable[[float], None] = lambda sent: None
        self.on_answered: Callable[[Flight, float], None] = lambda flight, seconds: None

    @contextlib.contextmanager
    def flight(self, case: str, *, alone: bool) -> Iterator[Flight]:
        """The case runs while the block does; stations made inside are its own."""
        flight = Flight(case, alone, time.monotonic())
        self.now.add(flight)
        token = _mine.set(flight)
        try:
            yield flight
        finally:
            _mine.reset(token)
            self.now.discard(flight)

    def observer(self) -> LineObserver | None:
        """Who is told of the line of a station that is made now; nobody outside of a case."""
        flight = _mine.get()
        return self.observer_of(flight) if flight is not None else None

    def observer_of(self, flight: Flight) -> LineObserver:
        """Who is told of the line of a further station of this case."""
        line = _Line(self, flight)
        flight.lines.append(line)
        return line

    def any_open_since_before(self, moment: float) -> bool:
        """Whether a connection is still open that was before."""
        return any(at < moment for flight in self.now for line in flight.lines for at in line.open.values())


class _Line:
    """The connections of one station of a case."""

    def __init__(self, flights: Flights, flight: Flight) -> None:
        self._flights, self._flight = flights, flight
        self.open: dict[int, float] = {}
        """When each connection that is open was upgraded."""
        self._ended: set[int] = set()
        """Whose end says nothing of the CSMS: the harness ends it, or the CSMS says what is wrong with it."""
        self._going: set[int] = set()

    def wire(self, connection: int, direction: str, kind: str, data: Any) -> None:
        """See LineObserver."""
        if direction == "in":
            self._heard(connection, kind, data)
        elif kind == "tcp-lost":
            self._lost(connection)
        elif kind in ("text", "binary", "bytes-bad"):
            self._sent(data)
        elif kind == "frame" and data.get("opcode") == _CLOSE:
            if connection not in self._going:
                self._ended.add(connection)
        elif kind == "frame":
            self._sent(data)
        elif kind == "note" and str(data) in _OURS:
            self._ended.add(connection)

    def answered(self, seconds: float) -> None:
        """See LineObserver."""
        self._flights.on_answered(self._flight, seconds)

    def unanswered(self, sent: float) -> None:
        """See LineObserver."""
        self._flights.on_unanswered(sent)

    def refused(self, refusal: ConnectionRefused) -> None:
        """See LineObserver."""
        self._flights.on_refused(self._flight, refusal)

    def _heard(self, connection: int, kind: str, data: Any) -> None:
        now = time.monotonic()
        self._flight.heard = self._flights.heard = now
        self._flights.first_unheard = None
        if kind == "handshake" and data.get("status") == _SWITCHED:
            self.open[connection] = now
        elif kind == "frame" and data.get("opcode") == _CLOSE:
            (self._going if data.get("code") in _GOING else self._ended).add(connection)

    def _sent(self, data: object) -> None:
        frame = SentFrame(self._flight.case, data, time.monotonic())
        self._flight.last = self._flights.last = frame
        self._flights.first_unheard = self._flights.first_unheard or frame

    def _lost(self, connection: int) -> None:
        if self.open.pop(connection, None) is not None and connection not in self._ended:
            self._flights.on_lost(self._flight)
