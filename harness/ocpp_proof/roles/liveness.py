"""Whether the SUT answers at all, and if not: since which case, and after which frame."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Liveness", "Silence"]

_FRAMES = ("text", "binary", "frame", "bytes-bad")


@dataclass(frozen=True, slots=True)
class Silence:
    """`case`: the case in which it began; `frame`: what was sent first after the last sign of the SUT."""

    case: str
    frame: str

    def text(self, what: str) -> str:
        """In words: "since TC_001_CS, after this frame: [3,...], the station answers nothing"."""
        after = f", after this frame: {self.frame}" if self.frame else ""
        return f"since {self.case}{after}, {what}"


class Liveness:
    """Follows what is sent, what comes, and which CALLs are answered, over all connections to one SUT.

    `silence`: the SUT owes an answer, and has given none to any CALL since; what else it sends does not count.
    `mute`: one of these CALLs got none in its time. `lost`: when the last connection ended, from which the SUT may not
    come back.
    """

    def __init__(self) -> None:
        self.silence: Silence | None = None
        self.mute = False
        self.lost: Silence | None = None
        self._after = ""
        self._heard = True

    def seen(self, direction: str, kind: str, data: object) -> None:
        """Something went over the wire, as it is recorded."""
        if kind not in _FRAMES:
            return
        if direction == "in":
            self._heard = True
        elif direction == "out" and self._heard:
            self._heard, self._after = False, str(data)
            if self.silence is not None and not self.silence.frame:
                self.silence = Silence(self.silence.case, self._after)

    def called(self, case: str) -> None:
        """A CALL is sent that has to be answered."""
        if self.silence is None:
            self.silence = Silence(case, "" if self._heard else self._after)

    def answered(self) -> None:
        """A CALL was answered, in time or late."""
        self.silence, self.mute = None, False

    def disconnected(self, case: str) -> None:
        """The connection in use has ended."""
        self.lost = Silence(case, "" if self._heard else self._after)

    def unanswered(self) -> None:
        """A CALL got no answer in its time, or the connection went before."""
        self.mute = self.silence is not None
