"""Issuing one certificate: who, for which key, signed by whom, for how long and for what use."""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Sequence
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ocpp_certs.identity import Identity, PrivateKey

__all__ = ["LEAF_DAYS", "ROOT_DAYS", "Usage", "distinguished_name", "elliptic_key", "issue", "rsa_key", "utc_now"]

Usage = Literal["server", "client"]
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey

LEAF_DAYS = 365
ROOT_DAYS = 3650
_PURPOSE = {"server": ExtendedKeyUsageOID.SERVER_AUTH, "client": ExtendedKeyUsageOID.CLIENT_AUTH}


def utc_now() -> datetime.datetime:
    """The present moment, with its time zone."""
    return datetime.datetime.now(datetime.UTC)


def elliptic_key() -> ec.EllipticCurvePrivateKey:
    """A fresh P-256 key (OCPP asks for 224 bit or more)."""
    return ec.generate_private_key(ec.SECP256R1())


def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """A fresh RSA key (OCPP asks for 2048 bit or more; fewer are for the faulty ones)."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def distinguished_name(common_name: str, organisation: str) -> x509.Name:
    """CN and O, the two parts of a subject that OCPP cares about."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
        ]
    )


def issue(
    subject: x509.Name,
    *,
    issuer: Identity | None,
    key: PrivateKey | None = None,
    public_key: PublicKey | None = None,
    authority: bool = False,
    path_length: int | None = None,
    usage: Usage | None = None,
    hosts: Sequence[str] = (),
    valid_from_days: float = -1,
    valid_for_days: float = LEAF_DAYS,
) -> Identity:
    """Make a certificate for `subject`.

    `issuer` None signs it with its own key. Give `key` for a certificate whose key is held here, or `public_key` for
    one whose owner keeps it (a signed CSR). The days count from now; `hosts` become its names and addresses.
    """
    own_key = public_key or (key.public_key() if key else None)
    signing_key = issuer.key if issuer else key
    if own_key is None or signing_key is None:
        raise ValueError("a certificate needs a key of its own and an issuer whose key is held here")
    now = utc_now()
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(own_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + datetime.timedelta(days=valid_from_days))
        .not_valid_after(now + datetime.timedelta(days=valid_for_days))
        .add_extension(
            x509.BasicConstraints(ca=authority, path_length=path_length if authority else None), critical=True
        )
        .add_extension(_key_usage(own_key, authority=authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own_key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()),
            critical=False,
        )
    )
    if usage is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([_PURPOSE[usage]]), critical=False)
    if hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName([_host(h) for h in hosts]), critical=False)
    return Identity(builder.sign(signing_key, hashes.SHA256()), key, issuer)


def _key_usage(key: PublicKey, *, authority: bool) -> x509.KeyUsage:
    # key encipherment is what the two TLS_RSA suites of OCPP need
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=not authority and isinstance(key, rsa.RSAPublicKey),
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
