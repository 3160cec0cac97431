"""2.24 Security: signed firmware."""

from urllib.parse import urlsplit

from ocpp_proof import case, check, check_fields, given, on_undo, step
from ocpp_proof.net.files import Files
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.peer import Expected
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import now
from ocpp_testcases.common.files import Firmware, serve_firmware, signed_firmware, wrong_signature
from ocpp_testcases.ocpp16.station.states.configuration import connectors
from ocpp_testcases.ocpp16.station.states.status import expect_connector_statuses

STATUS = "SignedFirmwareStatusNotification"


class Update:
    """One update: what was asked for, and what the charge point says on the way."""

    def __init__(self, csms: Csms, sut: Sut, firmware: Firmware, files: Files | None, location: str) -> None:
        self.csms, self.requestId, self.firmware = csms, sut.number(), firmware
        self.files, self.location = files, location

    @classmethod
    async def prepared(cls, csms: Csms, sut: Sut, bench: Bench) -> "Update":
        """Firmware lies where the charge point can fetch it

        When the case ends the charge point is back.
        """
        firmware = signed_firmware(bench, sut)
        update = cls(csms, sut, firmware, *await serve_firmware(csms, sut, firmware))

        async def settled() -> None:
            await csms.wait_until(lambda: csms.connected, csms.timing.long, "the charge point to connect")
            await csms.wait_until_quiet()

        on_undo("Wait until the charge point is back", settled)
        return update

    async def asked(self, signature: str) -> None:
        """The Central System asks for the update, at once."""
        answer = await self.csms.call(
            "SignedUpdateFirmware",
            requestId=self.requestId,
            firmware={
                "location": self.location,
                "retrieveDateTime": now(),
                "signingCertificate": self.firmware.signingCertificate,
                "signature": signature,
            },
        )
        check_fields("1.6S L01.FR.23", answer, {"status": "Accepted"})

    async def told(self, status: str) -> None:
        """The charge point tells how far it is."""
        self.check_request(
            await self.csms.expect(STATUS, requirement="1.6S L01.FR.01", within=self.csms.timing.long, status=status)
        )

    def check_request(self, message: Message) -> None:
        """Judge that it says of which update it speaks."""
        if check("1.6S L01.FR.21", message.requestId is not None, expected="a requestId", received=message.requestId):
            check_fields("1.6S L01.FR.10", message, {"requestId": self.requestId})

    async def fetched(self) -> None:
        """The charge point fetches the image."""
        await self.told("Downloading")
        await self.told("Downloaded")
        if self.files is not None:
            path, seen = urlsplit(self.location).path, self.files.downloads
            check("1.6S L01.FR.01", path in seen, expected="the image fetched", received=seen or "nothing fetched")


@case("TC_080_CS")
async def test_installed(csms, sut, bench):
    """A charge point that cannot be updated safely keeps the hole that everybody knows."""
    numbers = range(await given(connectors, csms) + 1)
    update = await given(Update.prepared, csms, sut, bench)

    with step("The Central System asks for a signed update"):
        await update.asked(update.firmware.signature)

    with step("The charge point fetches the image, and finds its signature good"):
        await update.fetched()
        await update.told("SignatureVerified")

    with step("It installs the image; where its boot loader cannot speak, it boots without saying so"):
        installing = Expected(STATUS, {"status": ("Installing", "InstallRebooting")})
        first = await csms.expect_one_of(
            installing, Expected("BootNotification", {}), requirement="1.6S L01.FR.01", within=csms.timing.long
        )
        if first.action == STATUS:
            update.check_request(first)

    with step("It boots, with every connector available; before or after that it tells that it is done"):
        if first.action == STATUS:
            await csms.boot(requirement="1.6 §4.2 boot")
        await expect_connector_statuses(csms, numbers)
        await update.told("Installed")


@case("TC_081_CS")
async def test_invalid_signature(csms, sut, bench):
    """A charge point that installs what nobody signed belongs to whoever gets between it and the file server."""
    update = await given(Update.prepared, csms, sut, bench)

    with step("The Central System asks for an update, with a signature that is not that of the image"):
        await update.asked(wrong_signature(update.firmware))

    with step("The charge point fetches the image"):
        await update.fetched()

    with step("It finds the signature bad, and reports it"):
        await update.told("InvalidSignature")
        await csms.expect("SecurityEventNotification", requirement="1.6S L01.FR.03", type="InvalidFirmwareSignature")

    with step("It does not install the image"):
        await csms.expect_none(
            STATUS,
            requirement="1.6S L01.FR.04",
            status=("SignatureVerified", "Installing", "InstallRebooting", "Installed"),
        )
        boots = csms.received("BootNotification")
        check("1.6S L01.FR.04", not boots, expected="no boot", received=boots or "none")
