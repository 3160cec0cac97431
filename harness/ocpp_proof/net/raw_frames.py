"""WebSocket frames by hand (RFC 6455, 5.2): any bit may be wrong."""

from __future__ import annotations

import struct
from itertools import cycle

__all__ = ["BINARY", "CLOSE", "CONTINUATION", "PING", "PONG", "TEXT", "build_frame", "close_payload"]

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
_KEY = b"\x37\xfa\x21\x3d"


def build_frame(
    opcode: int,
    data: bytes = b"",
    *,
    fin: bool = True,
    rsv1: bool = False,
    rsv2: bool = False,
    rsv3: bool = False,
    mask: bool = False,
    length: int | None = None,
) -> bytes:
    """The bytes of one frame; `length` is what the header claims, when that shall not be the truth."""
    claimed = len(data) if length is None else length
    head = bytes([fin << 7 | rsv1 << 6 | rsv2 << 5 | rsv3 << 4 | opcode & 0x0F])
    if claimed < 126:
        head += bytes([mask << 7 | claimed])
    elif claimed < 1 << 16:
        head += struct.pack("!BH", mask << 7 | 126, claimed)
    else:
        head += struct.pack("!BQ", mask << 7 | 127, claimed)
    if not mask:
        return head + data
    return head + _KEY + bytes(byte ^ key for byte, key in zip(data, cycle(_KEY), strict=False))


def close_payload(code: int | None, reason: str = "") -> bytes:
    """What a close frame carries; any code, also those that must not be sent."""
    return b"" if code is None else struct.pack("!H", code) + reason.encode()
