"""What of a PKI lies in a directory: identities and serial numbers, kept and found again."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from ocpp_certs.identity import Identity, PrivateKey, write_private
from ocpp_certs.issue import utc_now

__all__ = ["Shelf", "UnusableFiles", "hosts_of", "validity"]

_LEAST_VALIDITY = datetime.timedelta(days=2)
_REPLACED = "ocpp-proof certs DIR --station IDENTITY --replace makes both again"
_OF_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
"""Names that are no commonName where there is another one: the first host becomes that."""


class UnusableFiles(ValueError):
    """What lies in the directory of a PKI cannot be used; the text names the files and what to do."""


def validity(directory: Path) -> dict[str, tuple[x509.Certificate, str]]:
    """Each certificate that lies in a directory of a PKI, with its commonName, by the name of its file."""
    found = {}
    for file in sorted(directory.glob("*.pem")):
        try:
            certificate = x509.load_pem_x509_certificate(file.read_bytes())
        except ValueError:
            continue  # a revocation list, or somebody else's
        found[file.name] = (certificate, Identity(certificate, None, None).common_name)
    return found


class Shelf:
    """Identities kept in a directory, or nowhere when there is none."""

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory

    def get(self, name: str, issuer: Identity | None, make: Callable[[], Identity]) -> Identity:
        """What lies under `name` when it is valid and of this issuer; else a new one, kept."""
        return self._usable(name, issuer) or self._keep(name, make())

    def server(
        self,
        name: str,
        issuer: Identity,
        hosts: Sequence[str],
        new_key: Callable[[], PrivateKey],
        make: Callable[[Sequence[str], PrivateKey], Identity],
    ) -> Identity:
        """The server certificate under `name`, for these hosts at least.

        One that is there keeps its hosts and its key: where some are missing it is issued again for all of them. One
        that has expired, or is of another issuer, keeps its hosts.
        """
        kept = None if self._directory is None else self._load(name, issuer)
        if kept is None or kept.key is None:
            return self._keep(name, make(hosts, new_key()))
        has, sound = hosts_of(kept.certificate), _usable(kept, issuer)
        if sound and set(hosts) <= set(has):
            return kept
        every = sorted(dict.fromkeys((*has, *hosts)), key=_OF_THIS_MACHINE.__contains__)
        return self._keep(name, make(every, kept.key if sound else new_key()))

    def client(self, name: str, issuer: Identity, make: Callable[[PrivateKey | None], Identity]) -> Identity:
        """The client certificate under `name`, as it lies there: the other side may have registered it.

        Made and kept where there is none; one that has expired is made again for its own key. Raises UnusableFiles
        where it has no key, or is of another issuer: it is somebody's, and is not replaced here.
        """
        if self._directory is None:
            return make(None)
        file, kept = self._directory / f"{name}.pem", self._load(name, issuer)
        if kept is None and file.is_file():
            raise UnusableFiles(f"{file} has no key beside it: put {name}.key there; {_REPLACED}")
        if kept is None:
            return self._keep(name, make(None))
        if not _issued(kept, issuer):
            raise UnusableFiles(f"{file} was signed by another authority than the one there: {_REPLACED}")
        return kept if _lasts(kept) else self._keep(name, make(kept.key))

    def _usable(self, name: str, issuer: Identity | None) -> Identity | None:
        """What lies under `name`, unless it has to be made again."""
        kept = None if self._directory is None else self._load(name, issuer)
        return kept if kept is not None and _usable(kept, issuer) else None

    def _keep(self, name: str, made: Identity) -> Identity:
        if self._directory is not None:
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
    return _lasts(kept) and _issued(kept, issuer)


def _lasts(kept: Identity) -> bool:
    return kept.certificate.not_valid_after_utc - utc_now() >= _LEAST_VALIDITY


def _issued(kept: Identity, issuer: Identity | None) -> bool:
    try:
        kept.certificate.verify_directly_issued_by((issuer or kept).certificate)
    except Exception:  # of another issuer, or broken: either way it is made again
        return False
    return True


def hosts_of(certificate: x509.Certificate) -> tuple[str, ...]:
    """The names and addresses that a server certificate is for."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(str(name.value) for name in names)
