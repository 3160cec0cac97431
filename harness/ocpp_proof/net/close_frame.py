"""What a close frame says (RFC 6455, 5.5.1)."""

from __future__ import annotations

from websockets.exceptions import ProtocolError
from websockets.frames import Close, Frame

__all__ = ["read_close"]


def read_close(frame: Frame) -> Close:
    """Code and reason; raises ProtocolError, with the bytes of the code, for what they must not be."""
    try:
        return Close.parse(frame.data)
    except ProtocolError as error:
        raise ProtocolError(f"a close frame with {bytes(frame.data[:2]).hex(' ')}: {error}") from error
