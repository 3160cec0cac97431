"""What came to a server in the place of a WebSocket handshake (RFC 6455, 4.2.1), in words that name the mistake."""

from __future__ import annotations

from dataclasses import dataclass

from websockets.http11 import Response

__all__ = ["HEAD", "NoHandshake", "is_client_hello", "of_bytes", "of_request"]

HEAD = 512
"""How many of the first bytes are kept to see what they are."""

_SHOWN = 120
_CLIENT_HELLO = (b"\x16\x03\x00", b"\x16\x03\x01", b"\x16\x03\x02", b"\x16\x03\x03")


@dataclass(frozen=True)
class NoHandshake:
    """A connection that never became one of WebSocket. `silent`: not a single byte came."""

    why: str
    silent: bool = False


def is_client_hello(head: bytes) -> bool:
    """Whether bytes begin a TLS connection (RFC 8446, 5.1)."""
    return head.startswith(_CLIENT_HELLO)


def of_request(response: Response, error: BaseException | None) -> NoHandshake:
    """A request in HTTP that is no handshake: `error` is what the WebSocket library found, `response` its answer."""
    return NoHandshake(f"its HTTP request is no WebSocket handshake: {_words(error)} (HTTP {response.status_code})")


def of_bytes(head: bytes, error: BaseException | None) -> NoHandshake:
    """What came before any request could be read; `error` is what the WebSocket library says of it."""
    if not head:
        return NoHandshake("a TCP connection said nothing", silent=True)
    if is_client_hello(head):
        return NoHandshake("a TLS ClientHello came to an address without TLS (ws://)")
    line, newline, _ = head.partition(b"\n")
    shown = repr(line[:_SHOWN].rstrip(b"\r"))[1:]
    if newline and not line.endswith(b"\r"):
        return NoHandshake(f"the lines of its HTTP request end with LF alone, not with CRLF: {shown}")
    if newline and any(byte > 126 for byte in line):
        return NoHandshake(f"the address in its HTTP request has bytes that are not percent-encoded: {shown}")
    if newline and line.count(b" ") > 2:
        return NoHandshake(f"the address in its HTTP request has a space that is not percent-encoded: {shown}")
    if newline and not line.endswith(b" HTTP/1.1\r"):
        return NoHandshake(f"its HTTP request is not of HTTP/1.1: {shown}")
    return NoHandshake(f"its HTTP request cannot be read: {_words(error)}: {shown}")


def _words(error: BaseException | None) -> str:
    words = []
    while error is not None:
        words.append(str(error))
        error = error.__cause__
    return "; ".join(dict.fromkeys(words)) or "it is not complete"
