"""What can be done with a WebSocket connection: everything that is right, and everything that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from websockets.client import ClientProtocol
from websockets.frames import Opcode
from websockets.protocol import State

from ocpp_proof.net.connection import Connection
from ocpp_proof.net.raw_frames import BINARY, CLOSE, PING, build_frame
from ocpp_proof.net.sent_frames import SentFrames, SentMessage

__all__ = ["Endpoint"]


class Endpoint(Connection):
    """A WebSocket connection under full control. `dial` and `listen` make them."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._sent_frames = SentFrames()
        self.on_sent_by_hand: Callable[[SentMessage], None] = lambda _: None
        """Told of each message that was sent in frames of the caller's, or as a binary one: a peer may read it."""

    def send_text(self, text: str) -> None:
        """Send a text message. Raises websockets' InvalidState when the connection is not open."""
        self._protocol.send_text(text.encode())
        self.record("out", "text", text)
        self._flush()

    def send_binary(self, data: bytes) -> None:
        """Send a binary message, which OCPP does not know."""
        self._protocol.send_binary(data)
        self.record("out", "binary", data)
        self._flush()
        self._tell_by_hand(BINARY, data)

    def send_frame(self, opcode: int, data: bytes = b"", **bits: Any) -> None:
        """Send one frame of any kind; `bits` are fin, rsv1-rsv3, mask and length of `build_frame`."""
        self._closed_by_hand = self._closed_by_hand or opcode == CLOSE
        mask = bits.pop("mask", None)
        masked = isinstance(self._protocol, ClientProtocol) if mask is None else bool(mask)
        self.record("out", "frame", {"opcode": opcode, "data": data, "mask": masked, **bits})
        self._write(build_frame(opcode, data, mask=masked, **bits))
        self._tell_by_hand(opcode, data, fin=bool(bits.get("fin", True)))

    def _tell_by_hand(self, opcode: int, data: bytes, *, fin: bool = True) -> None:
        message = self._sent_frames.take(opcode, data, fin=fin)
        if message is not None:
            self.on_sent_by_hand(message)

    def send_raw(self, data: bytes) -> None:
        """Send bytes that are no frame at all."""
        self.record("out", "bytes-bad", data)
        self._write(data)

    def ping(self, data: bytes = b"") -> None:
        """Send a ping; the answer comes to `on_pong`."""
        self._protocol.send_ping(data)
        self.record("out", "frame", {"opcode": PING, "data": data})
        self._flush()

    def pong(self, data: bytes = b"") -> None:
        """Send a pong, asked for or not."""
        self._protocol.send_pong(data)
        self.record("out", "frame", {"opcode": int(Opcode.PONG), "data": data})
        self._flush()

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Start the closing handshake; a connection that is not open is simply ended. `closed` says how it went."""
        if self._protocol.state is State.OPEN:
            self._protocol.send_close(code, reason)
            self.record("out", "frame", {"opcode": CLOSE, "code": code, "reason": reason})
            self._flush()
        elif self._protocol.state is State.CONNECTING:
            self._line.close()

    def abort(self) -> None:
        """End the TCP connection at once, without a close frame."""
        self._line.abort()

    def reset(self) -> None:
        """End the TCP connection with RST."""
        self.record("out", "note", "TCP reset")
        self._line.reset()

    def hang_up(self) -> None:
        """Send FIN and take nothing more; `closed` follows when the peer ends TCP too, or after the close timeout."""
        self._end_of_stream()
        self._expect_end()

    def half_close(self) -> None:
        """Send FIN and go on reading."""
        self.record("out", "note", "TCP half-closed")
        self._line.finish()

    def pause_reading(self) -> None:
        """Stop taking bytes; the peer's buffers fill up."""
        self._line.pause()

    def resume_reading(self) -> None:
        """Take bytes again."""
        self._line.resume()

    def blackhole(self) -> None:
        """A dead line: nothing is read or written any more, and the socket stays open."""
        self.record("-", "note", "the line goes dead")
        self._line.go_dead()

    def restore(self) -> None:
        """The line works again; what was written meanwhile arrives late, as TCP would have it."""
        self.record("-", "note", "the line works again")
        self._line.revive()
        late, self._late = self._late, []
        for data in late:
            self.data_received(data)
