"""2.24 Security: signed firmware."""

from ocpp_proof import case, check, given, step
from ocpp_proof.roles.peer import Expected

from ocpp_testcases.common.files import wrong_signature
from ocpp_testcases.ocpp16.station.states.configuration import connectors
from ocpp_testcases.ocpp16.station.states.security_firmware import (
    check_course,
    check_request_id,
    expect_fetched,
    expect_firmware_status,
    request_update,
    signed_firmware_served,
)
from ocpp_testcases.ocpp16.station.states.status import expect_connector_statuses

STATUS = "SignedFirmwareStatusNotification"


@case("TC_080_CS")
async def test_installed(csms, sut, bench):
    """A charge point that cannot be updated safely keeps the hole that everybody knows."""
    numbers = range(await given(connectors, csms, sut) + 1)
    update = await given(signed_firmware_served, csms, sut, bench)

    with step("The Central System asks for a signed update"):
        await request_update(csms, sut, update, update.firmware.signature)

    with step("The charge point fetches the image, and finds its signature good"):
        await expect_fetched(csms, sut, update)
        await expect_firmware_status(csms, update, "SignatureVerified")

    with step("It installs the image; where its boot loader cannot speak, it boots without saying so"):
        installing = Expected(STATUS, {"status": ("Installing", "InstallRebooting")})
        first = await csms.expect_one_of(
            installing, Expected("BootNotification", {}), requirement="1.6S L01.FR.01", within=csms.timing.long
        )
        if first.action == STATUS:
            check_request_id(update, first)

    with step("It boots, with every connector available; before or after that it tells that it is done"):
        if first.action == STATUS:
            await csms.boot(requirement="1.6 §4.2 boot")
        await expect_connector_statuses(csms, numbers)
        await expect_firmware_status(csms, update, "Installed")
        check_course(csms, "Downloading", "Downloaded", "SignatureVerified", "Installing", "Installed")


@case("TC_081_CS")
async def test_invalid_signature(csms, sut, bench):
    """A charge point that installs what nobody signed belongs to whoever gets between it and the file server."""
    update = await given(signed_firmware_served, csms, sut, bench)

    with step("The Central System asks for an update, with a signature that is not that of the image"):
        await request_update(csms, sut, update, wrong_signature(update.firmware))

    with step("The charge point fetches the image"):
        await expect_fetched(csms, sut, update)

    with step("It finds the signature bad, and reports it"):
        await expect_firmware_status(csms, update, "InvalidSignature")
        await csms.expect("SecurityEventNotification", requirement="1.6S L01.FR.03", type="InvalidFirmwareSignature")

    with step("It does not install the image"):
        await csms.expect_none(
            STATUS,
            requirement="1.6S L01.FR.04",
            within=csms.timing.transaction,
            status=("SignatureVerified", "Installing", "InstallRebooting", "Installed"),
        )
        boots = csms.received("BootNotification")
        check("1.6S L01.FR.04", not boots, expected="no boot", received=boots or "none")
