"""The text messages in frames that are sent one by one, as a peer may read them."""

from __future__ import annotations

from typing import NamedTuple

from ocpp_proof.net.raw_frames import BINARY, CONTINUATION, TEXT

__all__ = ["SentFrames", "SentMessage"]


class SentMessage(NamedTuple):
    """A message that was sent as a whole: its text, what is not UTF-8 replaced, and whether it was sent as a text."""

    text: str
    as_text: bool


class SentFrames:
    """Puts the frames of one connection together (RFC 6455, 5.4), also where they break the standard.

    A peer need not refuse what it must not take: what may be read as a message is one. So is a binary message.
    """

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._as_text = False

    def take(self, opcode: int, data: bytes, *, fin: bool = True) -> SentMessage | None:
        """The message that this frame ends; None where it ends none."""
        if opcode not in (TEXT, BINARY, CONTINUATION):
            return None
        if opcode != CONTINUATION:
            self._pieces.clear()
            self._as_text = opcode == TEXT
        elif not self._pieces:
            self._as_text = False  # it continues nothing
        self._pieces.append(data)
        if not fin:
            return None
        whole = b"".join(self._pieces)
        self._pieces.clear()
        return SentMessage(whole.decode(errors="replace"), self._as_text)
