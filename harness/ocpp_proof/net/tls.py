"""TLS contexts for security profiles 2 and 3, with every version and suite named rather than left to the defaults.

Python's defaults neither offer the two TLS_RSA suites that OCPP asks for nor speak TLS 1.0 and 1.1, which a bench
has to try.
"""

from __future__ import annotations

import ssl
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from ocpp_certs import CertificateFiles, Identity

__all__ = ["OCPP_SUITES", "SUITES", "TlsVersion", "client_context", "server_context"]

TlsVersion = Literal["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]

SUITES = {
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256": "ECDHE-ECDSA-AES128-GCM-SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384": "ECDHE-ECDSA-AES256-GCM-SHA384",
    "TLS_RSA_WITH_AES_128_GCM_SHA256": "AES128-GCM-SHA256",
    "TLS_RSA_WITH_AES_256_GCM_SHA384": "AES256-GCM-SHA384",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256": "ECDHE-RSA-AES128-GCM-SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384": "ECDHE-RSA-AES256-GCM-SHA384",
    "TLS_RSA_WITH_AES_128_CBC_SHA": "AES128-SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA": "ECDHE-ECDSA-AES128-SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA": "ECDHE-RSA-AES128-SHA",
}
"""Suites up to TLS 1.2 by their IANA names, with OpenSSL's. Those of TLS 1.3 are always offered with that version."""

OCPP_SUITES = tuple(SUITES)[:4]
"""What every CSMS has to offer; a station needs one pair of them."""

_VERSIONS: dict[TlsVersion, ssl.TLSVersion] = {
    "TLSv1": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}
_SOUND: tuple[TlsVersion, ...] = ("TLSv1.2", "TLSv1.3")
_OBSOLETE = {"TLSv1", "TLSv1.1"}

Credentials = Identity | CertificateFiles


def client_context(
    *,
    trust: bytes | Path | None,
    identity: Credentials | None = None,
    versions: Sequence[TlsVersion] = _SOUND,
    suites: Sequence[str] = OCPP_SUITES,
    ciphers: str = "",
    check_hostname: bool = True,
    allow_weak: bool = False,
) -> ssl.SSLContext:
    """What a station connects with.

    `trust` is PEM, or a file of it, with the CSMS' roots; None trusts everybody. `identity` is the client certificate
    of profile 3. `suites` have names of SUITES; `ciphers`, in OpenSSL's words, takes their place, however weak.
    `allow_weak` lets a too short key be loaded and shown.
    """
    context = _context(ssl.PROTOCOL_TLS_CLIENT, versions, suites, allow_weak, ciphers)
    context.check_hostname = check_hostname and trust is not None
    context.verify_mode = ssl.CERT_NONE if trust is None else ssl.CERT_REQUIRED
    if trust is not None:
        _trust(context, trust)
    if identity is not None:
        _load(context, identity)
    return context


def server_context(
    *identities: Credentials,
    client_trust: bytes | Path | None = None,
    client_required: bool = True,
    revocations: bytes | None = None,
    versions: Sequence[TlsVersion] = _SOUND,
    suites: Sequence[str] = OCPP_SUITES,
    ciphers: str = "",
    allow_weak: bool = False,
) -> ssl.SSLContext:
    """What a CSMS listens with.

    Give an ECDSA and an RSA identity to serve all four suites of OCPP. `client_trust` (PEM, or a file of it) asks for
    client certificates: profile 3; with `client_required` False a client without one may pass. `revocations` are lists
    in PEM for the authority of the clients' certificates.
    """
    context = _context(ssl.PROTOCOL_TLS_SERVER, versions, suites, allow_weak, ciphers)
    for identity in identities:
        _load(context, identity)
    if client_trust is not None:
        context.verify_mode = ssl.CERT_REQUIRED if client_required else ssl.CERT_OPTIONAL
        _trust(context, client_trust)
    if revocations is not None:
        context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory, "revocations.pem")
            path.write_bytes(revocations)
            context.load_verify_locations(path)
    return context


def _context(
    purpose: int, versions: Sequence[TlsVersion], suites: Sequence[str], allow_weak: bool, ciphers: str
) -> ssl.SSLContext:
    wanted = [_VERSIONS[version] for version in versions]
    if not wanted:
        raise ValueError("name one TLS version at least")
    unknown = [name for name in suites if name not in SUITES]
    if unknown:
        raise ValueError(f"unknown cipher suites {', '.join(unknown)}; known are {', '.join(SUITES)}")
    context = ssl.SSLContext(purpose)
    weak = allow_weak or bool(ciphers) or not _OBSOLETE.isdisjoint(versions)
    names = [ciphers] if ciphers else [SUITES[name] for name in suites]
    if not ciphers and not _OBSOLETE.isdisjoint(versions):
        names.append("ALL")  # the suites of OCPP begin with TLS 1.2
    context.set_ciphers(":".join([*names, "@SECLEVEL=0"] if weak else names))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # old versions are what is tried here
        context.minimum_version, context.maximum_version = min(wanted), max(wanted)
    return context


def _trust(context: ssl.SSLContext, trust: bytes | Path) -> None:
    pem = trust.read_bytes() if isinstance(trust, Path) else trust
    context.load_verify_locations(cadata=pem.decode())


def _load(context: ssl.SSLContext, identity: Credentials) -> None:
    if isinstance(identity, CertificateFiles):
        context.load_cert_chain(identity.certificate, identity.key)
        return
    with tempfile.TemporaryDirectory() as directory:  # OpenSSL reads keys from files only
        files = identity.write(Path(directory), "identity")
        context.load_cert_chain(files.certificate, files.key)
