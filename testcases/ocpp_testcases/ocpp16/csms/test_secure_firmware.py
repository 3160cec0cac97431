"""3.21.3 Secure firmware update."""

import base64
import dataclasses

from ocpp_proof import case, check, given, step
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.station import Station
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.certificates import certificates_in
from ocpp_testcases.common.clock import check_time, now
from ocpp_testcases.common.files import Firmware, signed_firmware
from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp16.csms.states.cold_boot import booted, report_status
from ocpp_testcases.ocpp16.csms.states.connection import check_still_serving


def image(bench: Bench, sut: Sut) -> Firmware:
    """A signed image, and where it lies."""
    firmware = signed_firmware(bench, sut)
    location = firmware.location or f"https://firmware.example/{sut.text()}.bin"
    return dataclasses.replace(firmware, location=location)


async def update(station: Station, sut: Sut, firmware: Firmware) -> Message:
    """The operator has the firmware updated; judges where it is said to lie and how it is signed."""
    request = await asked(
        station,
        sut,
        "SignedUpdateFirmware",
        requirement="1.6S L01",
        requestId=sut.number(),
        firmware={
            "location": firmware.location,
            "retrieveDateTime": now(),
            "signingCertificate": firmware.signingCertificate,
            "signature": firmware.signature,
        },
    )
    for name, requirement in (("location", "1.6S L01"), ("signature", "1.6S L01.FR.09")):
        wanted, received = getattr(firmware, name), request.at(f"firmware.{name}")
        check(requirement, received == wanted, expected=f"firmware.{name} {wanted}", received=received)
    return request


async def told(station: Station, request: Message, *statuses: str) -> None:
    """The charge point tells how far the update is."""
    for status in statuses:
        await station.call("SignedFirmwareStatusNotification", status=status, requestId=request.requestId)


@case("TC_080_CSMS")
async def test_installed(station, sut, bench):
    """Without certificate and signature no charge point installs an update, and a known hole stays open."""
    await given(booted, station, sut)

    with step("The operator has the firmware updated, with certificate and signature"):
        firmware = image(bench, sut)
        request = await update(station, sut, firmware)
        wanted, found = (
            certificates_in(c) for c in (firmware.signingCertificate, request.at("firmware.signingCertificate"))
        )
        check(
            "1.6S L01.FR.11",
            bool(found) and found == wanted,
            expected=f"firmware.signingCertificate {firmware.signingCertificate}",
            received=request.at("firmware.signingCertificate"),
        )

    with step("The charge point downloads, verifies the signature and goes out of service"):
        await told(station, request, "Downloading", "Downloaded", "SignatureVerified")
        for connectorId in sorted({1, 2, sut.connectorId}):
            await report_status(station, connectorId, "Unavailable")

    with step("It installs, boots with the new firmware and reports its connectors"):
        await told(station, request, "Installing", "InstallRebooting")
        await station.reconnect()
        answer = await booted(station, sut)
        check_time("1.6 §4.2 time", sut, "currentTime", answer.currentTime)
        await station.call("SecurityEventNotification", type="FirmwareUpdated", timestamp=now())

    with step("It tells that the firmware is installed, and the Central System goes on"):
        await told(station, request, "Installed")
        await check_still_serving(station, sut)


@case("TC_081_CSMS")
async def test_invalid_signature(station, sut, bench):
    """Firmware that somebody tampered with is refused in the field, and the operator has to hear of it."""
    await given(booted, station, sut)

    with step("The operator has the firmware updated, with a signature that is not the image's"):
        wrong = base64.b64encode(sut.rng.randbytes(256)).decode()
        request = await update(station, sut, dataclasses.replace(image(bench, sut), signature=wrong))

    with step("The charge point downloads it and finds the signature invalid"):
        await told(station, request, "Downloading", "Downloaded", "InvalidSignature")

    with step("The Central System goes on"):
        await check_still_serving(station, sut)
