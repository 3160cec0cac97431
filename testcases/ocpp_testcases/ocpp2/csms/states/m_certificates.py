"""M, certificates: CertificateInstalled, in front of a CSMS under test."""

from __future__ import annotations

from cryptography import x509
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check, check_fields
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.station import Station
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.certificates import certificates_in, pem_of
from ocpp_testcases.common.operator import asked

__all__ = ["certificate_installed", "csms_roots"]


def csms_roots(bench: Bench) -> list[x509.Certificate]:
    """The root certificates that the CSMS may have: those of connection.ca, and the bench's own (connection.pki)."""
    return certificates_in(bench.trusted.decode())[::-1]


async def certificate_installed(station: Station, sut: Sut, certificateType: str, bench: Bench) -> Message:
    """CertificateInstalled: the operator has the root certificate of a type installed on the station, as configured.

    Inconclusive where the CSMS sends another one and sut.toml does not say which one it has.
    """
    known = csms_roots(bench)
    request = await asked(
        station,
        sut,
        "InstallCertificate",
        certificateType=certificateType,
        certificate=pem_of(known[0]),
        awaiting=["certificate"],
    )
    check_fields(STEP, request, {"certificateType": certificateType})
    found = certificates_in(request.certificate)
    told = [c.subject.rfc4514_string() for c in found] or request.certificate
    check("A00.FR.507", len(found) == 1, expected="certificate: one X.509 certificate in PEM", received=told)
    place = sut.config.connection
    if found and found[0] not in known and not (place.ca or place.pki or bench.reference):
        raise Inconclusive(f"the CSMS installs {told[0]}: connection.ca in sut.toml has to name the root that it has")
    check(
        STEP,
        found[:1] in [[root] for root in known],
        expected=" or ".join(root.subject.rfc4514_string() for root in known),
        received=told,
        note="connection.ca or connection.pki in sut.toml has to hold the root of the CSMS",
    )
    return request
