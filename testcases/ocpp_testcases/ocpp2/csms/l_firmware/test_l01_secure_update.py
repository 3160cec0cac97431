"""L01 - Secure firmware update."""

import base64
import binascii
from typing import Any

from ocpp_proof import STEP, case, check, given, step

from ocpp_testcases.common.certificates import certificates_in
from ocpp_testcases.common.clock import check_time
from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted

BEFORE_REBOOT = ("Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallRebooting")


def decoded(text: Any) -> bytes:
    """The bytes of a Base64 text; empty when it is none."""
    try:
        return base64.b64decode("".join(str(text or "").split()), validate=True)
    except binascii.Error:
        return b""


@case("TC_L_01_CSMS")
async def test_installed(station, sut):
    """Without certificate and signature no station installs an update, so that a known hole stays open in the field."""
    await given(booted, station, sut)
    with step("The CSMS requests an update with a signing certificate and a signature"):
        location = f"https://firmware.example/{sut.text()}.bin"
        request = await asked(station, sut, "UpdateFirmware", firmware={"location": location})
        certificate = request.at("firmware.signingCertificate")
        check(
            "L01.FR.11",
            len(certificates_in(certificate)) > 0,
            expected="firmware.signingCertificate: X.509 in PEM",
            received=certificate,
        )
        signature = request.at("firmware.signature")
        check("L01.FR.09", bool(decoded(signature)), expected="firmware.signature in Base64", received=signature)

    with step("The station tells how far it is"):
        for status in BEFORE_REBOOT:
            await station.call(
                "FirmwareStatusNotification", requirement=STEP, status=status, requestId=request.requestId
            )

    with step("The station boots with the new firmware and reports its connectors"):
        await station.reconnect()
        answer = await booted(station, sut, "FirmwareUpdate")
        check_time(STEP, sut, "currentTime", answer.currentTime)
        await station.call("FirmwareStatusNotification", status="Installed", requestId=request.requestId)
