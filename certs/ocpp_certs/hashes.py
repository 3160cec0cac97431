"""The way OCPP names an installed certificate: hashes of its issuer's name and key, and its serial number."""

from __future__ import annotations

from collections.abc import Mapping

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

__all__ = ["certificate_hash", "is_hash_of"]

_ALGORITHMS: dict[str, type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = {
    "SHA256": hashes.SHA256,
    "SHA384": hashes.SHA384,
    "SHA512": hashes.SHA512,
}


def certificate_hash(
    certificate: x509.Certificate, issuer: x509.Certificate, algorithm: str = "SHA256"
) -> dict[str, str]:
    """The fields of CertificateHashDataType (1.6 security extension and 2.x) for `certificate`.

    `issuer` is the certificate itself for a root. The name is hashed as DER, the key as the content of its BIT STRING
    (RFC 6960); the serial number is hexadecimal without leading zeros.
    """
    digest = _ALGORITHMS[algorithm]
    return {
        "hashAlgorithm": algorithm,
        "issuerNameHash": _hex(certificate.issuer.public_bytes(), digest()),
        "issuerKeyHash": _hex(_key_bits(issuer), digest()),
        "serialNumber": f"{certificate.serial_number:x}",
    }


def is_hash_of(
    data: Mapping[str, object], certificate: x509.Certificate, issuer: x509.Certificate | None = None
) -> bool:
    """Whether these fields name the certificate (a root without `issuer`), by the algorithm that they give."""
    algorithm = str(data.get("hashAlgorithm"))
    if algorithm not in _ALGORITHMS:
        return False
    wanted = certificate_hash(certificate, issuer or certificate, algorithm)
    return all(
        str(data.get(name, "")).lower().lstrip("0") == value.lower().lstrip("0") for name, value in wanted.items()
    )


def _hex(content: bytes, algorithm: hashes.HashAlgorithm) -> str:
    digest = hashes.Hash(algorithm)
    digest.update(content)
    return digest.finalize().hex()


def _key_bits(certificate: x509.Certificate) -> bytes:
    """The subjectPublicKey of a certificate without tag, length and the count of unused bits."""
    key = certificate.public_key()
    match key:
        case ec.EllipticCurvePublicKey():
            return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        case rsa.RSAPublicKey():
            return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
        case _:
            return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
