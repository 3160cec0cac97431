"""A signed firmware update of a charge point under test, OCPP 1.6 (security whitepaper, L01)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from ocpp_proof.cases.steps import check, check_fields, on_undo
from ocpp_proof.net.files import Files
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import now
from ocpp_testcases.common.files import Firmware, serve_firmware, signed_firmware

__all__ = [
    "SignedUpdate",
    "check_request_id",
    "expect_fetched",
    "expect_firmware_status",
    "request_update",
    "signed_firmware_served",
]


@dataclass(frozen=True)
class SignedUpdate:
    """One update: the id of its request, the firmware, and where it lies (`files`: the harness's own server)."""

    requestId: int
    firmware: Firmware
    files: Files | None
    location: str


async def signed_firmware_served(csms: Csms, sut: Sut, bench: Bench) -> SignedUpdate:
    """Firmware lies where the charge point can fetch it

    When the case ends the charge point is back.
    """
    firmware = signed_firmware(bench, sut)
    files, location = await serve_firmware(csms, sut, firmware)

    async def settled() -> None:
        await csms.wait_until(lambda: csms.connected, csms.timing.long, "the charge point to connect")
        await csms.wait_until_quiet()

    on_undo("Wait until the charge point is back", settled)
    return SignedUpdate(sut.number(), firmware, files, location)


async def request_update(csms: Csms, update: SignedUpdate, signature: str) -> None:
    """The Central System asks for the update, at once: judge that the charge point accepts it."""
    answer = await csms.call(
        "SignedUpdateFirmware",
        requestId=update.requestId,
        firmware={
            "location": update.location,
            "retrieveDateTime": now(),
            "signingCertificate": update.firmware.signingCertificate,
            "signature": signature,
        },
    )
    check_fields("1.6S L01.FR.23", answer, {"status": "Accepted"})


async def expect_firmware_status(csms: Csms, update: SignedUpdate, status: str) -> None:
    """The charge point tells this status of the update."""
    message = await csms.expect(
        "SignedFirmwareStatusNotification", requirement="1.6S L01.FR.01", within=csms.timing.long, status=status
    )
    check_request_id(update, message)


def check_request_id(update: SignedUpdate, message: Message) -> None:
    """Judge that a status names the update that it is about."""
    if check("1.6S L01.FR.21", message.requestId is not None, expected="a requestId", received=message.requestId):
        check_fields("1.6S L01.FR.10", message, {"requestId": update.requestId})


async def expect_fetched(csms: Csms, update: SignedUpdate) -> None:
    """The charge point fetches the image, and tells that it does."""
    await expect_firmware_status(csms, update, "Downloading")
    await expect_firmware_status(csms, update, "Downloaded")
    if update.files is not None:
        path, seen = urlsplit(update.location).path, update.files.downloads
        check("1.6S L01.FR.01", path in seen, expected="the image fetched", received=seen or "nothing fetched")
