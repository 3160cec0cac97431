"""A certificate with its key and its issuer, as PEM and on disk."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

__all__ = ["ArrangedIdentity", "CertificateFiles", "Identity", "PrivateKey"]

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class CertificateFiles:
    """Where an identity lies on disk: the chain without its root, and the key."""

    certificate: Path
    key: Path


@dataclass(frozen=True)
class Identity:
    """A certificate, its key (None: only the owner holds it) and the identity that issued it (None: itself)."""

    certificate: x509.Certificate
    key: PrivateKey | None
    issuer: Identity | None

    @property
    def common_name(self) -> str:
        """The CN of the subject, or an empty text."""
        names = self.certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        return str(names[0].value) if names else ""

    @property
    def certificate_pem(self) -> bytes:
        """The certificate alone."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def chain_pem(self) -> bytes:
        """The certificate and its intermediates; the root is left out unless the certificate is one itself."""
        chain = self.certificate_pem
        if self.issuer is not None and self.issuer.issuer is not None:
            chain += self.issuer.chain_pem
        return chain

    @property
    def key_pem(self) -> bytes:
        """The private key, PKCS#8 without a passphrase. Raises ValueError when this side does not hold it."""
        if self.key is None:
            raise ValueError(f"the key of {self.common_name!r} is held by its owner, not here")
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    def shown_with(self, *behind: Identity) -> ArrangedIdentity:
        """The same identity, shown with these certificates behind its own."""
        return ArrangedIdentity(self.certificate, self.key, self.issuer, behind)

    def write(self, directory: Path, name: str) -> CertificateFiles:
        """Write `<name>.pem` (chain) and `<name>.key` (readable by its owner only) and say where they are."""
        directory.mkdir(parents=True, exist_ok=True)
        files = CertificateFiles(directory / f"{name}.pem", directory / f"{name}.key")
        files.certificate.write_bytes(self.chain_pem)
        write_private(files.key, self.key_pem)
        return files


@dataclass(frozen=True)
class ArrangedIdentity(Identity):
    """An identity that is shown with other certificates behind it than those that it needs, or in another order."""

    behind: tuple[Identity, ...] = ()

    @property
    def chain_pem(self) -> bytes:
        """The certificate, and what was put behind it."""
        return self.certificate_pem + b"".join(other.certificate_pem for other in self.behind)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that was never readable by anybody else, not even for a moment."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
