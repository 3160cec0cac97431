"""Attempts of a station to connect: what it presented, and what became of it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from cryptography import x509
from cryptography.x509.oid import NameOID
from websockets.http11 import Request

from ..cases.passwords import password_of
from ..net.client_hello import ClientHello
from ..net.endpoint import Endpoint, TlsFailure

__all__ = ["Handshake", "certificate_of", "client_hello_of", "common_name", "read_handshake", "rsa_only"]


@dataclass(slots=True)
class Handshake:
    """One attempt of the SUT to connect: what it presented and what became of it."""

    index: int
    identity: str = ""
    host: str = ""
    path: str = ""
    """Of the request, without the identity at its end."""
    subprotocols: list[str] = field(default_factory=list)
    user: str | None = None
    password: str | None = None
    tls_failure: TlsFailure | None = None
    endpoint: Endpoint | None = None
    accepted: bool = False
    why: str = ""
    taken: bool = False

    @property
    def let_in(self) -> bool:
        """Whether it became a connection that is used."""
        return self.accepted and not self.why


def read_handshake(request: Request, endpoint: Endpoint, index: int) -> Handshake:
    """What a request presents; nothing of it is judged."""
    path = urlsplit(request.path).path
    before, _, identity = path.rpartition("/")
    handshake = Handshake(index, unquote(identity), path=before, endpoint=endpoint)
    handshake.host = request.headers.get("Host", "")
    offered = request.headers.get_all("Sec-WebSocket-Protocol")
    handshake.subprotocols = [p.strip() for line in offered for p in line.split(",") if p.strip()]
    credentials = request.headers.get("Authorization", "")
    if credentials.lower().startswith("basic "):
        try:
            user, _, password = base64.b64decode(credentials[6:].strip(), validate=True).partition(b":")
            handshake.user, handshake.password = user.decode("utf-8", "replace"), password_of(password)
        except binascii.Error:
            handshake.user = ""
    return handshake


def certificate_of(endpoint: Endpoint | None) -> x509.Certificate | None:
    """The client certificate that the SUT showed; None without one."""
    tls = endpoint.tls if endpoint is not None else None
    return tls.peer_certificate if tls is not None else None


def common_name(endpoint: Endpoint | None) -> str:
    """The CN of the client certificate that the SUT showed; empty without one."""
    certificate = certificate_of(endpoint)
    if certificate is None:
        return ""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""


def rsa_only(handshakes: Sequence[Handshake]) -> bool:
    """Whether attempts over TLS came from a station that offers no suite with ECDSA; False where none is known."""
    offered = [hello.suites for handshake in handshakes if (hello := client_hello_of(handshake)) is not None]
    return bool(offered) and not any("ECDSA" in suite or suite.startswith("TLS_AES") for s in offered for suite in s)


def client_hello_of(handshake: Handshake) -> ClientHello | None:
    """What the station offered in TLS; None where it used none, or what it said could not be read."""
    failed = handshake.tls_failure
    info = failed.info if failed is not None else handshake.endpoint.tls if handshake.endpoint is not None else None
    return info.client_hello if info is not None else None
