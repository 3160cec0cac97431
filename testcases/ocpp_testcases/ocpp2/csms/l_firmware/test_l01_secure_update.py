"""L01 - Secure firmware update."""

from ocpp_proof import case, given, step

from ocpp_testcases.common.clock import in_time, now
from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.e_transactions import (
    energy_transfer_started,
    ev_connected_post_session,
    ev_disconnected,
    stop_authorized,
)
from ocpp_testcases.ocpp2.csms.states.f_remote_control import check_still_serving
from ocpp_testcases.ocpp2.csms.states.g_availability import report_connector
from ocpp_testcases.ocpp2.csms.states.l_firmware import (
    Update,
    check_later,
    check_signature,
    check_signer,
    rebooted_for_update,
    request_update,
    update_wish,
    wait_until,
)


@case("TC_L_01_CSMS")
async def test_installed(station, sut, bench):
    """Without certificate and signature no station installs an update, so that a known hole stays open in the field."""
    await given(booted, station, sut)
    with step("The CSMS requests an update with a signing certificate and a signature"):
        firmware, wish = update_wish(sut, bench)
        request = await asked(station, sut, "UpdateFirmware", firmware=wish, awaiting=["firmware.signature"])
        check_signer(sut, request, firmware)
        check_signature(request, firmware)
    update = Update.begun(station, request)
    with step("The station tells how far it is"):
        await update.tell("Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallRebooting")
    with step("The station boots with the new firmware and reports its connectors"):
        await rebooted_for_update(station, sut)
    with step("The station tells that it is done"):
        await update.tell("Installed")


@case("TC_L_02_CSMS")
async def test_installation_scheduled(station, sut, bench):
    """An operator who cannot put an installation off to the night takes stations out of service by day."""
    boot = await given(booted, station, sut)
    with step("The CSMS requests an update that is to be installed later"):
        later = in_time(seconds=sut.short_interval + 1)
        update = await request_update(station, sut, bench, installDateTime=later)
        check_later(update.request, "installDateTime", later)
    with step("The station downloads, verifies the signature and schedules the installation"):
        await update.tell("Downloading", "Downloaded", "SignatureVerified", "InstallScheduled")
    with step("When it is time the station installs, boots and reports its connectors"):
        await wait_until(station, update.request, "installDateTime", boot)
        await update.tell("Installing", "InstallRebooting")
        await rebooted_for_update(station, sut)
    with step("The station tells that it is done"):
        await update.tell("Installed")


@case("TC_L_03_CSMS")
async def test_download_scheduled(station, sut, bench):
    """A fleet that downloads at once where it was to wait brings the file server and the mobile network down."""
    boot = await given(booted, station, sut)
    with step("The CSMS requests an update that is to be downloaded later"):
        later = in_time(seconds=sut.short_interval + 1)
        update = await request_update(station, sut, bench, retrieveDateTime=later)
        check_later(update.request, "retrieveDateTime", later)
    with step("The station schedules the download"):
        await update.tell("DownloadScheduled")
    with step("When it is time the station downloads, installs, boots and reports its connectors"):
        await wait_until(station, update.request, "retrieveDateTime", boot)
        await update.tell("Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallRebooting")
        await rebooted_for_update(station, sut)
    with step("The station tells that it is done"):
        await update.tell("Installed")


@case("TC_L_04_CSMS")
async def test_revoked_certificate(station, sut, bench):
    """An operator has to learn that a signing certificate was revoked, and the station has to go on charging."""
    await given(booted, station, sut)
    with step("The CSMS requests an update, and its certificate was revoked"):
        await request_update(station, sut, bench, status="RevokedCertificate", signed=False)
    with step("The CSMS goes on"):
        await check_still_serving(station)


@case("TC_L_05_CSMS")
async def test_invalid_certificate(station, sut, bench):
    """A wrong signing certificate is a mistake of the operator's or an attack: either way he has to hear of it."""
    await given(booted, station, sut)
    with step("The CSMS requests an update, and its certificate is invalid"):
        await request_update(station, sut, bench, status="InvalidCertificate", signed=False)
    with step("The station reports it as a security event"):
        await station.call("SecurityEventNotification", type="InvalidFirmwareSigningCertificate", timestamp=now())
    with step("The CSMS goes on"):
        await check_still_serving(station)


@case("TC_L_06_CSMS")
async def test_invalid_signature(station, sut, bench):
    """Firmware that somebody tampered with is refused in the field, and the operator has to hear of it."""
    await given(booted, station, sut)
    with step("The CSMS requests an update"):
        update = await request_update(station, sut, bench)
    with step("The station downloads it and finds the signature invalid"):
        await update.tell("Downloading", "Downloaded", "InvalidSignature")
    with step("The station reports it as a security event"):
        await station.call("SecurityEventNotification", type="InvalidFirmwareSignature", timestamp=now())
    with step("The CSMS goes on"):
        await check_still_serving(station)


@case("TC_L_07_CSMS")
async def test_download_failed(station, sut, bench):
    """A download that fails is the rule on weak networks; the CSMS has to hear of it and go on."""
    await given(booted, station, sut)
    with step("The CSMS requests an update"):
        update = await request_update(station, sut, bench)
    with step("The station cannot download it"):
        await update.tell("Downloading", "DownloadFailed")
    with step("The CSMS goes on"):
        await check_still_serving(station)


@case("TC_L_08_CSMS")
async def test_verification_failed(station, sut, bench):
    """A station that found a broken image stays on its old firmware, and has to be able to say so."""
    await given(booted, station, sut)
    with step("The CSMS requests an update"):
        update = await request_update(station, sut, bench)
    with step("The station begins to install it, and the image is not in order"):
        await update.tell("Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallVerificationFailed")
    with step("The CSMS goes on"):
        await check_still_serving(station)


@case("TC_L_09_CSMS")
async def test_installation_failed(station, sut, bench):
    """A station that came back with its old firmware has to be let in, and has to be able to say so."""
    await given(booted, station, sut)
    with step("The CSMS requests an update"):
        update = await request_update(station, sut, bench)
    with step("The station installs it, boots and reports its connectors"):
        await update.tell("Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallRebooting")
        await rebooted_for_update(station, sut)
    with step("The station tells that the installation has failed"):
        await update.tell("InstallationFailed")
        await check_still_serving(station)


@case("TC_L_13_CSMS")
async def test_with_transaction(station, sut, bench):
    """While a driver charges the update waits, and a CSMS that does not see why takes the station for faulty."""
    boot = await given(booted, station, sut)
    tx = await given(energy_transfer_started, station, sut)
    with step("The CSMS requests an update while a transaction runs"):
        firmware, wish = update_wish(sut, bench)
        request = await asked(station, sut, "UpdateFirmware", firmware=wish, awaiting=["firmware.signingCertificate"])
        check_signer(sut, request, firmware)
    update = Update.begun(station, request)
    with step("The station schedules the download, and sets its other connectors to Unavailable"):
        await update.tell("DownloadScheduled")
        for evseId in sorted({1, 2, sut.evseId} - {tx.evseId}):
            await report_connector(station, "Unavailable", evseId, sut.connectorId)
    with step("The driver stops and leaves; the last connector, too, is unavailable until the firmware is installed"):
        await stop_authorized(station, sut, tx)
        await ev_connected_post_session(station, sut, tx)
        await ev_disconnected(station, sut, tx)
        await report_connector(station, "Unavailable", tx.evseId, tx.connectorId)
    with step("The station downloads, installs, boots and reports its connectors"):
        await wait_until(station, update.request, "retrieveDateTime", boot)
        await update.tell("Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallRebooting")
        await rebooted_for_update(station, sut)
    with step("The station tells that it is done"):
        await update.tell("Installed")
