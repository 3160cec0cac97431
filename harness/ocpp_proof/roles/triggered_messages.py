"""What a station agreed to send when it was asked, and did not, over all cases of a run: nobody waits for it again."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

from .message import Answer, ErrorAnswer, Message

__all__ = ["TriggeredMessages", "in_vain_text"]


def in_vain_text(action: str, where: str = "") -> str:
    """Why a case cannot judge that needs a message which TriggerMessage was accepted for, and which did not come.

    `where`: the case in which it was found out, where that was another one.
    """
    told = f" in {where}" if where else ""
    return f"TriggerMessage of {action} was accepted, and no {action} came{told}: cases about TriggerMessage judge that"


class TriggeredMessages:
    """Follows what a station sends of what it was asked for by TriggerMessage.

    `clock` gives seconds. A message that comes later after all, asked for or not, is no longer missed.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._owed: dict[str, tuple[float, str]] = {}

    def answered(
        self, action: str, payload: Any, answer: Answer | ErrorAnswer, case: str, came: Collection[str] = ()
    ) -> None:
        """A CALL of a case has its answer; messages of the actions in `came` were sent since it was asked."""
        wanted = payload.get("requestedMessage") if isinstance(payload, Mapping) else None
        accepted = answer.error is None and answer.get("status") == "Accepted"
        if action == "TriggerMessage" and accepted and isinstance(wanted, str) and wanted not in came:
            self._owed.setdefault(wanted, (self._clock(), case))

    def heard(self, message: Message) -> None:
        """A message of the station came."""
        self._owed.pop(message.action, None)

    def connected_anew(self, within: float) -> None:
        """What was promised less than so many seconds ago may have been lost with the connection before."""
        now = self._clock()
        self._owed = {action: owed for action, owed in self._owed.items() if now - owed[0] >= within}

    def missed(self, action: str, within: float) -> str:
        """The case in which this message was promised and did not come within so many seconds; else empty."""
        since, case = self._owed.get(action, (self._clock(), ""))
        return case if self._clock() - since >= within else ""
