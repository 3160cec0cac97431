"""Who is told how a CSMS under test does on the line of one station, whatever the case on it is about."""

from __future__ import annotations

from typing import Protocol

from ..net.outcome import ConnectionRefused

__all__ = ["LineObserver"]


class LineObserver(Protocol):
    """Seconds are of time.monotonic()."""

    def wire(self, connection: int, direction: str, kind: str, data: object) -> None:
        """Something happened on a connection; as it is recorded (`net.outcome.Record`)."""

    def answered(self, seconds: float) -> None:
        """A CALL was answered after so many seconds, perhaps when nobody waited any more."""

    def unanswered(self, sent: float) -> None:
        """A CALL that was sent then has got no answer in time."""

    def refused(self, refusal: ConnectionRefused) -> None:
        """A connection to the address of the CSMS did not come about."""
