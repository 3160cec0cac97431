"""L01 - Secure firmware update."""

from ocpp_proof import STEP, Inconclusive, case, check_fields, given, step
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import check_time, now
from ocpp_testcases.common.files import Firmware, firmware_location, signed_image
from ocpp_testcases.common.operator import asked
from ocpp_testcases.common.signed_update import OF_ITS_OWN, is_signed, same_signature, same_signer
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted

BEFORE_REBOOT = ("Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallRebooting")


def check_signed(sut: Sut, request: Message, firmware: Firmware) -> None:
    """Judge that the update has the certificate and the signature that the operator, or sut.toml, named."""
    elsewhere = request.at("firmware.location") != firmware.location and not firmware_location(sut)[1]
    if elsewhere and is_signed(request.firmware):
        raise Inconclusive(
            "the CSMS has firmware of its own: say in sut.toml what it sends, values.firmware = "
            "{ location = …, certificate = …, signature = … }"
        )
    check_fields("L01.FR.11", request.firmware, {"signingCertificate": same_signer(firmware)}, note=OF_ITS_OWN)
    check_fields("L01.FR.09", request.firmware, {"signature": same_signature(firmware)}, note=OF_ITS_OWN)


@case("TC_L_01_CSMS")
async def test_installed(station, sut, bench):
    """Without certificate and signature no station installs an update, so that a known hole stays open in the field."""
    await given(booted, station, sut)
    with step("The CSMS requests an update with a signing certificate and a signature"):
        firmware = signed_image(bench, sut)
        request = await asked(
            station,
            sut,
            "UpdateFirmware",
            firmware={
                "location": firmware.location,
                "retrieveDateTime": now(),
                "signingCertificate": firmware.signingCertificate,
                "signature": firmware.signature,
            },
            awaiting=["firmware.signature"],
        )
        check_signed(sut, request, firmware)

    with step("The station tells how far it is"):
        for status in BEFORE_REBOOT:
            await station.call(
                "FirmwareStatusNotification", requirement=STEP, status=status, requestId=request.requestId
            )

    with step("The station boots with the new firmware and reports its connectors"):
        await station.reconnect()
        answer = await booted(station, sut, "FirmwareUpdate")
        check_time("B01.FR.02", sut, "currentTime", answer.currentTime)
        await station.call("FirmwareStatusNotification", status="Installed", requestId=request.requestId)
