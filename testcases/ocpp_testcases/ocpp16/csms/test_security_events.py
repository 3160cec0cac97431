"""3.21.2 Security events and the security log."""

from ocpp_proof import STEP, case, check_fields, given, step

from ocpp_testcases.common.clock import now
from ocpp_testcases.common.operator import asked, check_chosen
from ocpp_testcases.ocpp16.csms.states.certificates import CENTRAL_SYSTEM, certificate_signed, install_certificate
from ocpp_testcases.ocpp16.csms.states.cold_boot import booted
from ocpp_testcases.ocpp16.csms.states.connection import check_still_serving


@case("TC_077_CSMS")
async def test_invalid_charge_point_certificate(station, sut, bench):
    """A certificate that the charge point cannot use must not go unnoticed: its old one runs out."""
    await given(booted, station, sut)
    station.answer("CertificateSigned", status="Rejected")

    with step("The operator has the certificate of the charge point renewed, which refuses the new one"):
        await certificate_signed(station, sut, bench)

    with step("The charge point reports the event"):
        await station.call("SecurityEventNotification", type="InvalidChargePointCertificate", timestamp=now())

    with step("The Central System goes on"):
        await check_still_serving(station)


@case("TC_078_CSMS")
async def test_invalid_central_system_certificate(station, sut, bench):
    """A root that the charge point refuses must not go unnoticed: without it the connection ends some day."""
    await given(booted, station, sut)

    with step("The operator has a root certificate installed, and the charge point refuses it"):
        await install_certificate(station, sut, CENTRAL_SYSTEM, bench.pki.root.certificate, status="Rejected")

    with step("The charge point reports the event"):
        await station.call("SecurityEventNotification", type="InvalidCentralSystemCertificate", timestamp=now())

    with step("The Central System goes on"):
        await check_still_serving(station)


@case("TC_079_CSMS")
async def test_security_log(station, sut):
    """Who broke in cannot be found out when the security log does not come in, or another one comes instead."""
    await given(booted, station, sut)
    configured = sut.value("log_location")
    location = str(configured or f"https://logs.example/{sut.text()}")

    with step("The operator asks for the security log"):
        request = await asked(
            station,
            sut,
            "GetLog",
            logType="SecurityLog",
            requestId=sut.number(),
            log={"remoteLocation": location},
            awaiting=["logType", "log.remoteLocation"],
            requirement="1.6S N01",
        )
        check_fields("1.6S N01", request, {"logType": "SecurityLog"})
        check_chosen(
            STEP,
            "log.remoteLocation",
            request.at("log.remoteLocation"),
            wished=location,
            configured="values.log_location",
            given=configured is not None,
        )

    with step("The charge point uploads the log and tells how far it is"):
        for status in ("Uploading", "Uploaded"):
            await station.call("LogStatusNotification", status=status, requestId=request.requestId)

    with step("The Central System goes on"):
        await check_still_serving(station)
