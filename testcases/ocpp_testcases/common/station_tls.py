"""What a station showed while its secure connection was made, in any version: its ClientHello and its certificate.

Section A of OCPP 2.x, and of the security whitepaper for 1.6, whose requirements have the same words.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from ocpp_certs import CertificateRequest
from ocpp_certs.issue import elliptic_key, rsa_key
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.steps import by_topic, by_version, check, not_judged
from ocpp_proof.net.tls import OCPP_SUITES
from ocpp_proof.roles.csms import Csms, Handshake
from ocpp_proof.sut.sut import Sut

__all__ = ["authority_key", "can_be_signed", "check_client_certificate", "check_client_hello"]

PAIRS = (set(OCPP_SUITES[:2]), set(OCPP_SUITES[2:4]))
NEW = {"TLSv1.2", "TLSv1.3"}


def can_be_signed(csms: Csms, request: CertificateRequest) -> None:
    """Inconclusive, before anything is signed, where nobody said that the request's commonName is the station's.

    It is the serial number (A00.FR.511), which a BootNotification or sut.toml tells. A station that took a certificate
    for another name would be let in by no other CSMS.
    """
    if request.common_name not in csms.station_names:
        told = ", ".join(sorted(csms.station_names))
        raise Inconclusive(
            f"the signing request is for {request.common_name!r}, and what is known of the station is {told}: a serial "
            "number that no BootNotification told belongs into values.serial_number of sut.toml"
        )


def authority_key(csms: Csms, sut: Sut) -> RSAPrivateKey | EllipticCurvePrivateKey:
    """A key for a root: of the kind in values.certificate_key ("RSA", "EC"), else of one that the station knows.

    A station that offers the suites of RSA only need not know elliptic curves.
    """
    tls = csms.connections[-1].tls if csms.connections else None
    offered = set(tls.client_hello.suites) if tls and tls.client_hello else set(OCPP_SUITES)
    only_rsa = not offered & {suite for suite in OCPP_SUITES if "_ECDSA_" in suite}
    kind = str(sut.value("certificate_key", "RSA" if only_rsa else "EC"))
    return rsa_key() if kind.upper() == "RSA" else elliptic_key()


def check_client_hello(handshake: Handshake) -> None:
    """Judge what the station offered in TLS: version 1.2 or newer, a pair of the suites, no compression."""
    tls = handshake.endpoint.tls if handshake.endpoint else None
    if tls is None and handshake.tls_failure is not None:
        tls = handshake.tls_failure.info
    hello = tls.client_hello if tls else None
    if hello is None:
        raise Inconclusive("the harness did not see the ClientHello of the station")
    check(
        by_topic("version"),
        bool(NEW & set(hello.versions)),
        expected="TLS 1.2 or newer",
        received=hello.versions,
    )
    offered = set(hello.suites)
    check(
        by_topic("suites of the station"),
        any(pair <= offered for pair in PAIRS),
        expected=" or ".join(" and ".join(sorted(pair)) for pair in PAIRS),
        received=sorted(offered),
    )
    check(
        by_topic("compression"),
        not hello.compression,
        expected="no TLS compression",
        received=hello.compression,
    )


def check_client_certificate(handshake: Handshake) -> list[str] | None:
    """Judge the certificate that the station showed: that it did, key and serial number.

    Returns its common names; None when there is no certificate.
    """
    prefix = by_version({"1.6": "1.6S ", "2": ""})
    tls = handshake.endpoint.tls if handshake.endpoint else None
    shown = tls.peer_certificate if tls else None
    if not check(
        f"{prefix}A00.FR.402", shown is not None, expected="a client certificate", received=shown or handshake.why
    ):
        return None
    assert shown is not None
    of_rsa, elliptic = f"{prefix}A00.FR.502", f"{prefix}A00.FR.503"
    match key := shown.public_key():
        case rsa.RSAPublicKey():
            check(of_rsa, key.key_size >= 2048, expected="RSA, at least 2048 bits", received=key.key_size)
        case ec.EllipticCurvePublicKey():
            check(elliptic, key.key_size >= 224, expected="EC, at least 224 bits", received=key.key_size)
        case _:
            not_judged(of_rsa, because=f"{type(key).__name__} is neither RSA nor elliptic")
    number = shown.serial_number
    check(f"{prefix}A00.FR.508", number > 0, expected="a serial number", received=number)
    return [str(a.value) for a in shown.subject if a.rfc4514_attribute_name == "CN"]
