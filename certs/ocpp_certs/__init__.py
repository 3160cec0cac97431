"""The PKI of a run: authorities, sound certificates, every kind of faulty one, CSR signing, revocation.

Elliptic keys (P-256) by default, because ten of them take a millisecond; RSA keys are made only when somebody asks.
"""

from ocpp_certs.faults import FAULTS
from ocpp_certs.hashes import certificate_hash, is_hash_of
from ocpp_certs.identity import CertificateFiles, Identity, PrivateKey
from ocpp_certs.pki import Pki, UnusableFiles
from ocpp_certs.requests import CertificateRequest, UnreadableRequest, make_request, read_request
from ocpp_certs.shelf import hosts_of, validity

__all__ = [
    "FAULTS",
    "CertificateFiles",
    "CertificateRequest",
    "Identity",
    "Pki",
    "PrivateKey",
    "UnreadableRequest",
    "UnusableFiles",
    "certificate_hash",
    "hosts_of",
    "is_hash_of",
    "make_request",
    "read_request",
    "validity",
]
