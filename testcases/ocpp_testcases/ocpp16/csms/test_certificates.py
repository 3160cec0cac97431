"""3.21.1 Secure connection setup: the certificates of a charge point."""

from cryptography import x509
from ocpp_certs import certificate_hash
from ocpp_proof import case, check_fields, given, step
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.certificates import certificates_in, fresh_root
from ocpp_testcases.common.csms_tls import credentials_with
from ocpp_testcases.common.operator import asked
from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.ocpp16.csms.states.certificates import (
    CENTRAL_SYSTEM,
    MANUFACTURER,
    certificate_installed,
    certificate_signed,
    install_certificate,
    renewed_identity,
)
from ocpp_testcases.ocpp16.csms.states.cold_boot import booted
from ocpp_testcases.ocpp16.csms.states.connection import check_still_serving


async def ask_for_installed(station: Station, sut: Sut, kind: str, found: dict[str, str]) -> None:
    """The operator asks which certificates of a kind are installed, and the charge point tells of one."""
    only = {"certificateType": kind}
    station.answer("GetInstalledCertificateIds", status="Accepted", certificateHashData=[found], where=only)
    await asked(
        station,
        sut,
        "GetInstalledCertificateIds",
        certificateType=kind,
        matching={"certificateType": kind},
        requirement="1.6S M03 kind",
    )


async def root_installed(station: Station, sut: Sut, kind: str, root: x509.Certificate) -> None:
    """The operator has a root certificate installed, and sees it among those that the charge point has."""
    await given(booted, station, sut)

    with step("The operator has a root certificate installed"):
        await install_certificate(station, sut, kind, root)

    with step("The operator asks what is installed"):
        await ask_for_installed(station, sut, kind, certificate_hash(root, root))

    with step("The Central System goes on"):
        await check_still_serving(station)


@case("TC_074_CSMS")
async def test_renewed(station, sut, bench):
    """A Central System that cannot renew certificates loses its charge points on the day on which theirs expire."""
    await given(booted, station, sut)

    with step("The operator has the certificate of the charge point renewed"):
        chain, key = await certificate_signed(station, sut, bench)

    with step("The charge point connects with the new certificate"):
        await station.close()
        station.credentials = credentials_with(bench, station, renewed_identity(bench, chain, key))
        await station.connect(requirement="known station")
        await check_still_serving(station)


@case("TC_075_1_CSMS")
async def test_manufacturer_root(station, sut, bench):
    """Without the manufacturer's next root no charge point can believe in its next firmware."""
    await root_installed(station, sut, MANUFACTURER, bench.pki.manufacturer_root.certificate)


@case("TC_075_2_CSMS")
async def test_central_system_root(station, sut, bench):
    """A charge point that does not get the next root of its Central System in time can never connect to it again."""
    await root_installed(station, sut, CENTRAL_SYSTEM, bench.pki.root.certificate)


@case("TC_076_CSMS")
async def test_deleted(station, sut):
    """A root that is no longer trusted stays good in the field when it cannot be deleted, or another one goes."""
    await given(booted, station, sut)
    root, algorithm = fresh_root(sut), sut.rng.choice(("SHA256", "SHA384", "SHA512"))
    request = await given(certificate_installed, station, sut, CENTRAL_SYSTEM, root)
    root = next(iter(certificates_in(request.certificate)), root)  # a Central System may have roots of its own only
    found = certificate_hash(root, root, algorithm)

    with step("The operator asks what is installed"):
        await ask_for_installed(station, sut, CENTRAL_SYSTEM, found)

    with step("The operator has the certificate deleted"):
        station.answer("DeleteCertificate", status="Accepted")
        request = await asked(
            station,
            sut,
            "DeleteCertificate",
            certificateHashData=found,
            matching={
                "certificateHashData.issuerNameHash": ignoring_case(found["issuerNameHash"]),
                "certificateHashData.issuerKeyHash": ignoring_case(found["issuerKeyHash"]),
                "certificateHashData.serialNumber": ignoring_case(found["serialNumber"]),
            },
            requirement="1.6S M04",
        )
        check_fields("1.6S M04.FR.07", request, {"certificateHashData.hashAlgorithm": ignoring_case(algorithm)})

    with step("The Central System goes on"):
        await check_still_serving(station)
