"""What a Central System under test does with the certificates of a charge point, OCPP 1.6 (security whitepaper)."""

from __future__ import annotations

from typing import Any

from cryptography import x509
from ocpp_certs import Identity, make_request
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.fields import Pattern
from ocpp_proof.cases.steps import check, check_fields
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.station import Station
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.certificates import certificates_in, leads_to, pem_of
from ocpp_testcases.common.operator import asked

__all__ = [
    "CENTRAL_SYSTEM",
    "MANUFACTURER",
    "certificate_installed",
    "certificate_signed",
    "install_certificate",
    "renewed_identity",
]

CENTRAL_SYSTEM, MANUFACTURER = "CentralSystemRootCertificate", "ManufacturerRootCertificate"


async def certificate_installed(station: Station, sut: Sut, kind: str, root: x509.Certificate) -> Message:
    """CertificateInstalled: the operator has had a root certificate installed: this one, or one that the CSMS has."""
    station.answer("InstallCertificate", status="Accepted")
    return await asked(
        station, sut, "InstallCertificate", certificateType=kind, certificate=pem_of(root), requirement="1.6S M05"
    )


async def install_certificate(
    station: Station, sut: Sut, kind: str, root: x509.Certificate, *, status: str = "Accepted"
) -> None:
    """The operator has this root certificate installed, and the charge point answers with `status`."""
    station.answer("InstallCertificate", status=status)
    same = Pattern(f"{root.subject.rfc4514_string()} in PEM", lambda pem: certificates_in(pem) == [root])
    await asked(
        station,
        sut,
        "InstallCertificate",
        certificateType=kind,
        certificate=pem_of(root),
        matching={"certificateType": kind, "certificate": same},
        requirement="1.6S M05",
    )


async def certificate_signed(station: Station, sut: Sut, bench: Bench) -> tuple[list[x509.Certificate], Any]:
    """RenewChargePointCertificate: the operator has the certificate renewed; returns the chain that came, and the key.

    The charge point is asked for a signing request, which the Central System accepts; then it brings the certificate.
    """
    if bench.pki is None:
        raise Inconclusive("certificates are renewed at security profiles with TLS only")
    await asked(
        station,
        sut,
        "ExtendedTriggerMessage",
        requestedMessage="SignChargePointCertificate",
        matching={"requestedMessage": "SignChargePointCertificate", "connectorId": None},
        requirement="1.6S A02 trigger",
    )
    organisation = str(sut.value("organisation", bench.pki.organisation))
    csr, key = make_request(station.identity, organisation)
    answer = await station.call("SignCertificate", csr=csr.decode())
    check_fields("1.6S A02.FR.11", answer, {"status": "Accepted"})
    message = await station.expect("CertificateSigned", requirement="1.6S A02", within=sut.timing.long)
    chain = certificates_in(message.certificateChain)
    pem = check("1.6S A00.FR.507", bool(chain), expected="X.509 in PEM", received=message.certificateChain)
    if not pem:
        raise Inconclusive("without a certificate there is nothing to go on with")
    leaf, wanted = chain[0], x509.load_pem_x509_csr(csr)
    own = leaf.public_key() == key.public_key()
    check("1.6S A02", own, expected="a certificate for the key of the signing request", received=str(leaf.subject))
    name = x509.NameOID.COMMON_NAME
    names = [[str(a.value) for a in c.subject.get_attributes_for_oid(name)] for c in (leaf, wanted)]
    check("1.6S A00.FR.511", names[0] == names[1], expected=f"commonName {names[1]}", received=names[0])
    check(
        "1.6S A02",
        leads_to(chain, x509.load_pem_x509_certificates(bench.trusted)),
        expected="a chain up to the root of the operator",
        received=[f"{c.subject.rfc4514_string()}, issued by {c.issuer.rfc4514_string()}" for c in chain],
        note="connection.ca or connection.pki in sut.toml has to hold the root of the charge points' certificates",
    )
    return chain, key


def renewed_identity(bench: Bench, chain: list[x509.Certificate], key: Any) -> Identity:
    """The new certificate with its key and its issuers, as TLS needs it."""
    assert bench.pki is not None
    issuer: Identity = bench.pki.root
    for certificate in reversed(chain[1:]):
        issuer = Identity(certificate, None, issuer)
    return Identity(chain[0], key, issuer)
