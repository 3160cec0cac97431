"""L01 - Secure firmware update."""

from ocpp_proof import case, check, check_fields, given, step

from ocpp_testcases.common.clock import in_time
from ocpp_testcases.common.files import expect_update_known, firmware_at_hand, serve_firmware
from ocpp_testcases.ocpp2.station.states.b_provisioning import connectors
from ocpp_testcases.ocpp2.station.states.l_firmware import FirmwareUpdate


@case("TC_L_01_CS")
async def test_installed(csms, sut, bench):
    """A station that cannot be updated keeps the hole that everybody knows; one that does not check is taken over."""
    firmware = firmware_at_hand(bench, sut)
    files, location = await given(serve_firmware, csms, sut, firmware)
    places = await given(connectors, csms, sut)
    update = await given(FirmwareUpdate.prepared, csms, sut.number(), places)

    with step("The CSMS asks for a signed update, at once"):
        await expect_update_known(csms, sut, firmware, location)
        answer = await csms.call(
            "UpdateFirmware",
            requestId=update.requestId,
            firmware={
                "location": location,
                "retrieveDateTime": in_time(hours=-2),
                "installDateTime": in_time(hours=-2),
                "signingCertificate": firmware.signingCertificate,
                "signature": firmware.signature,
            },
        )
        check_fields("L01.FR.21", answer, {"status": "Accepted"})

    with step("The station fetches the image and checks its signature"):
        await update.status("Downloading")
        await update.status("Downloaded")
        if files is not None:
            check(
                "L01.FR.01",
                bool(files.downloads),
                expected=f"{location} fetched",
                received=files.downloads or "nothing",
            )
        await update.status("SignatureVerified", requirement="L01.FR.04")

    with step("The station installs it, and starts again where it needs to"):
        await update.expect_installation()

    with step("The station tells that it is done"):
        await update.status("Installed")
        await csms.expect("SecurityEventNotification", within=csms.timing.long, type="FirmwareUpdated")
        await update.check_completed()
