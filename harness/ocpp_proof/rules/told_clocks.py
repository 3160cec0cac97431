"""The clocks that a station was told: what its own times are held against."""

from __future__ import annotations

from .exchange import Exchange
from .times import seconds

__all__ = ["ToldClocks"]

_KEPT = 100


class ToldClocks:
    """Each clock that was told minus the listener's, in seconds; the listener's own, which is that of NTP, is one too.

    The last is in effect, and those before it that the station may not have forgotten.
    """

    def __init__(self) -> None:
        self._offsets: list[float] = []

    @property
    def any(self) -> bool:
        """Whether one was told."""
        return bool(self._offsets)

    @property
    def last(self) -> float:
        """The offset of the last that was told; 0 where none was."""
        return self._offsets[-1] if self._offsets else 0.0

    def hear(self, exchange: Exchange) -> None:
        """The answer to a BootNotification or a Heartbeat."""
        told = seconds((exchange.response or {}).get("currentTime"))
        if told is None or exchange.answered is None:
            return
        offset = told - exchange.answered
        self._offsets = [*(known for known in self._offsets if abs(known - offset) > 2), offset][-_KEPT:]

    def ahead(self, time: float, moment: float) -> float:
        """By how many seconds a time that the station wrote lies behind `moment` at least, by whichever clock."""
        return min(time - moment - offset for offset in (0.0, *self._offsets))

    def behind(self, time: float, moment: float) -> float:
        """By how many seconds a time that the station wrote lies before `moment` at least, by whichever clock."""
        return min(moment + offset - time for offset in (0.0, *self._offsets))
