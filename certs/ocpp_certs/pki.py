"""The authorities of one run and everything they hand out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from ocpp_certs import faults
from ocpp_certs.identity import Identity, PrivateKey
from ocpp_certs.issue import ROOT_DAYS, Usage, distinguished_name, elliptic_key, issue, rsa_key
from ocpp_certs.requests import read_request
from ocpp_certs.revocation import ocsp_answer, revocation_list
from ocpp_certs.shelf import Shelf, UnusableFiles, hosts_of

__all__ = ["Pki", "UnusableFiles"]

_REVOKED, _SIGNED = "revoked.json", "signed.json"


@dataclass
class Pki:
    """Authorities and certificates of a bench. Make one with `Pki.create`.

    root
      csms authority     -> csms, csms_rsa
      station authority  -> station("CS001"), sign_request(...)
    manufacturer_root, v2g_root, mo_root stand alone.
    """

    organisation: str
    hosts: tuple[str, ...]
    directory: Path | None
    root: Identity
    csms_authority: Identity
    station_authority: Identity
    csms: Identity
    manufacturer_root: Identity
    v2g_root: Identity
    mo_root: Identity
    _revoked: set[int] = field(default_factory=set)
    _signed: set[int] = field(default_factory=set)

    @classmethod
    def create(
        cls,
        directory: Path | None = None,
        *,
        hosts: Sequence[str] = ("localhost", "127.0.0.1", "::1"),
        organisation: str = "ocpp-proof",
        key: Callable[[], PrivateKey] = elliptic_key,
    ) -> Pki:
        """A PKI in memory, or one kept in `directory`: what lies there and is still valid is used again.

        A server certificate that is there keeps its hosts, and gets those of `hosts` that it lacks. `key` makes the
        keys of the root and of the CSMS's authority: a station that knows RSA alone cannot verify another chain.
        """
        shelf = Shelf(directory)

        def root(name: str, title: str, key: Callable[[], PrivateKey] = elliptic_key) -> Identity:
            return shelf.get(
                name,
                None,
                lambda: issue(
                    distinguished_name(title, organisation),
                    issuer=None,
                    key=key(),
                    authority=True,
                    valid_for_days=ROOT_DAYS,
                ),
            )

        def authority(
            name: str, title: str, parent: Identity, key: Callable[[], PrivateKey] = elliptic_key
        ) -> Identity:
            return shelf.get(
                name,
                parent,
                lambda: issue(
                    distinguished_name(title, organisation),
                    issuer=parent,
                    key=key(),
                    authority=True,
                    path_length=0,
                    valid_for_days=ROOT_DAYS - 1,
                ),
            )

        top = root("root", "OCPP root", key)
        csms_authority = authority("csms-authority", "OCPP CSMS authority", top, key)
        server = shelf.server(
            "csms",
            csms_authority,
            hosts,
            elliptic_key,
            lambda names, key: _server(names, organisation, csms_authority, key),
        )
        return cls(
            organisation=organisation,
            hosts=hosts_of(server.certificate),
            directory=directory,
            root=top,
            csms_authority=csms_authority,
            station_authority=authority("station-authority", "OCPP station authority", top),
            csms=server,
            manufacturer_root=root("manufacturer-root", "Manufacturer root"),
            v2g_root=root("v2g-root", "V2G root"),
            mo_root=root("mo-root", "Mobility operator root"),
            _revoked=shelf.numbers(_REVOKED),
            _signed=shelf.numbers(_SIGNED),
        )

    @property
    def root_pem(self) -> bytes:
        """The certificate that stations and CSMS trust."""
        return self.root.certificate_pem

    @cached_property
    def csms_rsa(self) -> Identity:
        """The CSMS' second certificate, for the two TLS_RSA suites; made at the first use, kept in the directory."""
        return Shelf(self.directory).server(
            "csms-rsa",
            self.csms_authority,
            self.hosts,
            rsa_key,
            lambda names, key: _server(names, self.organisation, self.csms_authority, key),
        )

    def station(self, name: str, *, key: PrivateKey | None = None) -> Identity:
        """A client certificate with a fresh key unless one is given: CN is `name`, O the organisation.

        The name is the station's serial number (A00.FR.511), which for many is its identity.
        """
        return issue(
            distinguished_name(name, self.organisation),
            issuer=self.station_authority,
            key=key or elliptic_key(),
            usage="client",
        )

    def kept_station(self, identity: str) -> Identity:
        """The certificate with which the harness comes as this station: the one that lies in the directory, as
        `station-IDENTITY.pem` and `.key`; where there is none, a new one that is kept there.

        Raises UnusableFiles for files that are somebody else's.
        """
        if identity == "authority" or "/" in identity:  # no name of a file, or that of the authority
            return self.station(identity)
        return Shelf(self.directory).client(
            f"station-{identity}", self.station_authority, lambda key: self.station(identity, key=key)
        )

    def server(self, hosts: Sequence[str], *, issuer: Identity | None = None, rsa: bool = False) -> Identity:
        """A fresh server certificate for `hosts`, signed by the CSMS authority or by `issuer`; `rsa`: for the two
        TLS_RSA suites."""
        key = self._rsa_key if rsa else elliptic_key()
        return _server(hosts, self.organisation, issuer or self.csms_authority, key)

    @property
    def _rsa_key(self) -> PrivateKey:
        """That of the CSMS' second certificate: making one takes long."""
        key = self.csms_rsa.key
        assert key is not None
        return key

    def faulty(self, fault: str, *, name: str, usage: Usage | None = None, rsa: bool = False) -> Identity:
        """A certificate for `name` with one fault (see FAULTS); a host of this PKI gets a server's, else a client's.

        `rsa`: with a key for the two TLS_RSA suites.
        """
        use: Usage = usage or ("server" if name in self.hosts else "client")
        made = faults.faulty(
            fault,
            name=name,
            organisation=self.organisation,
            usage=use,
            issuer=self.csms_authority if use == "server" else self.station_authority,
            hosts=tuple(dict.fromkeys((name, *self.hosts))) if use == "server" else (),
            key=self._rsa_key if rsa else None,
        )
        if fault == "revoked":
            self.revoke(made)
        return made

    def sign_request(self, csr_pem: bytes | str, *, usage: Usage) -> Identity:
        """The certificate for a signing request; its key stays with the sender.

        Raises UnreadableRequest, or ValueError when the request's own signature or its kind of key is wrong.
        """
        request = read_request(csr_pem)
        if not request.signature_valid:
            raise ValueError("the signing request is not signed with the key that it names")
        if request.key is None:
            raise ValueError(f"a key of the kind {request.key_type} cannot be certified for OCPP")
        issuer = self.csms_authority if usage == "server" else self.station_authority
        signed = issue(
            request.subject,
            issuer=issuer,
            public_key=request.key,
            usage=usage,
            hosts=(request.common_name,) if usage == "server" else (),
        )
        if usage == "client":
            self._signed.add(signed.certificate.serial_number)
            Shelf(self.directory).keep_numbers(_SIGNED, self._signed)
        return signed

    def has_signed(self, certificate: x509.Certificate) -> bool:
        """Whether this is a station's certificate that was made for its own signing request, now or in another run."""
        if certificate.serial_number not in self._signed:
            return False
        try:
            certificate.verify_directly_issued_by(self.station_authority.certificate)
        except (ValueError, TypeError, InvalidSignature):  # of another issuer, or broken
            return False
        return True

    def revoke(self, identity: Identity) -> None:
        """Withdraw a certificate; it stays withdrawn when the directory is used again."""
        self._revoked.add(identity.certificate.serial_number)
        Shelf(self.directory).keep_numbers(_REVOKED, self._revoked)

    def crl_pem(self) -> bytes:
        """The revocation lists of every authority of this PKI, one after another."""
        return b"".join(revocation_list(issuer, self._revoked) for issuer in self._issuers())

    def ocsp_response(self, request_der: bytes) -> bytes:
        """What an OCSP responder of this PKI answers (DER in, DER out)."""
        return ocsp_answer(request_der, self._issuers(), self._revoked)

    def _issuers(self) -> tuple[Identity, ...]:
        return (self.root, self.csms_authority, self.station_authority)


def _server(hosts: Sequence[str], organisation: str, issuer: Identity, key: PrivateKey) -> Identity:
    subject = distinguished_name(hosts[0], organisation)
    return issue(subject, issuer=issuer, key=key, usage="server", hosts=hosts)
