"""A TLS server that says one thing: the version and the cipher suite that it chose.

A client that offers neither is told so only by a ServerHello. OpenSSL never sends one for what was not offered: it ends
the handshake with an alert, which tells the client that nothing fits and not why. What follows a ServerHello is left
out, as no sound client waits for it.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass

from ocpp_proof.net.client_hello import ClientHello, read_client_hello
from ocpp_proof.net.outcome import TlsFailure, TlsInfo
from ocpp_proof.net.secure_channel import alert_name

__all__ = ["HelloChannel", "ServerHello"]

_VERSIONS = {"TLSv1": 0x0301, "TLSv1.1": 0x0302, "TLSv1.2": 0x0303}
_SUITES = {
    "TLS_RSA_WITH_NULL_SHA256": 0x003B,
    "TLS_DH_anon_WITH_AES_128_CBC_SHA": 0x0034,
    "TLS_RSA_WITH_AES_128_CBC_SHA": 0x002F,
}
_ALERT, _HANDSHAKE = 21, 22
_CLIENT_HELLO, _SERVER_HELLO = 1, 2
_NO_RENEGOTIATION = b"\xff\x01\x00\x01\x00"
"""The extension without which clients of today end the handshake for another reason (RFC 5746)."""


@dataclass(frozen=True)
class ServerHello:
    """What a listener answers a ClientHello with, in the place of an SSLContext; `suite` has IANA's name."""

    version: str
    suite: str

    def channel(self) -> HelloChannel:
        """The TLS layer of one connection."""
        return HelloChannel(self)

    def record(self) -> bytes:
        """The TLS record (RFC 5246, 7.4.1.3)."""
        version = _VERSIONS[self.version]
        body = struct.pack("!H", version) + os.urandom(32) + b"\x00" + struct.pack("!HB", _SUITES[self.suite], 0)
        body += struct.pack("!H", len(_NO_RENEGOTIATION)) + _NO_RENEGOTIATION
        message = bytes([_SERVER_HELLO]) + len(body).to_bytes(3, "big") + body
        return struct.pack("!BHH", _HANDSHAKE, version, len(message)) + message


class HelloChannel:
    """The TLS layer of a connection on which one ServerHello is said; it never becomes established.

    It is used as `SecureChannel` is; `failure` says how the peer ended the handshake.
    """

    def __init__(self, hello: ServerHello) -> None:
        self.established = False
        self.ended = False
        self.failure: TlsFailure | None = None
        self.client_hello: ClientHello | None = None
        self._hello = hello
        self._in = b""
        self._handshake = b""
        self._out = b""
        self._alert: str | None = None

    def start(self) -> None:
        """A server begins with nothing."""

    def feed(self, data: bytes) -> bytes:
        """Take bytes of the peer; there are never plain ones."""
        self._in += data
        while len(self._in) >= 5:
            kind, _, length = struct.unpack("!BHH", self._in[:5])
            if len(self._in) < 5 + length:
                break
            content, self._in = self._in[5 : 5 + length], self._in[5 + length :]
            self._take(kind, content)
        return b""

    def feed_eof(self) -> bytes:
        """The TCP connection ended."""
        self._fail(
            "the peer ended the connection after the ServerHello" if self.client_hello else "no ClientHello came"
        )
        return b""

    def write(self, data: bytes) -> None:
        """Nothing can be said in a channel that is never established."""

    def close_notify(self) -> None:
        """Nor is there anything to end."""

    def outgoing(self) -> bytes:
        """The bytes to send, once."""
        out, self._out = self._out, b""
        return out

    def info(self) -> TlsInfo:
        """What is known at this moment."""
        return TlsInfo(None, None, (), self.client_hello, alert_received=self._alert)

    def _take(self, kind: int, content: bytes) -> None:
        if kind == _ALERT and len(content) == 2:
            self._alert = alert_name(content[1])
            self._fail(f"the peer refuses {self._hello.version} with {self._hello.suite}")
        elif kind == _HANDSHAKE and self.client_hello is None:
            self._handshake += content
            whole = 4 + int.from_bytes(self._handshake[1:4], "big")
            if len(self._handshake) < 4 or len(self._handshake) < whole:
                return
            if self._handshake[0] == _CLIENT_HELLO:
                self.client_hello = read_client_hello(self._handshake[:whole])
            if self.client_hello is None:
                self._fail("what came is no ClientHello")
            else:
                self._out += self._hello.record()

    def _fail(self, reason: str) -> None:
        self.ended = True
        if self.failure is None:
            self.failure = TlsFailure(reason, alert_received=self._alert, info=self.info())
