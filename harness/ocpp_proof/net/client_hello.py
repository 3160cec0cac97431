"""Reading two TLS handshake messages: what a client offers, and the certificates a peer shows (RFC 5246, RFC 8446)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

__all__ = ["ClientHello", "read_certificates", "read_client_hello"]

_VERSIONS = {0x0300: "SSLv3", 0x0301: "TLSv1", 0x0302: "TLSv1.1", 0x0303: "TLSv1.2", 0x0304: "TLSv1.3"}
_SUITES = {
    0x009C: "TLS_RSA_WITH_AES_128_GCM_SHA256",
    0x009D: "TLS_RSA_WITH_AES_256_GCM_SHA384",
    0xC02B: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    0xC02C: "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    0xC02F: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    0xC030: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    0x002F: "TLS_RSA_WITH_AES_128_CBC_SHA",
    0x0035: "TLS_RSA_WITH_AES_256_CBC_SHA",
    0x003C: "TLS_RSA_WITH_AES_128_CBC_SHA256",
    0x1301: "TLS_AES_128_GCM_SHA256",
    0x1302: "TLS_AES_256_GCM_SHA384",
    0x1303: "TLS_CHACHA20_POLY1305_SHA256",
}
_SERVER_NAME, _SUPPORTED_VERSIONS = 0, 43
_NULL_COMPRESSION = 0


@dataclass(frozen=True)
class ClientHello:
    """What a TLS client offers. Suites have IANA's names, or 0x.... where the name is of no interest to OCPP."""

    versions: tuple[str, ...]
    suites: tuple[str, ...]
    server_name: str | None
    compression: bool  # whether it offers TLS compression, which OCPP forbids


def read_client_hello(message: bytes) -> ClientHello | None:
    """Read a ClientHello handshake message (header included); None when it is cut or malformed."""
    try:
        return _client_hello(_Reader(message))
    except (IndexError, struct.error, UnicodeDecodeError):
        return None


def read_certificates(message: bytes) -> tuple[bytes, ...]:
    """The DER certificates of a Certificate handshake message (header included), leaf first; empty when malformed.

    TLS 1.3 puts a context before the list and extensions behind each certificate; the lengths tell which form it is.
    """
    tls13 = int.from_bytes(message[4:7], "big") != len(message) - 7
    found: list[bytes] = []
    try:
        reader = _Reader(message)
        reader.take(4)
        if tls13:
            reader.vector(1)
        entries = _Reader(reader.vector(3))
        while entries.left:
            found.append(entries.vector(3))
            if tls13:
                entries.vector(2)
    except (IndexError, struct.error):
        return ()
    return tuple(found)


def _client_hello(reader: _Reader) -> ClientHello:
    reader.take(4)
    legacy = reader.number(2)
    reader.take(32)
    reader.vector(1)
    suites = reader.numbers(reader.vector(2))
    compression = reader.vector(1)
    versions: tuple[int, ...] = (legacy,)
    server_name: str | None = None
    extensions = _Reader(reader.vector(2) if reader.left else b"")
    while extensions.left:
        kind, body = extensions.number(2), _Reader(extensions.vector(2))
        if kind == _SUPPORTED_VERSIONS:
            versions = reader.numbers(body.vector(1))
        elif kind == _SERVER_NAME:
            names = _Reader(body.vector(2))
            names.take(1)
            server_name = names.vector(2).decode("ascii")
    return ClientHello(
        versions=tuple(_VERSIONS[v] for v in versions if v in _VERSIONS),
        suites=tuple(_SUITES.get(s, f"0x{s:04X}") for s in suites),
        server_name=server_name,
        compression=any(method != _NULL_COMPRESSION for method in compression),
    )


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def take(self, count: int) -> bytes:
        if count > self.left:
            raise IndexError("the message ends early")
        self._at += count
        return self._data[self._at - count : self._at]

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def vector(self, size: int) -> bytes:
        """The bytes behind a length of `size` bytes."""
        return self.take(self.number(size))

    @staticmethod
    def numbers(data: bytes) -> tuple[int, ...]:
        return struct.unpack(f"!{len(data) // 2}H", data[: len(data) // 2 * 2])
