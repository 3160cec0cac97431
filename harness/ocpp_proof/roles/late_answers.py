"""CALLs that a SUT may drop: what became of each, also when its answer comes after the harness went on."""

from __future__ import annotations

from dataclasses import dataclass

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
    """A CALL that was taken as dropped. `answer`: what came in the end after all."""

    message_id: str
    action: str
    payload: Payload
    answer: Answer | ErrorAnswer | None = None


class LateAnswers:
    """The CALLs of one case that seemed to be dropped."""

    def __init__(self) -> None:
        self._dropped: dict[str, Late] = {}

    def dropped(self, message_id: str, action: str, payload: Payload) -> None:
        """Nobody waits for this answer any more."""
        self._dropped[message_id] = Late(message_id, action, payload)

    def take(self, frame: CallResult | CallError) -> bool:
        """Keep an answer that comes late; False when it belongs to no such CALL, or is its second."""
        late = self._dropped.get(frame.message_id)
        if late is None or late.answer is not None:
            return False
        late.answer = answer_of(frame)
        return True

    def came(self) -> list[Late]:
        """Those that were answered after all."""
        return [late for late in self._dropped.values() if late.answer is not None]

    def clear(self) -> None:
        """The case is over."""
        self._dropped.clear()
