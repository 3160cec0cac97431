"""3.21.3 Secure firmware update."""

import base64
import dataclasses

from ocpp_proof import STEP, case, check_fields, given, step
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import check_time, now
from ocpp_testcases.common.files import Firmware, firmware_location, signed_image
from ocpp_testcases.common.operator import asked, check_chosen
from ocpp_testcases.common.signed_update import OF_ITS_OWN, same_signature, same_signer
from ocpp_testcases.ocpp16.csms.states.cold_boot import booted, report_status
from ocpp_testcases.ocpp16.csms.states.connection import check_still_serving


async def update_firmware(station: Station, sut: Sut, firmware: Firmware) -> Message:
    """The operator has the firmware updated; judges where it is said to lie and how it is signed."""
    request = await asked(
        station,
        sut,
        "SignedUpdateFirmware",
        requestId=sut.number(),
        firmware={
            "location": firmware.location,
            "retrieveDateTime": now(),
            "signingCertificate": firmware.signingCertificate,
            "signature": firmware.signature,
        },
        awaiting=["firmware.signature"],
        requirement="1.6S L01",
    )
    check_chosen(
        STEP,
        "firmware.location",
        request.at("firmware.location"),
        wished=firmware.location,
        configured="values.firmware.location",
        given=firmware_location(sut)[1],
    )
    check_fields("1.6S L01.FR.09", request, {"firmware.signature": same_signature(firmware)}, note=OF_ITS_OWN)
    return request


async def report_progress(station: Station, request: Message, *statuses: str) -> None:
    """The charge point tells how far the update is."""
    for status in statuses:
        await station.call("SignedFirmwareStatusNotification", status=status, requestId=request.requestId)


@case("TC_080_CSMS")
async def test_installed(station, sut, bench):
    """Without certificate and signature no charge point installs an update, and a known hole stays open."""
    await given(booted, station, sut)

    with step("The operator has the firmware updated, with certificate and signature"):
        firmware = signed_image(bench, sut)
        request = await update_firmware(station, sut, firmware)
        signer = {"firmware.signingCertificate": same_signer(firmware)}
        check_fields("1.6S L01.FR.11", request, signer, note=OF_ITS_OWN)

    with step("The charge point downloads, verifies the signature and goes out of service"):
        await report_progress(station, request, "Downloading", "Downloaded", "SignatureVerified")
        for connectorId in sorted({1, 2, sut.connectorId}):
            await report_status(station, connectorId, "Unavailable")

    with step("It installs, boots with the new firmware and reports its connectors"):
        await report_progress(station, request, "Installing", "InstallRebooting")
        await station.reconnect()
        answer = await booted(station, sut)
        check_time("1.6 §4.2 time", sut, "currentTime", answer.currentTime)
        await station.call("SecurityEventNotification", type="FirmwareUpdated", timestamp=now())

    with step("It tells that the firmware is installed, and the Central System goes on"):
        await report_progress(station, request, "Installed")
        await check_still_serving(station)


@case("TC_081_CSMS")
async def test_invalid_signature(station, sut, bench):
    """Firmware that somebody tampered with is refused in the field, and the operator has to hear of it."""
    await given(booted, station, sut)

    with step("The operator has the firmware updated, with a signature that is not the image's"):
        wrong = base64.b64encode(sut.rng.randbytes(256)).decode()
        request = await update_firmware(station, sut, dataclasses.replace(signed_image(bench, sut), signature=wrong))

    with step("The charge point downloads it and finds the signature invalid"):
        await report_progress(station, request, "Downloading", "Downloaded", "InvalidSignature")

    with step("The Central System goes on"):
        await check_still_serving(station)
