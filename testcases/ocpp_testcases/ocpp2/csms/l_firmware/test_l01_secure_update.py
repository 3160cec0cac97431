"""L01 - Secure firmware update."""

import base64
import binascii
from typing import Any

from cryptography import x509
from ocpp_proof import STEP, Inconclusive, case, check_fields, given, step
from ocpp_proof.cases.fields import Pattern
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.certificates import certificates_in
from ocpp_testcases.common.clock import check_time, now
from ocpp_testcases.common.files import Firmware, firmware_location, signed_image
from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted

OF_ITS_OWN = "values.firmware in sut.toml has to say what a CSMS with images of its own sends"
BEFORE_REBOOT = ("Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallRebooting")


def decoded(text: Any) -> bytes:
    """The bytes of a Base64 text; empty when it is none."""
    try:
        return base64.b64decode("".join(str(text or "").split()), validate=True)
    except binascii.Error:
        return b""


def check_signed(sut: Sut, request: Message, firmware: Firmware) -> None:
    """Judge that the update has the certificate and the signature that the operator, or sut.toml, named."""
    certificate, signature = request.at("firmware.signingCertificate"), request.at("firmware.signature")
    readable = bool(certificates_in(certificate) and decoded(signature))
    if readable and request.at("firmware.location") != firmware.location and not firmware_location(sut)[1]:
        raise Inconclusive(
            "the CSMS has firmware of its own: say in sut.toml what it sends, values.firmware = "
            "{ location = …, certificate = …, signature = … }"
        )
    same = certificates_in(firmware.signingCertificate)
    wanted = {
        "signingCertificate": Pattern("the certificate that signed the image, in PEM", lambda pem: is_same(pem, same)),
        "signature": Pattern("its signature in Base64", lambda text: decoded(text) == decoded(firmware.signature)),
    }
    for requirement, name in (("L01.FR.11", "signingCertificate"), ("L01.FR.09", "signature")):
        check_fields(requirement, request.firmware, {name: wanted[name]}, note=OF_ITS_OWN)


def is_same(pem: Any, wanted: list[x509.Certificate]) -> bool:
    """Whether a text holds these certificates; the one that signed, where it has no chain with it."""
    found = certificates_in(pem)
    return bool(found) and found in (wanted, wanted[:1])


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
        check_time(STEP, sut, "currentTime", answer.currentTime)
        await station.call("FirmwareStatusNotification", status="Installed", requestId=request.requestId)
