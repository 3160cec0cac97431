"""L01 - Secure firmware update of a station that nobody uses."""

from ocpp_proof import STEP, case, check, check_fields, given, step

from ocpp_testcases.common.clock import in_time
from ocpp_testcases.common.files import empty_location, expired_firmware, nothing_at
from ocpp_testcases.ocpp2.station.states.l_firmware import (
    STATUS,
    check_in_time,
    check_no_installation,
    check_not_before,
    firmware_offset,
    image_served,
    later,
    prepared,
    wrong_signature_of,
)

TRIES = "the official case wants it; the standard lets a station find a bad image before it installs it (L01.FR.29)"


@case("TC_L_01_CS")
async def test_installed(csms, sut, bench):
    """A station that cannot be updated keeps the hole that everybody knows; one that does not check is taken over."""
    image = await given(image_served, csms, sut, bench)
    update = await given(prepared, csms, sut)
    with step("The CSMS asks for a signed update, at once"):
        await update.request(sut, image)
    with step("The station fetches the image and checks its signature"):
        await update.expect_download(image)
        await update.expect_verified()
    with step("The station installs it, and starts again where it needs to"):
        await update.expect_installation()
    with step("The station tells that it is done"):
        await update.expect_installed()


@case("TC_L_02_CS")
async def test_installation_scheduled(csms, sut, bench):
    """A station that does not wait for the night takes drivers' time, and one that forgets keeps its old firmware."""
    image = await given(image_served, csms, sut, bench)
    update = await given(prepared, csms, sut)
    moment = later(sut)
    with step("The CSMS asks for an update that is to be installed later"):
        await update.request(sut, image, installDateTime=moment)
    with step("The station fetches the image and checks its signature"):
        await update.expect_download(image)
        await update.expect_verified()
        check_in_time(moment, "fetching the image")
    with step("The station schedules the installation"):
        await update.status("InstallScheduled", requirement="L01.FR.16")
    with step("When it is time the station installs it, and starts again where it needs to"):
        installing = await update.expect_installation(within=firmware_offset(sut))
        check_not_before(sut, installing, moment, "L01.FR.16")
    with step("The station tells that it is done"):
        await update.expect_installed()


@case("TC_L_03_CS")
async def test_download_scheduled(csms, sut, bench):
    """A fleet that downloads at once where it was to wait brings the file server and the mobile network down."""
    image = await given(image_served, csms, sut, bench)
    update = await given(prepared, csms, sut)
    moment = later(sut)
    with step("The CSMS asks for an update that is to be fetched later"):
        await update.request(sut, image, retrieveDateTime=moment)
    with step("The station schedules the download"):
        await update.status("DownloadScheduled", requirement="L01.FR.13")
    with step("When it is time the station fetches the image and checks its signature"):
        begun = await update.expect_download(image, within=firmware_offset(sut))
        check_not_before(sut, begun, moment, "L01.FR.13")
        await update.expect_verified()
    with step("The station installs it, and starts again where it needs to"):
        await update.expect_installation()
    with step("The station tells that it is done"):
        await update.expect_installed()


@case("TC_L_05_CS")
async def test_invalid_certificate(csms, sut):
    """A station that takes firmware from whoever signed it is taken over by the first who tries."""
    location = await given(empty_location, csms, sut)
    update = await given(prepared, csms, sut)
    with step("The CSMS asks for an update whose signing certificate has expired"):
        firmware = expired_firmware(sut, location) | {"installDateTime": in_time(hours=-2)}
        answer = await csms.call("UpdateFirmware", requestId=update.requestId, firmware=firmware)
        update.accepted = str(answer.status).startswith("Accepted")
        check_fields("L01.FR.22", answer, {"status": ("InvalidCertificate", "RevokedCertificate")})
    with step("The station reports it as a security event"):
        kind = "InvalidFirmwareSigningCertificate"
        await csms.expect("SecurityEventNotification", requirement="L01.FR.02", within=csms.timing.long, type=kind)


@case("TC_L_06_CS")
async def test_invalid_signature(csms, sut, bench):
    """A station that installs what nobody signed belongs to whoever gets between it and the file server."""
    image = await given(image_served, csms, sut, bench)
    update = await given(prepared, csms, sut)
    with step("The CSMS asks for an update, with a signature that is not that of the image"):
        await update.request(sut, image, signature=wrong_signature_of(image))
    with step("The station fetches the image"):
        await update.expect_download(image)
    with step("The station finds the signature bad, and reports it as a security event, in any order"):
        await update.status("InvalidSignature")
        kind = "InvalidFirmwareSignature"
        await csms.expect("SecurityEventNotification", requirement="L01.FR.03", within=csms.timing.long, type=kind)
    with step("The station does not install the image"):
        await check_no_installation(update, "L01.FR.04")


@case("TC_L_07_CS")
async def test_download_failed(csms, sut, bench):
    """An operator who does not hear of it waits for ever for an update that a wrong address has ended."""
    image = await given(image_served, csms, sut, bench)
    update = await given(prepared, csms, sut)
    with step("The CSMS asks for an update whose image is not there, and for one attempt"):
        await update.request(sut, image, location=nothing_at(image.location), retries=0)
    with step("The station tells that it cannot fetch the image; it may have tried, and said so"):
        await update.status("DownloadFailed", requirement="L01.FR.30")
        for begun in csms.received(STATUS, status="Downloading"):
            begun.taken = True
            check_fields("L01.FR.10", begun, {"requestId": update.requestId})


@case("TC_L_08_CS")
async def test_installation_failed(csms, sut, bench):
    """A station that cannot install an image has to say so, or the operator takes the hole for closed."""
    image = await given(image_served, csms, sut, bench, usable=False)
    update = await given(prepared, csms, sut)
    with step("The CSMS asks for an update with an image that is signed and cannot be installed"):
        await update.request(sut, image)
    with step("The station fetches the image and checks its signature"):
        await update.expect_download(image)
        await update.expect_verified()
    with step("The station begins to install it, and starts again where it needs to"):
        await update.expect_installation(requirement=STEP, note=TRIES)
    with step("The station tells that it has failed"):
        await update.status("InstallVerificationFailed", "InstallationFailed", requirement="L01.FR.29")
        update.check_request_ids()
        update.check_boot_before_installation()


@case("TC_L_18_CS")
async def test_unsigned(csms, sut):
    """Where unsigned firmware is taken beside signed one, the signature protects nobody."""
    location = await given(empty_location, csms, sut)
    update = await given(prepared, csms, sut)
    with step("The CSMS asks for an update without certificate and signature"):
        past = in_time(hours=-2)
        firmware = {"location": location, "retrieveDateTime": past}
        answer = await csms.attempt(
            "UpdateFirmware", requestId=update.requestId, firmware=firmware | {"installDateTime": past}
        )
        update.accepted = str(answer.status).startswith("Accepted")
        check(
            STEP,
            answer.error is None and answer.status in ("Rejected", "InvalidCertificate"),
            expected="Rejected or InvalidCertificate",
            received=answer.error or answer.status,
        )
