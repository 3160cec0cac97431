"""M, certificates: CertificateInstalled, in front of a CSMS under test."""

from __future__ import annotations

from ocpp_proof.cases.steps import check
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.certificates import certificates_in
from ocpp_testcases.common.operator import asked

__all__ = ["certificate_installed"]


async def certificate_installed(station: Station, sut: Sut, certificateType: str) -> Message:
    """CertificateInstalled: the CSMS installs a root certificate of a type on the station."""
    request = await asked(
        station,
        sut,
        "InstallCertificate",
        certificateType=certificateType,
        matching={"certificateType": certificateType},
    )
    found = certificates_in(request.certificate)
    check(
        "A00.FR.507",
        len(found) == 1,
        expected="certificate: one X.509 certificate in PEM",
        received=[c.subject.rfc4514_string() for c in found] or request.certificate,
    )
    return request
