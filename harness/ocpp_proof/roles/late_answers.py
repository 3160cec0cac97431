"""CALLs that a SUT may drop: what became of each, also when its answer comes after the harness went on."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from ..net.waiting import timeout
from ..ocppj.frames import CallError, CallResult
from .message import Answer, ErrorAnswer, Payload

__all__ = ["Late", "LateAnswers", "answer_of"]


def answer_of(frame: CallResult | CallError) -> Answer | ErrorAnswer:
    """An answer as cases see it."""
    if isinstance(frame, CallError):
        answer = ErrorAnswer(frame.details)
        answer.__dict__.update(error=frame.code, description=frame.description)
        return answer
    return Answer(frame.payload)


@dataclass(slots=True)
class Late:
    """A CALL that was taken as dropped. `answer`: what came in the end after all, `seconds` after it was sent."""

    message_id: str
    action: str
    payload: Payload
    sent: float
    answer: Answer | ErrorAnswer | None = None
    seconds: float = 0.0


class LateAnswers:
    """The CALLs of one case that seemed to be dropped."""

    def __init__(self) -> None:
        self._dropped: dict[str, Late] = {}
        self._came = asyncio.Event()

    def dropped(self, message_id: str, action: str, payload: Payload, *, sent: float) -> None:
        """Nobody waits for this answer any more; `sent` is a time of time.monotonic."""
        self._dropped[message_id] = Late(message_id, action, payload, sent)

    def take(self, frame: CallResult | CallError) -> bool:
        """Keep an answer that comes late; False when it belongs to no such CALL, or is its second."""
        late = self._dropped.get(frame.message_id)
        if late is None or late.answer is not None:
            return False
        late.answer = answer_of(frame)
        late.seconds = time.monotonic() - late.sent
        self._came.set()
        return True

    async def settle(self, seconds: float) -> None:
        """Give all that seemed to be dropped so many seconds more, together; returns when all are answered."""
        try:
            async with timeout(seconds):
                while any(late.answer is None for late in self._dropped.values()):
                    self._came.clear()
                    await self._came.wait()
        except TimeoutError:
            return

    def came(self) -> list[Late]:
        """Those that were answered after all."""
        return [late for late in self._dropped.values() if late.answer is not None]

    def clear(self) -> None:
        """The case is over."""
        self._dropped.clear()
