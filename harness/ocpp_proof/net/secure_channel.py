"""TLS without I/O, over memory buffers: no alert is lost, and the handshake can be read along.

asyncio's own TLS drops the alert of a failed handshake, so that the peer sees a reset and cannot say why; it also takes
five times the memory of this.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from contextlib import suppress

from ocpp_proof.net.client_hello import ClientHello, read_certificates, read_client_hello
from ocpp_proof.net.outcome import TlsFailure, TlsInfo

__all__ = ["SecureChannel", "alert_name"]

_RECORD = 16384
_ALERT, _HANDSHAKE = 21, 22
_CLIENT_HELLO, _CERTIFICATE = 1, 11
_CLOSE_NOTIFY = "close_notify"
_NEWER_ALERTS = {109: "missing_extension", 116: "certificate_required", 120: "no_application_protocol"}


class _ObservedObject(ssl.SSLObject):
    """An SSLObject that a context's message callback can be told apart by."""

    observer: Callable[[str, int, bytes], None] | None = None


class SecureChannel:
    """One TLS connection between byte strings: `feed` what came, send what `outgoing` gives.

    `context` is any context; its message callback is taken, so that alerts, ClientHello and certificates are seen.
    """

    def __init__(self, context: ssl.SSLContext, *, server_side: bool, server_hostname: str | None = None) -> None:
        _observe(context)
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_side=server_side, server_hostname=server_hostname)
        if isinstance(self._tls, _ObservedObject):
            self._tls.observer = self._message
        self.established = False
        self.ended = False  # the peer will send nothing more
        self.failure: TlsFailure | None = None
        self.client_hello: ClientHello | None = None
        self._server_side = server_side
        self._peer_chain: tuple[bytes, ...] = ()
        self._alert_sent: str | None = None
        self._alert_received: str | None = None

    def start(self) -> None:
        """Begin the handshake (a client's first message is then in `outgoing`)."""
        self._advance()

    def feed(self, data: bytes) -> bytes:
        """Take bytes of the peer, give the plain ones; look at `established`, `ended` and `failure` afterwards."""
        self._in.write(data)
        return self._advance()

    def feed_eof(self) -> bytes:
        """The TCP connection ended. What is still readable is given."""
        self._in.write_eof()
        return self._advance()

    def write(self, data: bytes) -> None:
        """Encrypt; the result is in `outgoing`."""
        self._tls.write(data)

    def close_notify(self) -> None:
        """Say that nothing more will come from here."""
        if self.failure is None and self.established:
            with suppress(ssl.SSLError):  # the peer has not said the same yet: that is its business
                self._tls.unwrap()

    def outgoing(self) -> bytes:
        """The bytes to send, once."""
        return self._out.read()

    def info(self) -> TlsInfo:
        """What is known at this moment."""
        cipher = self._tls.cipher()
        return TlsInfo(
            version=self._tls.version(),
            cipher=cipher[0] if cipher else None,
            peer_chain=self._peer_chain,
            client_hello=self.client_hello,
            alert_sent=self._alert_sent,
            alert_received=self._alert_received,
        )

    def _advance(self) -> bytes:
        parts: list[bytes] = []
        try:
            if not self.established:
                self._tls.do_handshake()
                self.established = True
            while part := self._tls.read(_RECORD):
                parts.append(part)
            self.ended = True
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:
            self.ended = True
        except ssl.SSLEOFError:
            self.ended = True
            if not self.established:
                self._fail("the connection ended inside the TLS handshake")
        except ssl.SSLError as error:
            self.ended = True
            self._fail(_words(error))
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _fail(self, reason: str) -> None:
        self.failure = TlsFailure(reason, self._alert_sent, self._alert_received, self.info())

    def _message(self, direction: str, content: int, data: bytes) -> None:
        if content == _ALERT and len(data) == 2:
            name = alert_name(data[1])
            if name == _CLOSE_NOTIFY:
                return
            if direction == "write":
                self._alert_sent = name
            else:
                self._alert_received = name
        elif content == _HANDSHAKE and data:
            if data[0] == _CLIENT_HELLO and self.client_hello is None:
                self.client_hello = read_client_hello(data)
            elif data[0] == _CERTIFICATE and direction == "read":
                self._peer_chain = read_certificates(data)


def _observe(context: ssl.SSLContext) -> None:
    """Have a context tell its connections' alerts and handshake messages (CPython's private but long-lived hook)."""
    if context.sslobject_class is _ObservedObject:
        return
    context.sslobject_class = _ObservedObject

    def seen(connection: object, direction: str, version: int, content: int, message: int, data: bytes) -> None:
        if isinstance(connection, _ObservedObject) and connection.observer is not None:
            connection.observer(direction, int(content), data)

    if hasattr(context, "_msg_callback"):
        context._msg_callback = seen


def alert_name(number: int) -> str:
    """The name of an alert, as in RFC 8446."""
    try:
        return ssl.AlertDescription(number).name.removeprefix("ALERT_DESCRIPTION_").lower()
    except ValueError:
        return _NEWER_ALERTS.get(number, f"alert {number}")


def _words(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the peer's certificate is refused: {error.verify_message}"
    if error.reason == "HTTP_REQUEST":
        return "an HTTP request without TLS came to an address with TLS (wss://)"
    return (error.reason or str(error)).replace("_", " ").lower()
