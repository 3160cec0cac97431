"""Certificate signing requests (PKCS#10): reading a station's, making one of our own."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from ocpp_certs.identity import PrivateKey
from ocpp_certs.issue import distinguished_name, elliptic_key

__all__ = ["CertificateRequest", "UnreadableRequest", "make_request", "read_request"]


class UnreadableRequest(ValueError):
    """The text is not a certificate signing request."""


@dataclass(frozen=True)
class CertificateRequest:
    """What a signing request says about its sender."""

    common_name: str
    organisation: str
    key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey | None
    key_type: str  # "EC", "RSA" or the name of another kind
    key_size: int  # bits
    signature_valid: bool
    subject: x509.Name

    @property
    def strong_enough(self) -> bool:
        """RSA of 2048 bit or elliptic of 224 bit or more, as every version asks."""
        return self.key_size >= {"RSA": 2048, "EC": 224}.get(self.key_type, 1 << 30)


def read_request(csr_pem: bytes | str) -> CertificateRequest:
    """Read a PEM request. Raises UnreadableRequest; a bad signature is not an error here but a field of the answer."""
    content = csr_pem.encode() if isinstance(csr_pem, str) else csr_pem
    try:
        request = x509.load_pem_x509_csr(content)
        public_key = request.public_key()
        subject = request.subject
    except Exception as error:  # cryptography raises several kinds for one broken file
        raise UnreadableRequest(f"not a PEM certificate signing request: {error}") from error
    key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey | None = None
    kind, size = type(public_key).__name__, 0
    if isinstance(public_key, ec.EllipticCurvePublicKey):
        key, kind, size = public_key, "EC", public_key.key_size
    elif isinstance(public_key, rsa.RSAPublicKey):
        key, kind, size = public_key, "RSA", public_key.key_size
    return CertificateRequest(
        common_name=_first(subject, NameOID.COMMON_NAME),
        organisation=_first(subject, NameOID.ORGANIZATION_NAME),
        key=key,
        key_type=kind,
        key_size=size,
        signature_valid=request.is_signature_valid,
        subject=subject,
    )


def make_request(identity: str, organisation: str, *, key: PrivateKey | None = None) -> tuple[bytes, PrivateKey]:
    """A request for a client certificate of `identity`, and the key that it proves (fresh unless given)."""
    own_key = key or elliptic_key()
    builder = x509.CertificateSigningRequestBuilder().subject_name(distinguished_name(identity, organisation))
    request = builder.sign(own_key, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.PEM), own_key


def _first(subject: x509.Name, oid: x509.ObjectIdentifier) -> str:
    attributes = subject.get_attributes_for_oid(oid)
    return str(attributes[0].value) if attributes else ""
