"""A, security: certificates of the CSMS and of the station, in front of a CSMS under test."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from ocpp_certs import Identity, make_request
from ocpp_certs.issue import elliptic_key
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import by_version, check, check_fields, not_judged
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.station import Station
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.certificates import certificates_in, leads_to
from ocpp_testcases.common.operator import asked

__all__ = [
    "certificate_asked_for",
    "certificate_brought",
    "certificate_renewed",
    "check_server_certificate",
    "check_v2g_certificate",
    "v2g_request",
]


async def certificate_asked_for(station: Station, sut: Sut, requestedMessage: str) -> None:
    """The operator has the CSMS ask for a signing request of this kind."""
    await asked(
        station,
        sut,
        "TriggerMessage",
        requestedMessage=requestedMessage,
        matching={"requestedMessage": requestedMessage},
        requirement="F06.FR.01",
    )


async def certificate_brought(
    station: Station, sut: Sut, csr: bytes, certificateType: str, *, refusal: str = ""
) -> Message:
    """The station sends a signing request, and the CSMS accepts it and brings a certificate.

    In 2.1 the request has a number, which comes with the certificate. `refusal`: why a CSMS may refuse this request
    that would sign another one: then it is Inconclusive.
    """
    number: dict[str, Any] = {} if sut.ocpp == "2.0.1" else {"requestId": sut.number()}
    answer = await station.call("SignCertificate", csr=csr.decode(), certificateType=certificateType, **number)
    if refusal and answer.status == "Rejected":
        raise Inconclusive(refusal)
    check_fields("A02.FR.11", answer, {"status": "Accepted"})
    signed: Message = await station.expect("CertificateSigned", requirement="A02.FR.11", within=sut.timing.long)
    if number:
        check_fields(by_version({"2.0.1": "A02.FR.11", "2.1": "A02.FR.25"}), signed, number)
    return signed


async def certificate_renewed(station: Station, sut: Sut, bench: Bench) -> Identity:
    """RenewChargingStationCertificate: the CSMS asks for a signing request and brings the certificate.

    Returns the station's new certificate with its key.
    """
    await certificate_asked_for(station, sut, "SignChargingStationCertificate")
    if bench.pki is None:
        raise Inconclusive("certificates are renewed at security profiles with TLS only")
    csr, key = make_request(station.identity, str(sut.value("organisation", bench.pki.organisation)))
    kind = "ChargingStationCertificate"
    signed = await certificate_brought(station, sut, csr, kind)
    check_fields(STEP, signed, {"certificateType": kind})  # A02.FR.14 only recommends it
    chain = certificates_in(signed.certificateChain)
    if not check(
        "A00.FR.507", bool(chain), expected="certificateChain: X.509 in PEM", received=signed.certificateChain
    ):
        raise Inconclusive("without a certificate there is nothing to go on with")
    _check_chain(chain, key, station.identity, bench)
    issuer: Identity | None = bench.pki.root
    for certificate in reversed(chain[1:]):
        issuer = Identity(certificate, None, issuer)
    return Identity(chain[0], key, issuer)


def v2g_request(sut: Sut, bench: Bench) -> tuple[bytes, EllipticCurvePrivateKey]:
    """A signing request for a V2G certificate, with its key: for values.v2g of sut.toml, or a made-up EVSE."""
    told = dict(sut.value("v2g", {}))
    names = {
        x509.NameOID.COMMON_NAME: told.get("name", f"NL-OPR-S-{sut.text(12)}"),
        x509.NameOID.COUNTRY_NAME: told.get("country", "NL"),
        x509.NameOID.ORGANIZATION_NAME: told.get("organisation", sut.value("organisation", bench.keys.organisation)),
        x509.NameOID.ORGANIZATIONAL_UNIT_NAME: told.get("unit", "Charging"),
    }
    subject = x509.Name([x509.NameAttribute(kind, str(text)) for kind, text in names.items()])
    key = elliptic_key()
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.PEM), key


def check_v2g_certificate(signed: Message, key: EllipticCurvePrivateKey) -> None:
    """Judge that the certificate is for the key of the request.

    The official tool says what else is wrong with it and does not fail: a CSMS has it from somebody else's authority.
    """
    chain = certificates_in(signed.certificateChain)
    if not chain:
        not_judged(STEP, because="certificateChain is no X.509 in PEM, which the official case does not fail")
        return
    received = chain[0].subject.rfc4514_string()
    right = chain[0].public_key() == key.public_key()
    check(STEP, right, expected="a certificate for the key of the signing request", received=received)
    not_judged(STEP, because="by which V2G root it is signed: the harness does not know those of the CSMS")


def _check_chain(chain: list[x509.Certificate], key: Any, identity: str, bench: Bench) -> None:
    leaf = chain[0]
    check(
        "A02.FR.11",
        leaf.public_key() == key.public_key(),
        expected="a certificate for the key of the signing request",
        received=leaf.subject.rfc4514_string(),
    )
    names = [str(a.value) for a in leaf.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)]
    check("A00.FR.511", names == [identity], expected=f"commonName {identity}", received=names)
    check(
        STEP,
        leads_to(chain, x509.load_pem_x509_certificates(bench.trusted)),
        expected="a chain up to the configured root of the CSMS",
        received=[f"{c.subject.rfc4514_string()}, issued by {c.issuer.rfc4514_string()}" for c in chain],
        note="connection.ca or connection.pki in sut.toml has to hold the root of the stations' certificates",
    )


async def check_server_certificate(station: Station) -> None:
    """Judge the certificate that the CSMS shows on the open connection."""
    info = station.connection.tls
    shown = info.peer_certificate if info else None
    if not check("A00.FR.307", shown is not None, expected="a server certificate", received=shown) or shown is None:
        return
    key = shown.public_key()
    match key:
        case rsa.RSAPublicKey():
            check("A00.FR.502", key.key_size >= 2048, expected="RSA, at least 2048 bit", received=key.key_size)
        case ec.EllipticCurvePublicKey():
            check("A00.FR.503", key.key_size >= 224, expected="EC, at least 224 bit", received=key.key_size)
        case _:
            not_judged("A00.FR.502", because=f"{type(key).__name__} is neither RSA nor elliptic")
    check("A00.FR.508", shown.serial_number > 0, expected="a serial number", received=shown.serial_number)
    host = (urlsplit(station.url).hostname or "").lower()
    names = [str(a.value) for a in shown.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)]
    if host.replace(".", "").isdigit() or ":" in host:
        not_judged(
            "A00.FR.510", because=f"connection.url has the address {host}, no name that a certificate could carry"
        )
        return
    check("A00.FR.510", host in [n.lower() for n in names], expected=f"commonName {host}", received=names)
