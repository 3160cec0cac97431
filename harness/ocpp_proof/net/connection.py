"""One end of a WebSocket connection, whichever side the harness plays: everything that comes is seen.

An asyncio.Protocol over websockets' protocol objects without I/O. `recv_frame` is the one hook that is not public
there; tests/net hold it down.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Self

from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Request, Response
from websockets.protocol import State
from websockets.server import ServerProtocol

from ocpp_proof.net.close_frame import read_close
from ocpp_proof.net.handshake import handshake_refusal, make_response, request_data, response_data
from ocpp_proof.net.incoming import Incoming, NotText
from ocpp_proof.net.line import Line
from ocpp_proof.net.no_handshake import NoHandshake, Opening, is_client_hello, of_bytes, of_request, of_tls
from ocpp_proof.net.outcome import (
    Accept,
    CloseInfo,
    ConnectionRefused,
    Drop,
    Phase,
    Record,
    Refuse,
    TlsFailure,
    TlsInfo,
    Verdict,
)
from ocpp_proof.net.secure_channel import SecureChannel
from ocpp_proof.net.server_hello import HelloChannel

__all__ = ["Connection"]


class Connection(asyncio.Protocol):
    """What a WebSocket connection does by itself; `Endpoint` adds what can be done with it."""

    def __init__(
        self,
        protocol: ClientProtocol | ServerProtocol,
        *,
        channel: SecureChannel | HelloChannel | None,
        record: Record,
        close_timeout: float,
        accept: Callable[[Request, Self], Verdict] | None = None,
        prepare: Callable[[Request], None] | None = None,
    ) -> None:
        """`accept` judges the request of a client (server side), `prepare` changes our own request (client side)."""
        self._loop = loop = asyncio.get_running_loop()
        self._protocol = protocol
        self._channel = channel
        self._accept = accept
        self._prepare = prepare
        self._close_timeout = close_timeout
        self._line = Line()
        self._timer: asyncio.TimerHandle | None = None
        self._incoming = Incoming()
        self._late: list[bytes] = []  # read before the loop noticed that the line is dead
        self._closed_by_hand = False
        self._error = ""
        self._phase: Phase = "tcp"
        self._protocol_frame = protocol.recv_frame
        protocol.recv_frame = self._frame_received  # type: ignore[method-assign]

        self.record = record
        self.opening = Opening()
        self.request: Request | None = None
        self.response: Response | None = None
        self.opened: asyncio.Future[Self] = loop.create_future()
        self.closed: asyncio.Future[CloseInfo] = loop.create_future()
        self.auto_pong = True
        self.auto_close = True
        self.on_text: Callable[[str], None] = _nothing
        self.on_binary: Callable[[bytes], None] = _nothing
        self.on_ping: Callable[[bytes], None] = _nothing
        self.on_pong: Callable[[bytes], None] = _nothing
        self.on_open: Callable[[Self], None] = _nothing
        self.on_request: Callable[[Self], None] = _nothing  # server: the request is complete, nothing recorded yet
        self.on_tls_failed: Callable[[TlsFailure], None] = _nothing
        self.on_no_handshake: Callable[[NoHandshake], None] = _nothing  # server

    # what is known

    @property
    def subprotocol(self) -> str | None:
        """What both sides agreed on."""
        return self._protocol.subprotocol

    @property
    def path(self) -> str:
        """The path of the request, query included; empty as long as there is none."""
        return self.request.path if self.request else ""

    @property
    def is_open(self) -> bool:
        """Whether messages can be sent."""
        return self._protocol.state is State.OPEN

    @property
    def tls(self) -> TlsInfo | None:
        """What TLS agreed on and what the peer showed; None on a plain connection."""
        return self._channel.info() if self._channel else None

    @property
    def peer(self) -> str:
        """Address and port of the other side."""
        return self._line.peer

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """TCP is there: begin with TLS, or with the handshake."""
        self._line.attach(transport)
        self.record("-", "tcp-open", self.peer)
        if self._channel is None:
            self._begin_handshake()
        else:
            self._phase = "tls"
            self._channel.start()
            self._line.write(self._channel.outgoing())

    def data_received(self, data: bytes) -> None:
        """Bytes of the peer."""
        self.opening.heard = True
        if self._line.dead:
            self._late.append(data)
        elif self._channel is None:
            self._receive(data)
        elif self._channel.failure is None:
            self._receive_secure(self._channel, self._channel.feed(data))

    def eof_received(self) -> None:
        """FIN of the peer."""
        if self._channel is not None and not self._channel.ended:
            self._receive_secure(self._channel, self._channel.feed_eof())
        self._end_of_stream()

    def connection_lost(self, exc: Exception | None) -> None:
        """TCP is gone: settle what is open."""
        if self._timer:
            self._timer.cancel()
            self._timer = None  # it holds the context of the case that it was set in, with all evidence
        if exc is not None and not self._error:
            self._error = str(exc) or type(exc).__name__
        self._protocol.receive_eof()
        received, sent = self._protocol.close_rcvd, self._protocol.close_sent
        failure = self._channel.failure if self._channel else None
        closed = CloseInfo(
            code=received.code if received else None,
            reason=received.reason if received else "",
            clean=received is not None and (sent is not None or self._closed_by_hand),
            error=str(failure) if failure else self._error,
            tls_alert=failure.alert if failure else None,
        )
        self._note_no_request()
        self.record("-", "tcp-lost", str(closed))
        self._refuse()
        if not self.closed.done():
            self.closed.set_result(closed)

    def _note_no_request(self) -> None:
        """A refusal by TLS, too: a station may compare the name when TLS is done, and go, or reset inside of it."""
        channel = self._channel
        if self.request is not None or self.opening.failed or not isinstance(self._protocol, ServerProtocol):
            return
        self.opening.failed, head = True, self.opening.head
        if head or channel is None or (channel.failure is None and channel.client_hello is None):
            self._call(self.on_no_handshake, of_bytes(head, self._protocol.handshake_exc))
        elif channel.failure is None:
            ended = of_tls(self._phase == "handshake", channel.info())
            self.record("-", "tls", ended)
            self._call(self.on_tls_failed, ended)

    def expire(self) -> None:
        """The connection did not open: let its alert or close get through, then end it."""
        if self._channel is not None and self._channel.failure is not None:
            self._expect_end()
        else:
            self._line.abort()

    def refusal(self, reason: str | None = None) -> ConnectionRefused:
        """Why this connection was not opened, in the words of the phase that it reached."""
        failure = self._channel.failure if self._channel else None
        if failure is not None:
            refusal = ConnectionRefused(str(failure), phase="tls", tls_alert=failure.alert)
            refusal.tls = failure.info
            return refusal
        if self.response is None and self._phase == "handshake":  # its head may be there, and no end of its body
            self._protocol.receive_eof()
            self._take_last_events()
        if self.response is not None:
            return handshake_refusal(self.response, self._protocol.handshake_exc)
        words = reason or self._error or "the connection was closed before an answer came"
        return ConnectionRefused(words, phase=self._phase)

    # receiving

    def _receive_secure(self, channel: SecureChannel | HelloChannel, plain: bytes) -> None:
        self._line.write(channel.outgoing())
        if channel.established and self._phase == "tls":
            self.record("-", "tls", channel.info())
            self._begin_handshake()
        if plain:
            self._receive(plain)
        if channel.failure is not None and not self._error:
            self.opening.failed, self._error = True, str(channel.failure)
            self.record("-", "tls", channel.failure)
            self._call(self.on_tls_failed, channel.failure)
            self._refuse()
            # FIN, not close: unread bytes of the peer would turn it into RST, and RST destroys the alert
            self._line.finish()
            self._expect_end()
        elif channel.ended:
            self._end_of_stream()

    def _receive(self, data: bytes) -> None:
        protocol = self._protocol
        if protocol.reader.eof or self.opening.failed:
            return
        self.opening.take(data)
        if self._channel is None and isinstance(protocol, ServerProtocol) and is_client_hello(self.opening.head):
            self._line.abort()
            return
        failed = protocol.parser_exc
        protocol.receive_data(data)
        for event in protocol.events_received():
            if isinstance(event, Request):
                self._requested(event)
            elif isinstance(event, Response):
                self._answered(event)
            else:
                self._deliver(event)
        if protocol.parser_exc is not failed or (protocol.handshake_exc and not self.request and not self.response):
            self._error = self._error or str(protocol.parser_exc or protocol.handshake_exc)
            self.record("in", "bytes-bad", data)
            self.record("-", "note", f"this cannot be taken: {self._error}")
            self._note_no_request()
        self._flush()

    def _frame_received(self, frame: Frame) -> None:
        """Stands in for websockets' recv_frame: pongs and close frames can be withheld, control frames are recorded."""
        opcode = frame.opcode
        if opcode is Opcode.PING:
            self.record("in", "frame", {"opcode": int(opcode), "data": bytes(frame.data)})
            if not self.auto_pong:
                self._protocol.events.append(frame)
                return
            self.record("out", "frame", {"opcode": int(Opcode.PONG), "data": bytes(frame.data)})
        elif opcode is Opcode.CLOSE:
            close = read_close(frame)
            self.record("in", "frame", {"opcode": int(opcode), "code": close.code, "reason": close.reason})
            if not self.auto_close or self._closed_by_hand:
                self._protocol.close_rcvd = close
                self._protocol.events.append(frame)
                return
        elif opcode is Opcode.PONG:
            self.record("in", "frame", {"opcode": int(opcode), "data": bytes(frame.data)})
        self._protocol_frame(frame)

    def _deliver(self, frame: Frame) -> None:
        match frame.opcode:
            case Opcode.PING:
                self._call(self.on_ping, bytes(frame.data))
            case Opcode.PONG:
                self._call(self.on_pong, bytes(frame.data))
            case Opcode.CLOSE:
                if self._closed_by_hand:
                    self._line.close()
            case _:
                message = self._incoming.take(frame)
                if message is not None:
                    self._message(message)

    def _message(self, message: str | bytes | NotText) -> None:
        match message:
            case str():
                self.record("in", "text", message)
                self._call(self.on_text, message)
            case bytes():
                self.record("in", "binary", message)
                self._call(self.on_binary, message)
            case NotText():
                self.record("in", "bytes-bad", message.data)
                self._error = message.why
                self._protocol.fail(1007, "not UTF-8")

    def _end_of_stream(self) -> None:
        self._protocol.receive_eof()
        self._take_last_events()
        self._flush()

    def _take_last_events(self) -> None:
        """What is complete because nothing more comes: an HTTP answer without a length ends with the connection."""
        for event in self._protocol.events_received():
            if isinstance(event, Response):
                self._answered(event)

    # the handshake

    def _begin_handshake(self) -> None:
        self._phase = "handshake"
        if isinstance(self._protocol, ClientProtocol):
            self.request = request = self._protocol.connect()
            if self._prepare:
                self._prepare(request)
            self.record("out", "handshake", request_data(request))
            self._protocol.send_request(request)
            self._flush()

    def _requested(self: Self, request: Request) -> None:
        assert isinstance(self._protocol, ServerProtocol)
        self.request = request
        self._call(self.on_request, self)
        self.record("in", "handshake", request_data(request))
        try:
            verdict: Verdict = self._accept(request, self) if self._accept else Accept()
        except Exception as error:
            self._report(error)
            verdict = Refuse(500, reason="the harness failed; see its log")
        if isinstance(verdict, Drop):
            self._line.reset() if verdict.reset else self._line.abort()
            return
        self.response = make_response(self._protocol, request, verdict)
        self.record("out", "handshake", response_data(self.response))
        if isinstance(verdict, Accept) and self._protocol.handshake_exc is not None:
            self._call(self.on_no_handshake, of_request(self.response, self._protocol.handshake_exc))
        self._protocol.send_response(self.response)
        if self._protocol.state is State.OPEN:
            self._flush()
            self._settle_open()

    def _answered(self, response: Response) -> None:
        self.response = response
        self.record("in", "handshake", response_data(response))
        if self._protocol.handshake_exc is None:
            self._settle_open()
        else:
            self._refuse()

    def _refuse(self) -> None:
        if not self.opened.done():
            self.opened.set_exception(self.refusal())
            self.opened.exception()  # nobody may be waiting: that is no error

    def _settle_open(self: Self) -> None:
        if not self.opened.done():
            self.opened.set_result(self)
        self._call(self.on_open, self)

    # sending

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                self._write(data)
            else:
                self._finish_writing()
        if self._protocol.close_expected():
            self._expect_end()

    def _expect_end(self) -> None:
        if self._timer is None:
            self._timer = self._loop.call_later(self._close_timeout, self._line.abort)

    def _write(self, data: bytes) -> None:
        if self._channel is not None:
            if self._channel.failure is not None:
                return
            self._channel.write(data)
            data = self._channel.outgoing()
        self._line.write(data)

    def _finish_writing(self) -> None:
        if self._channel is not None:
            self._channel.close_notify()
            self._line.write(self._channel.outgoing())
        self._line.finish()

    def _call(self, callback: Callable[[Any], None], argument: object) -> None:
        try:
            callback(argument)
        except Exception as error:
            self._report(error)

    def _report(self, error: Exception) -> None:
        """A callback of ours failed: say so, and keep the connection, which is not to blame."""
        self.record("-", "note", f"the harness failed: {error!r}")
        self._loop.call_exception_handler({"message": "a callback of a connection failed", "exception": error})


def _nothing(_: object) -> None:
    """What is called where nobody wants to know."""
