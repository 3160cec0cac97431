"""A02 - Update of the charging station certificate at the request of the CSMS."""

from ocpp_certs import make_request
from ocpp_proof import case, check, given, step

from ocpp_testcases.common.clock import now
from ocpp_testcases.common.csms_tls import credentials_with
from ocpp_testcases.ocpp2.csms.states.a_security import (
    certificate_asked_for,
    certificate_brought,
    certificate_renewed,
    check_v2g_certificate,
    v2g_request,
)
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.f_remote_control import check_still_serving

NOT_SIGNED = (
    "the CSMS does not have this request signed, whose name is made up: say in values.v2g of sut.toml whose V2G "
    "certificate it has signed"
)


@case("TC_A_11_CSMS")
async def test_renewed(station, sut, bench):
    """A CSMS that cannot renew certificates loses its stations on the day on which theirs expire."""
    await given(booted, station, sut)
    with step("The CSMS asks for a signing request, accepts it and brings the certificate"):
        renewed = await certificate_renewed(station, sut, bench)
    with step("The station connects with the new certificate"):
        await station.close()
        station.credentials = credentials_with(bench, station, renewed)
        await station.connect(requirement="A00.FR.403")
        answer = await station.call("Heartbeat")
        check("G02.FR.03", bool(answer.currentTime), expected="an answer", received=dict(answer))


@case("TC_A_12_CSMS")
async def test_v2g_certificate(station, sut, bench):
    """When the certificate that vehicles meet runs out, nobody charges by plug and charge at any station."""
    await given(booted, station, sut)
    with step("The CSMS asks for a signing request for the V2G certificate"):
        await certificate_asked_for(station, sut, "SignV2GCertificate")
    with step("It accepts the request and brings the certificate"):
        csr, key = v2g_request(sut, bench)
        refusal = "" if sut.value("v2g", {}) else NOT_SIGNED
        signed = await certificate_brought(station, sut, csr, "V2GCertificate", refusal=refusal)
        check_v2g_certificate(signed, key)


@case("TC_A_14_CSMS")
async def test_invalid_certificate(station, sut, bench):
    """A certificate that the station cannot use must not go unnoticed, nor end the connection: its old one runs out."""
    await given(booted, station, sut)
    station.answer("CertificateSigned", status="Rejected")
    with step("The CSMS asks for a signing request, accepts it and brings the certificate; the station refuses it"):
        await certificate_asked_for(station, sut, "SignChargingStationCertificate")
        csr, _ = make_request(station.identity, str(sut.value("organisation", bench.keys.organisation)))
        await certificate_brought(station, sut, csr, "ChargingStationCertificate")
    with step("The station reports the event, and the CSMS goes on"):
        await station.call("SecurityEventNotification", type="InvalidChargingStationCertificate", timestamp=now())
        await check_still_serving(station)
