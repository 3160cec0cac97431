"""Certificates that a sound peer refuses, one fault each."""

from __future__ import annotations

from collections.abc import Sequence

from ocpp_certs.identity import Identity, PrivateKey
from ocpp_certs.issue import LEAF_DAYS, ROOT_DAYS, Usage, distinguished_name, elliptic_key, issue, rsa_key

__all__ = ["FAULTS", "faulty"]

FAULTS = (
    "expired",
    "not_yet_valid",
    "wrong_host",
    "host_contained",
    "wrong_identity",
    "identity_contained",
    "wrong_ca",
    "self_signed",
    "wrong_usage",
    "weak_key",
    "revoked",
)
"""`revoked` is sound by itself: only the revocation list (Pki.crl_pem, Pki.ocsp_response) tells. The names of
`wrong_host` and `wrong_identity` have nothing of the right one; `..._contained` are longer names with the right one in
them."""

_WEAK_BITS = 1024


def faulty(
    fault: str,
    *,
    name: str,
    organisation: str,
    usage: Usage,
    issuer: Identity,
    hosts: Sequence[str] = (),
    key: PrivateKey | None = None,
) -> Identity:
    """A certificate for `name` that is right in everything but `fault` (one of FAULTS); with a fresh elliptic key, or
    the one that is given."""
    if fault not in FAULTS:
        raise ValueError(f"unknown fault {fault!r}; known are {', '.join(FAULTS)}")
    key = rsa_key(_WEAK_BITS) if fault == "weak_key" else key or elliptic_key()
    start, end = -1.0, float(LEAF_DAYS)
    signer: Identity | None = issuer
    match fault:
        case "expired":
            start, end = -30.0, -1.0
        case "not_yet_valid":
            start = 1.0
        case "wrong_host":
            name, hosts = "elsewhere.example", ("elsewhere.example",)
        case "host_contained":
            name, hosts = f"not-{name}.example", (f"not-{name.replace(':', '-')}.example",)
        case "wrong_identity":
            name = _without(name)
        case "identity_contained":
            name = f"{name}-other"
        case "wrong_ca":
            signer = _foreign_authority(organisation)
        case "self_signed":
            signer = None
        case "wrong_usage":
            usage = "client" if usage == "server" else "server"
    return issue(
        distinguished_name(name, organisation),
        issuer=signer,
        key=key,
        usage=usage,
        hosts=hosts,
        valid_from_days=start,
        valid_for_days=end,
    )


def _without(name: str) -> str:
    """A name that does not contain this one."""
    return next(other for other in ("ANOTHER", "0123456789", "zzz") if name.lower() not in other.lower())


def _foreign_authority(organisation: str) -> Identity:
    return issue(
        distinguished_name("A root nobody trusts", organisation),
        issuer=None,
        key=elliptic_key(),
        authority=True,
        valid_for_days=ROOT_DAYS,
    )
