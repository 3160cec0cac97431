"""The authorities of one run and everything they hand out."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from ocpp_certs import faults
from ocpp_certs.identity import Identity, PrivateKey, write_private
from ocpp_certs.issue import ROOT_DAYS, Usage, distinguished_name, elliptic_key, issue, rsa_key, utc_now
from ocpp_certs.requests import read_request
from ocpp_certs.revocation import ocsp_answer, revocation_list

__all__ = ["Pki", "UnusableFiles"]

_REVOKED, _SIGNED = "revoked.json", "signed.json"
_LEAST_VALIDITY = datetime.timedelta(days=2)


class UnusableFiles(ValueError):
    """What lies in the directory of a PKI cannot be used; the text names the files and what to do."""


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
    ) -> Pki:
        """A PKI in memory, or one kept in `directory`: what lies there and is still valid is used again."""
        shelf = _Shelf(directory)

        def root(name: str, title: str) -> Identity:
            return shelf.get(
                name,
                None,
                lambda: issue(
                    distinguished_name(title, organisation),
                    issuer=None,
                    key=elliptic_key(),
                    authority=True,
                    valid_for_days=ROOT_DAYS,
                ),
            )

        def authority(name: str, title: str, parent: Identity) -> Identity:
            return shelf.get(
                name,
                parent,
                lambda: issue(
                    distinguished_name(title, organisation),
                    issuer=parent,
                    key=elliptic_key(),
                    authority=True,
                    path_length=0,
                    valid_for_days=ROOT_DAYS - 1,
                ),
            )

        top = root("root", "OCPP root")
        csms_authority = authority("csms-authority", "OCPP CSMS authority", top)
        pki = cls(
            organisation=organisation,
            hosts=tuple(hosts),
            directory=directory,
            root=top,
            csms_authority=csms_authority,
            station_authority=authority("station-authority", "OCPP station authority", top),
            csms=shelf.get(
                "csms", csms_authority, lambda: _server(hosts, organisation, csms_authority, elliptic_key()), hosts
            ),
            manufacturer_root=root("manufacturer-root", "Manufacturer root"),
            v2g_root=root("v2g-root", "V2G root"),
            mo_root=root("mo-root", "Mobility operator root"),
            _revoked=shelf.numbers(_REVOKED),
            _signed=shelf.numbers(_SIGNED),
        )
        return pki

    @property
    def root_pem(self) -> bytes:
        """The certificate that stations and CSMS trust."""
        return self.root.certificate_pem

    @cached_property
    def csms_rsa(self) -> Identity:
        """The CSMS' second certificate, for the two TLS_RSA suites; made at the first use, kept in the directory."""
        make = _server
        return _Shelf(self.directory).get(
            "csms-rsa",
            self.csms_authority,
            lambda: make(self.hosts, self.organisation, self.csms_authority, rsa_key()),
            self.hosts,
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
            _Shelf(self.directory).keep_numbers(_SIGNED, self._signed)
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
        _Shelf(self.directory).keep_numbers(_REVOKED, self._revoked)

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


class _Shelf:
    """Identities kept in a directory, or nowhere when there is none."""

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory

    def get(
        self, name: str, issuer: Identity | None, make: Callable[[], Identity], hosts: Sequence[str] | None = None
    ) -> Identity:
        """What lies under `name` when it is valid, of this issuer and for these hosts; else a new one, kept."""
        if self._directory is None:
            return make()
        kept = self._load(name, issuer)
        if kept is not None and _usable(kept, issuer) and (hosts is None or _hosts(kept) == set(hosts)):
            return kept
        made = make()
        made.write(self._directory, name)
        return made

    def _load(self, name: str, issuer: Identity | None) -> Identity | None:
        assert self._directory is not None
        certificate, key = self._directory / f"{name}.pem", self._directory / f"{name}.key"
        if not (certificate.is_file() and key.is_file()):
            return None
        try:
            loaded = serialization.load_pem_private_key(key.read_bytes(), None)
            read = x509.load_pem_x509_certificate(certificate.read_bytes())
        except (ValueError, TypeError) as error:
            raise UnusableFiles(f"{certificate} and {key.name} cannot be read as PEM: {error}") from None
        if not isinstance(loaded, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            raise UnusableFiles(f"{key} holds neither an elliptic curve nor an RSA key")
        if loaded.public_key() != read.public_key():
            raise UnusableFiles(
                f"the key {key} does not belong to the certificate {certificate.name}; "
                "put the right one there, or remove both and they are made again"
            )
        return Identity(read, loaded, issuer)

    def numbers(self, name: str) -> set[int]:
        """The serial numbers of certificates that are kept under this name."""
        path = self._directory / name if self._directory else None
        return set(json.loads(path.read_text())) if path and path.is_file() else set()

    def keep_numbers(self, name: str, serials: set[int]) -> None:
        if self._directory is not None:
            write_private(self._directory / name, json.dumps(sorted(serials)).encode())


def _usable(kept: Identity, issuer: Identity | None) -> bool:
    if kept.certificate.not_valid_after_utc - utc_now() < _LEAST_VALIDITY:
        return False
    try:
        kept.certificate.verify_directly_issued_by((issuer or kept).certificate)
    except Exception:  # of another issuer, or broken: either way it is made again
        return False
    return True


def _hosts(kept: Identity) -> set[str]:
    names = kept.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(name.value) for name in names}
