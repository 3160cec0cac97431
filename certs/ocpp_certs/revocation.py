"""Saying that a certificate is withdrawn: a list (CRL) and single answers (OCSP)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from ocpp_certs.identity import Identity, PrivateKey
from ocpp_certs.issue import utc_now

__all__ = ["ocsp_answer", "revocation_list"]

_VALIDITY = datetime.timedelta(days=7)


def revocation_list(issuer: Identity, serials: Iterable[int]) -> bytes:
    """A CRL of `issuer` in PEM that names `serials`."""
    now = utc_now()
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(now - datetime.timedelta(hours=1))
        .next_update(now + _VALIDITY)
        .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(_key(issuer).public_key()),
            critical=False,
        )
    )
    for serial in sorted(set(serials)):
        entry = x509.RevokedCertificateBuilder().serial_number(serial)
        builder = builder.add_revoked_certificate(entry.revocation_date(now - datetime.timedelta(minutes=1)).build())
    return builder.sign(_key(issuer), hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def ocsp_answer(request_der: bytes, issuers: Iterable[Identity], revoked: Iterable[int]) -> bytes:
    """A DER answer to a DER request about a certificate of one of `issuers`; a stranger's gets "unauthorized"."""
    request = ocsp.load_der_ocsp_request(request_der)
    issuer = next((i for i in issuers if _issued(request, i)), None)
    if issuer is None:
        refusal = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED)
        return refusal.public_bytes(serialization.Encoding.DER)
    now = utc_now()
    withdrawn = request.serial_number in set(revoked)
    answer = ocsp.OCSPResponseBuilder().add_response_by_hash(
        issuer_name_hash=request.issuer_name_hash,
        issuer_key_hash=request.issuer_key_hash,
        serial_number=request.serial_number,
        algorithm=request.hash_algorithm,
        cert_status=ocsp.OCSPCertStatus.REVOKED if withdrawn else ocsp.OCSPCertStatus.GOOD,
        this_update=now,
        next_update=now + _VALIDITY,
        revocation_time=now - datetime.timedelta(minutes=1) if withdrawn else None,
        revocation_reason=x509.ReasonFlags.unspecified if withdrawn else None,
    )
    signed = answer.responder_id(ocsp.OCSPResponderEncoding.HASH, issuer.certificate)
    return signed.sign(_key(issuer), hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _issued(request: ocsp.OCSPRequest, issuer: Identity) -> bool:
    digest = hashes.Hash(request.hash_algorithm)
    digest.update(issuer.certificate.subject.public_bytes())
    return digest.finalize() == request.issuer_name_hash


def _key(issuer: Identity) -> PrivateKey:
    if issuer.key is None:
        raise ValueError(f"{issuer.common_name!r} cannot sign: its key is not held here")
    return issuer.key
