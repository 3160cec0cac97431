"""The TCP connection below an endpoint: it can be cut, reset, half-closed, and go dead while its socket stays open."""

from __future__ import annotations

import asyncio
import socket
import struct

__all__ = ["Line"]

_LINGER_RESET = struct.pack("ii", 1, 0)


class Line:
    """A transport that may not be there yet or any more: every action on a line that is gone does nothing."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._held: list[bytes] | None = None  # writes held back while the line is dead
        self._finished = False  # FIN was sent: nothing can follow it

    def attach(self, transport: asyncio.BaseTransport) -> None:
        """TCP is there."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    @property
    def peer(self) -> str:
        """Address and port of the other side."""
        name = self._transport.get_extra_info("peername") if self._transport else None
        return f"{name[0]}:{name[1]}" if name else "unknown"

    @property
    def dead(self) -> bool:
        """Whether nothing passes at the moment."""
        return self._held is not None

    def write(self, data: bytes) -> None:
        """Send, or hold back while the line is dead."""
        if self._held is not None:
            self._held.append(data)
        elif data and self._transport is not None and not (self._transport.is_closing() or self._finished):
            self._transport.write(data)

    def finish(self) -> None:
        """Send FIN after everything written; reading goes on."""
        if self._held is None and self._transport is not None and self._transport.can_write_eof():
            self._finished = True
            self._transport.write_eof()

    def close(self) -> None:
        """End the connection after everything written was sent."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """End the connection now."""
        if self._transport is not None:
            self._transport.abort()

    def reset(self) -> None:
        """End the connection with RST."""
        if self._transport is not None:
            raw = self._transport.get_extra_info("socket")
            if raw.fileno() < 0:
                return
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_RESET)
            self._transport.abort()

    def pause(self) -> None:
        """Take no more bytes; the peer's buffers fill up."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def resume(self) -> None:
        """Take bytes again."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def go_dead(self) -> None:
        """From now on nothing is read or written."""
        if self._held is None:
            self._held = []
            self.pause()

    def revive(self) -> None:
        """What was held back goes out now, late, as TCP would have it."""
        held, self._held = self._held or [], None
        for data in held:
            self.write(data)
        self.resume()
