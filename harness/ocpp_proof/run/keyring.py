"""The keys of a bench: certificates, TLS contexts, passwords, and whom the harness lets in or comes as."""

from __future__ import annotations

import ssl
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from ocpp_certs import Identity, Pki, UnusableFiles

from ..cases.errors import ConfigurationError
from ..cases.passwords import hexadecimal
from ..cases.redact import Redactor
from ..net import tls as tls_contexts
from ..net.real_link import RealLink
from ..roles.csms import HandshakePolicy
from ..roles.station import Credentials
from ..sut.config import SutConfig
from .identities import Identities

__all__ = ["Keyring"]

PASSWORDS = ("ocpp-proof-Bench-1", "ocpp-proof-Bench-2")  # of the embedded reference systems, on loopback only


class Keyring:
    """What both sides need to trust each other in one run."""

    def __init__(self, config: SutConfig, *, security_profile: int, real_link: RealLink | None) -> None:
        self.config = config
        self.security_profile = security_profile
        self.real_link = real_link
        connection = config.connection
        self.embedded = "reference" in config.drivers
        self._own_passwords = PASSWORDS if self.embedded and security_profile in (1, 2) else ("",)
        secrets = [connection.password, *self._own_passwords, *connection.passwords.values()]
        self.redactor = Redactor([*secrets, *map(hexadecimal, secrets), *config.driver_secrets])
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._certificates: dict[str, Identity] = {}
        self.pki = self.keys if security_profile >= 2 else None
        folder = connection.pki
        if config.role == "csms" and security_profile == 3 and folder is not None:  # told before any case runs
            for name in Identities(connection).names:
                if (folder / f"station-{name}.pem").is_file():
                    self.certificate_of(name)

    @cached_property
    def keys(self) -> Pki:
        """The authorities of this bench, also where its security profile needs none (an upgrade does)."""
        folder = self.config.connection.pki
        if folder is not None and not (folder / "root.pem").is_file():  # a new one is none that the product trusts
            raise ConfigurationError(
                f"connection.pki: {folder} has no root.pem: is the name right? `ocpp-proof certs DIR` makes the folder"
            )
        try:
            return Pki.create(folder, hosts=self._hosts())
        except (UnusableFiles, OSError) as error:
            raise ConfigurationError(f"connection.pki: {error}") from None

    def _hosts(self) -> tuple[str, ...]:
        host = urlsplit(self.config.connection.listen or "").hostname or ""
        known: tuple[str, ...] = ("localhost", "127.0.0.1", "::1")
        if self.real_link is not None:
            known = (*known, self.real_link.address, self.real_link.sut_address)
        return known if host in (*known, "", "0.0.0.0", "::") else (host, *known)  # noqa: S104 - compared, not bound

    def server_tls(self, *certificates: Identity, security_profile: int | None = None, **options: Any) -> Any:
        """The TLS context of the harness as CSMS for the security profile of the run, or another; None below 2."""
        profile = self.security_profile if security_profile is None else security_profile
        if profile < 2:
            return None
        # the reference station can do ECDSA unless a freedom takes it away, and an RSA key takes a tenth of a second
        free = dict(self.config.driver_options.get("reference") or {}).get("freedoms")
        own = (self.keys.csms,) if self.embedded and not free else (self.keys.csms, self.keys.csms_rsa)
        shown = certificates or own
        return tls_contexts.server_context(*shown, client_trust=self.trusted if profile == 3 else None, **options)

    def handshake_policy(self, security_profile: int) -> HandshakePolicy:
        """How the harness as CSMS lets the station in at a security profile."""
        connection = self.config.connection
        identity = connection.identities[0]
        return HandshakePolicy(
            identity=identity,
            security_profile=security_profile,
            password=self.password_of(identity),
            tls=self.server_tls(security_profile=security_profile),
            path=urlsplit(connection.listen or "//127.0.0.1/ocpp").path,
            serial_number=str(self.config.values.get("serial_number", "")),
            signed=self._has_signed,
        )

    def _has_signed(self, certificate: x509.Certificate) -> bool:
        return self.keys.has_signed(certificate)

    @property
    def trusted(self) -> bytes:
        """The root certificates that both sides trust, in PEM: the bench's, and those of connection.ca."""
        own = self.config.connection.ca
        return self.keys.root_pem + (own.read_bytes() if own is not None else b"")

    def certificate_of(self, identity: str) -> Identity:
        """The certificate of the harness as this station, the same in every run with this PKI: a CSMS may want it
        registered. Raises ConfigurationError."""
        if identity not in self._certificates:
            try:
                self._certificates[identity] = self.keys.kept_station(identity)
            except (UnusableFiles, OSError) as error:
                raise ConfigurationError(f"connection.pki: {error}") from None
        return self._certificates[identity]

    def client_tls(self, certificate: Identity | None = None, **options: Any) -> Any:
        """The TLS context of the harness as station: trusts the CSMS' authority, shows `certificate` where given."""
        if self.pki is None:
            return None
        return self._station_tls(certificate, **options)

    def _own_tls(self, identity: str) -> ssl.SSLContext:
        """What a station with nothing unusual connects with; made once, as a context takes longer than a handshake."""
        if identity not in self._contexts:
            self._contexts[identity] = self._station_tls(self.certificate_of(identity) if identity else None)
        return self._contexts[identity]

    def _station_tls(self, certificate: Identity | None = None, **options: Any) -> ssl.SSLContext:
        options.setdefault("trust", self.trusted)
        return tls_contexts.client_context(identity=certificate, **options)

    def password_of(self, identity: str) -> str:
        """The HTTP Basic password of a station; those of the reference systems have one of two, by their name."""
        own = self._own_passwords
        return self.config.connection.password_of(identity) or own[sum(identity.encode()) % len(own)]

    def credentials(self, identity: str, *, security_profile: int | None = None) -> Credentials:
        """The right credentials of a station at the security profile of the run, or at another one."""
        password = self.password_of(identity)
        match self.security_profile if security_profile is None else security_profile:
            case 0:
                return Credentials(identity)
            case 1:
                return Credentials(identity, identity, password)
            case 2:
                return Credentials(identity, identity, password, self._own_tls(""))
        return Credentials(identity, tls=self._own_tls(identity))
