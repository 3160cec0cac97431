"""X.509 certificates in PEM and their chains."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from ocpp_certs.issue import ROOT_DAYS, distinguished_name, elliptic_key, issue
from ocpp_proof.sut.sut import Sut

__all__ = ["certificates_in", "fresh_root", "leads_to", "pem_of"]


def certificates_in(pem: Any) -> list[x509.Certificate]:
    """The certificates of a PEM text, in order; empty when it is none."""
    try:
        return x509.load_pem_x509_certificates(str(pem).encode())
    except ValueError:
        return []


def pem_of(certificate: x509.Certificate) -> str:
    """A certificate as OCPP carries it."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def fresh_root(sut: Sut) -> x509.Certificate:
    """A root certificate that nobody has seen before."""
    name = distinguished_name(f"Root {sut.text(6)}", str(sut.value("organisation", "ocpp-proof")))
    return issue(name, issuer=None, key=elliptic_key(), authority=True, valid_for_days=ROOT_DAYS).certificate


def leads_to(chain: list[x509.Certificate], roots: list[x509.Certificate]) -> bool:
    """Whether each certificate is issued by the next, and the last one by a root (or is a root itself)."""
    return all(_issued(a, b) for a, b in pairwise(chain)) and any(
        chain[-1] == r or _issued(chain[-1], r) for r in roots
    )


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except Exception:  # cryptography raises several kinds for one wrong signature
        return False
    return True
