"""Reading OCPP messages out of a WebSocket byte stream that only passes by (no TLS, no compression)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import cycle

from ocpp_proof.net.raw_frames import CONTINUATION, TEXT

__all__ = ["MessageSplitter", "RelayedMessage"]

_HEAD_END = b"\r\n\r\n"
_HTTP = (b"GET ", b"HTTP")


@dataclass(frozen=True, slots=True)
class RelayedMessage:
    """What can be told of an OCPP message: its type number, its id, and the action when it is a CALL or SEND."""

    kind: int
    message_id: str
    action: str | None


class MessageSplitter:
    """Cuts one direction of a connection into the handshake and single frames; what is no HTTP goes through whole."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._in_frames = False
        self._opaque = False
        self._text = bytearray()

    def feed(self, data: bytes) -> list[tuple[bytes, RelayedMessage | None]]:
        """The complete pieces that are there now, each with the message that ends in it, if any."""
        if self._opaque:
            return [(data, None)]
        self._buffer += data
        if not self._in_frames and not _may_be_http(self._buffer):
            self._opaque = True
            return [(self.rest(), None)]
        pieces: list[tuple[bytes, RelayedMessage | None]] = []
        while (size := self._piece()) is not None:
            piece = bytes(self._buffer[:size])
            del self._buffer[:size]
            pieces.append((piece, self._message(piece) if self._in_frames else None))
            self._in_frames = True
        return pieces

    def rest(self) -> bytes:
        """What is left over when the stream ends."""
        left = bytes(self._buffer)
        self._buffer.clear()
        return left

    def _piece(self) -> int | None:
        """How many bytes the next piece has, or None while it is incomplete."""
        buffer = self._buffer
        if not self._in_frames:
            end = buffer.find(_HEAD_END)
            return None if end < 0 else end + len(_HEAD_END)
        if len(buffer) < 2:
            return None
        start, length = _payload_place(buffer)
        return start + length if len(buffer) >= start and len(buffer) >= start + length else None

    def _message(self, frame: bytes) -> RelayedMessage | None:
        opcode, final = frame[0] & 0x0F, bool(frame[0] & 0x80)
        if opcode not in (TEXT, CONTINUATION):
            return None
        start, length = _payload_place(frame)
        payload = frame[start : start + length]
        if frame[1] & 0x80:
            payload = bytes(byte ^ key for byte, key in zip(payload, cycle(frame[start - 4 : start]), strict=False))
        self._text += payload
        if not final:
            return None
        text, self._text = bytes(self._text), bytearray()
        return _read(text)


def _may_be_http(start: bytes | bytearray) -> bool:
    return any(start[:4] == word[: len(start[:4])] for word in _HTTP)


def _payload_place(frame: bytes | bytearray) -> tuple[int, int]:
    """Where the payload starts and how long it is; as far as the header is there."""
    short = frame[1] & 0x7F
    extra = {126: 2, 127: 8}.get(short, 0)
    length = int.from_bytes(frame[2 : 2 + extra], "big") if extra else short
    return 2 + extra + (4 if frame[1] & 0x80 else 0), length


def _read(text: bytes) -> RelayedMessage | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    match value:
        case [2 | 6 as kind, str(message_id), str(action), *_]:
            return RelayedMessage(kind, message_id, action)
        case [3 | 4 | 5 as kind, str(message_id), *_]:
            return RelayedMessage(kind, message_id, None)
    return None
