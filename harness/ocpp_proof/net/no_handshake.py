"""What came to a server in the place of a WebSocket handshake (RFC 6455, 4.2.1), in words that name the mistake."""

from __future__ import annotations

import re
from dataclasses import dataclass

from websockets.http11 import Response

from ocpp_proof.net.outcome import TlsFailure, TlsInfo

__all__ = ["SILENT", "NoHandshake", "Opening", "is_client_hello", "of_bytes", "of_request", "of_tls", "unfinished"]

SILENT = "a TCP connection on which nothing came"

_HEAD = 512
_SHOWN = 120
_HEADER = re.compile(r"(?s)(invalid HTTP header (?:line: \S+|value)).*")
"""What the WebSocket library says of a header, without the value, which may be secret."""
_CLIENT_HELLO = (b"\x16\x03\x00", b"\x16\x03\x01", b"\x16\x03\x02", b"\x16\x03\x03")


@dataclass(frozen=True)
class NoHandshake:
    """A connection that never became one of WebSocket. `silent`: not a single byte came."""

    why: str
    silent: bool = False


@dataclass(slots=True)
class Opening:
    """What a client has said before its request is complete.

    `head`: its first bytes, inside of TLS; `heard`: whether anything came at all; `failed`: no request will come of it.
    """

    head: bytes = b""
    heard: bool = False
    failed: bool = False

    def take(self, data: bytes) -> None:
        """Keep as much of the beginning as tells what it is."""
        self.head += data[: _HEAD - len(self.head)]


def is_client_hello(head: bytes) -> bool:
    """Whether bytes begin a TLS connection (RFC 8446, 5.1)."""
    return head.startswith(_CLIENT_HELLO)


def of_request(response: Response, error: BaseException | None) -> NoHandshake:
    """A request in HTTP that is no handshake: `error` is what the WebSocket library found, `response` its answer."""
    return NoHandshake(f"its HTTP request is no WebSocket handshake: {_words(error)} (HTTP {response.status_code})")


def of_tls(established: bool, info: TlsInfo) -> TlsFailure:
    """A connection that ended without an alert and without a request."""
    where = "after" if established else "inside"
    return TlsFailure(f"it ended {where} the TLS handshake, before a request", info=info)


def of_bytes(head: bytes, error: BaseException | None) -> NoHandshake:
    """What came before any request could be read; `error` is what the WebSocket library says of it."""
    if not head:
        return NoHandshake(SILENT, silent=True)
    if is_client_hello(head):
        return NoHandshake("a TLS ClientHello came to an address without TLS (ws://)")
    line, newline, _ = head.partition(b"\n")
    shown = _first_line(head)
    if newline and line == b"\r":
        return NoHandshake("an empty line came before its HTTP request")
    if newline and b" HTTP/" not in line:
        return NoHandshake(f"what came is no HTTP request: {shown}")
    if newline and not line.endswith(b"\r"):
        return NoHandshake(f"the lines of its HTTP request end with LF alone, not with CRLF: {shown}")
    if newline and any(byte > 126 for byte in line):
        return NoHandshake(f"the address in its HTTP request has bytes that are not percent-encoded: {shown}")
    if newline and line.count(b" ") > 2:
        return NoHandshake(f"the address in its HTTP request has a space that is not percent-encoded: {shown}")
    if newline and not line.endswith(b" HTTP/1.1\r"):
        return NoHandshake(f"its HTTP request is not of HTTP/1.1: {shown}")
    return NoHandshake(f"its HTTP request cannot be read: {_words(error)}: {shown}")


def unfinished(opening: Opening, tls: TlsInfo | None) -> str:
    """How far a connection came that is open, and has brought no request yet."""
    if not opening.heard:
        return SILENT
    if tls is not None and tls.version is None:
        return "a TLS handshake that does not go on"
    if not opening.head:
        return "a TLS connection on which no request came"
    return f"an HTTP request whose end has not come: {_first_line(opening.head)}"


def _first_line(head: bytes) -> str:
    """The request's first line, of which headers with what is secret in them are no part."""
    return repr(re.split(rb"[\r\n]", head, maxsplit=1)[0][:_SHOWN])[1:]


def _words(error: BaseException | None) -> str:
    words = []
    while error is not None:
        words.append(_HEADER.sub(r"\1", str(error)))
        error = error.__cause__
    return "; ".join(dict.fromkeys(words)) or "it is not complete"
