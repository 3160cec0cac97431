"""Whether whoever operates a station under test kept it waiting for longer than it waits for a driver.

After a token or a remote start a station waits for the cable as long as ConnectionTimeOut says (2.x:
EVConnectionTimeOut, E03.FR.05), then it gives up, and rightly starts nothing. A 1.6 station that has the cable waits
for the token in the same way (1.6 4.9, B1 and errata 3.21). The seconds that a person, or a rig, takes are known here.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

__all__ = ["KeptWaiting"]

_CABLE = ("plug_in", "plug_in_halfway")
_OVER = ("unplug", "unplug_vehicle", "press_stop")


@dataclass(frozen=True, slots=True)
class _Hand:
    """Something that a station waited for was done. Times in seconds, `began` of the epoch.

    `waited`: how long the station had waited by then, at most; `took`: for how much of that `who` was asked.
    """

    verb: str
    who: str
    began: float
    took: float
    waited: float
    patience: float | None


class KeptWaiting:
    """What one case has to tell of it. `patience` gives for how many seconds the station waits, None: not known yet."""

    def __init__(self, ocpp: str) -> None:
        self.patience: Callable[[], float | None] = lambda: None
        self._ocpp = ocpp
        self._has: Literal["", "token", "cable"] = ""
        self._since = 0.0
        self._hands: list[_Hand] = []

    @property
    def unknown(self) -> bool:
        """Whether nobody knew how long the station waits when something was done for which it waited."""
        return any(hand.patience is None for hand in self._hands)

    def remote_start(self) -> None:
        """The station has accepted a remote start: it waits for the cable, where that is not in."""
        now = time.time()
        self._came("token", now, now)

    def did(self, verb: str, who: str, began: float, *, seen: bool) -> None:
        """A verb is done. `began`: when it was asked for, time.time(); `seen`: the station has shown that it was done
        now; else it may have been at any moment since."""
        now = time.time()
        what: Literal["", "token", "cable"] = "cable" if verb in _CABLE else "token" if verb == "present_token" else ""
        if what and self._has not in ("", what) and (what == "cable" or self._ocpp == "1.6"):
            self._hands.append(_Hand(verb, who, began, now - began, now - self._since, self.patience()))
        if what:
            self._came(what, began if not seen else now, now)
        elif verb in _OVER:
            self._has = ""

    def _came(self, what: Literal["token", "cable"], earliest: float, now: float) -> None:
        self._has = what if self._has in ("", what) else ""  # with both it waits for nobody
        self._since = min(earliest, now)

    def too_long(self) -> tuple[float, str] | None:
        """Since when (epoch) somebody took so long that the station may have given up, and what to do about it.

        None where nobody did, and where the case itself let the time pass.
        """
        key = "ConnectionTimeOut" if self._ocpp == "1.6" else "TxCtrlr.EVConnectionTimeOut"
        for hand in self._hands:
            limit = hand.patience if hand.patience is not None else self.patience()
            if limit is not None and hand.waited - hand.took <= limit < hand.waited:
                return hand.began, (
                    f"{hand.who} took {hand.took:.0f} s for {hand.verb}, and the station, which had waited for "
                    f"{hand.waited:.0f} s by then, gives up after {limit:g} s ({key}): set that to more, or be "
                    "quicker, and run the case again"
                )
        return None
