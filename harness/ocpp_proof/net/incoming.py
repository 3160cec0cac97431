"""A WebSocket message put together from its frames (RFC 6455 5.4), and read as what its first frame says it is."""

from __future__ import annotations

from dataclasses import dataclass

from websockets.frames import Frame, Opcode

__all__ = ["Incoming", "NotText"]


@dataclass(frozen=True, slots=True)
class NotText:
    """The octets of a text message that is no UTF-8 (RFC 6455 8.1), and why it is none."""

    data: bytes
    why: str


class Incoming:
    """The message that is being received; control frames between its frames are no part of it."""

    def __init__(self) -> None:
        self._frames: list[Frame] = []

    def take(self, frame: Frame) -> str | bytes | NotText | None:
        """A data frame has come: the message that it ends, of text or of octets; None where it ends none."""
        self._frames.append(frame)
        if not frame.fin:
            return None
        frames, self._frames = self._frames, []
        data = bytes(frames[0].data) if len(frames) == 1 else b"".join(part.data for part in frames)
        if frames[0].opcode is Opcode.BINARY:
            return data
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            return NotText(data, f"a text message is not UTF-8: {error.reason} at byte {error.start}")
