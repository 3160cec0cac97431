"""What evidence says of a connection: what TLS told, and how it ended."""

from __future__ import annotations

from ..net.endpoint import Endpoint, TlsInfo

__all__ = ["closing_text", "tls_record"]


def tls_record(data: object) -> object:
    """What TLS told, without the bytes of the certificates."""
    if not isinstance(data, TlsInfo):
        return str(data)
    certificate = data.peer_certificate
    hello = data.client_hello
    return {
        "version": data.version,
        "cipher": data.cipher,
        "certificate": certificate.subject.rfc4514_string() if certificate else None,
        "issuer": certificate.issuer.rfc4514_string() if certificate else None,
        "alert_sent": data.alert_sent,
        "alert_received": data.alert_received,
        "client_hello": str(hello) if hello else None,
    }


def closing_text(endpoint: Endpoint) -> str:
    """How a connection ended, in words."""
    if endpoint.is_open:
        return "the connection is open"
    if not endpoint.closed.done():
        return "the SUT is closing the connection"
    info = endpoint.closed.result()
    if info.code is not None and info.code != 1006:
        return f"the connection was closed with code {info.code} {info.reason!r}"
    return f"the connection was lost without a close frame {info.error}".strip()
