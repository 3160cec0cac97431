"""A signed firmware update of a charge point under test, OCPP 1.6 (security whitepaper, L01)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check, check_fields, on_undo
from ocpp_proof.net.files import Files
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import now
from ocpp_testcases.common.files import Firmware, expect_update_known, firmware_at_hand, serve_firmware
from ocpp_testcases.ocpp16.station.states.transfers import expect_transferred

__all__ = [
    "SignedUpdate",
    "check_course",
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
    firmware = firmware_at_hand(bench, sut)
    files, location = await serve_firmware(csms, sut, firmware)

    async def settled() -> None:
        await csms.wait_until(lambda: csms.connected, csms.timing.long, "the charge point to connect")
        await csms.wait_until_quiet()

    on_undo("Wait until the charge point is back", settled)
    return SignedUpdate(sut.number(), firmware, files, location)


async def request_update(csms: Csms, sut: Sut, update: SignedUpdate, signature: str) -> None:
    """The Central System asks for the update, at once: judge that the charge point accepts it."""
    await expect_update_known(csms, sut, update.firmware, update.location)
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
    check_fields(STEP, answer, {"status": "Accepted"})


async def expect_firmware_status(csms: Csms, update: SignedUpdate, status: str) -> None:
    """The charge point tells this status of the update."""
    message = await csms.expect(
        "SignedFirmwareStatusNotification", requirement="1.6S L01.FR.01", within=csms.timing.long, status=status
    )
    check_request_id(update, message)


def check_course(csms: Csms, *course: str) -> None:
    """Judge the statuses of the update and their order; one may be told again, and InstallRebooting beside them.

    Installing may be left out (L01.FR.22): the official case wants it, which is a warning.
    """
    told = [str(m.status) for m in csms.received("SignedFirmwareStatusNotification") if m.status != "InstallRebooting"]
    once = [status for status, before in zip(told, ["", *told], strict=False) if status != before]
    wanted = [status for status in course if status in once or status != "Installing"]
    check("1.6S L01.FR.01", once == wanted, expected=", ".join(course), received=", ".join(told))
    check(
        "1.6S L01.FR.22 official",
        "Installing" in once or "Installing" not in course,
        expected="Installing",
        received=", ".join(told),
        note="the standard lets a charge point that boots leave it out; a laboratory with the official case does not",
    )


def check_request_id(update: SignedUpdate, message: Message) -> None:
    """Judge that a status names the update that it is about."""
    if check("1.6S L01.FR.21", message.requestId is not None, expected="a requestId", received=message.requestId):
        check_fields("1.6S L01.FR.10", message, {"requestId": update.requestId})


async def expect_fetched(csms: Csms, sut: Sut, update: SignedUpdate) -> None:
    """The charge point fetches the image, and tells that it does."""
    await expect_firmware_status(csms, update, "Downloading")
    downloaded = await expect_transferred(csms, sut, "SignedFirmwareStatusNotification", "1.6S L01.FR.01", "Downloaded")
    check_request_id(update, downloaded)
    if update.files is not None:
        path, seen = urlsplit(update.location).path, update.files.downloads
        check("1.6S L01.FR.04", path in seen, expected="the image fetched", received=seen or "nothing fetched")
