"""Whom the harness as CSMS lets in: identity, credentials and TLS by the security profile."""

from __future__ import annotations

import hmac
import ssl
from collections.abc import Callable, Collection
from dataclasses import dataclass

from cryptography import x509

from ..cases.passwords import octets
from ..net.endpoint import Refuse
from .handshakes import Handshake, certificate_of, common_name

__all__ = ["HandshakePolicy"]


@dataclass(frozen=True, slots=True)
class HandshakePolicy:
    """How stations are let in: as whom, with which password, over which TLS.

    At profile 3 the certificate has to name the identity or the `serial_number` (A00.FR.405), or be one of those that
    this bench `signed` for the station's own request: what its name should be is for a case to judge.
    """

    identity: str
    security_profile: int
    password: str = ""
    tls: ssl.SSLContext | None = None
    path: str = ""
    serial_number: str = ""
    signed: Callable[[x509.Certificate], bool] = lambda _: False

    def refusal(self, handshake: Handshake, *, names: Collection[str]) -> Refuse | None:
        """Why an attempt is not let in, which it also notes; None where it is.

        `names`: whose name the certificate of the station may have.
        """
        if handshake.identity != self.identity:
            handshake.why = (
                f"unknown station {handshake.identity!r}; sut.toml has connection.identity = {self.identity!r}"
            )
            return Refuse(404, reason="unknown station")
        if self.security_profile >= 2 and handshake.endpoint is not None and handshake.endpoint.tls is None:
            handshake.why = f"the station comes without TLS, and security profile {self.security_profile} is asked"
            return Refuse(403, reason="TLS is needed")
        if self.security_profile in (1, 2):
            given, right = octets(handshake.password or ""), octets(self.password)
            if handshake.user != self.identity or not hmac.compare_digest(given, right):
                handshake.why = "the station's HTTP Basic credentials are wrong or missing"
                return Refuse(401, headers={"WWW-Authenticate": 'Basic realm="ocpp"'}, reason="wrong credentials")
        if self.security_profile == 3:
            name, shown = common_name(handshake.endpoint), certificate_of(handshake.endpoint)
            if not name or not (name in names or (shown is not None and self.signed(shown))):
                handshake.why = (
                    f"the client certificate is for {name!r}, not for {self.identity!r}; a station whose serial "
                    "number is not its identity needs values.serial_number in sut.toml"
                )
                return Refuse(401, reason="the certificate belongs to another station")
        return None
