"""The text messages in frames that are sent one by one, as a peer may read them."""

from __future__ import annotations

from ocpp_proof.net.raw_frames import BINARY, CONTINUATION, TEXT

__all__ = ["SentFrames"]


class SentFrames:
    """Puts the frames of one connection together (RFC 6455, 5.4), also where they break the standard.

    A peer need not refuse what it must not take: what may be read as a message is one. So is a binary message.
    """

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def take(self, opcode: int, data: bytes, *, fin: bool = True) -> str | None:
        """The text of the message that this frame ends; None where it ends none. What is not UTF-8 is replaced."""
        if opcode not in (TEXT, BINARY, CONTINUATION):
            return None
        if opcode != CONTINUATION:
            self._pieces.clear()
        self._pieces.append(data)
        if not fin:
            return None
        whole = b"".join(self._pieces)
        self._pieces.clear()
        return whole.decode(errors="replace")
