"""F06 - Trigger message: how an upload of logs, or an update of the firmware, stands."""

from contextlib import nullcontext

from ocpp_proof import STEP, case, check_fields, given, on_undo, step
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.roles.csms import Csms

from ocpp_testcases.common.clock import in_time
from ocpp_testcases.common.files import expect_update_known, firmware_at_hand, serve_firmware, wrong_signature
from ocpp_testcases.ocpp2.station.states.b_provisioning import connectors
from ocpp_testcases.ocpp2.station.states.f_remote_control import trigger
from ocpp_testcases.ocpp2.station.states.l_firmware import FirmwareUpdate
from ocpp_testcases.ocpp2.station.states.n_diagnostics import log_place

LOG, FIRMWARE = "LogStatusNotification", "FirmwareStatusNotification"
UPLOAD_OVER = ("Uploaded", "UploadFailure", "PermissionDenied", "BadMessage", "NotSupportedOperation")
FAILED = ("DownloadFailed", "InvalidSignature", "InstallVerificationFailed", "InstallationFailed")


async def over(csms: Csms, action: str, statuses: tuple[str, ...]) -> None:
    """The station says that what it began has ended: nothing is left for the next case."""
    await csms.expect_optional(action, within=csms.timing.long, status=statuses)


async def expect_no_update(csms: Csms, requirement: str) -> None:
    """The station says that it is updating nothing.

    F06.FR.16 wants Idle, and L01.FR.26 the last status again, unless that was Installed: after an update that failed
    nothing is right by both.
    """
    told = await csms.expect("FirmwareStatusNotification", requirement=requirement)
    if told.status in FAILED:
        raise Inconclusive(f"{told.status} is how the last update ended, which L01.FR.26 has told again: install one")
    check_fields("F06.FR.16", told, {"status": "Idle"})


@case("TC_F_15_CS")
async def test_log_idle(csms, sut):
    """A help desk that waits for a log has to learn that nothing is on its way."""
    with step("The CSMS asks how the upload of logs stands"):
        await trigger(csms, "LogStatusNotification")
    with step("The station says that there is none"):
        told = await csms.expect("LogStatusNotification", requirement="F06.FR.10")
        check_fields("F06.FR.15", told, {"status": "Idle"})


@case("TC_F_16_CS")
async def test_log_uploading(csms, sut):
    """A help desk that asks while a log comes in must not be told that there is none, and have it made again."""
    files, location = await given(log_place, csms, sut)
    request = sut.number()
    on_undo("Wait for the end of the upload", lambda: over(csms, LOG, UPLOAD_OVER))

    with files.held() if files else nullcontext():
        with step("The CSMS asks for the diagnostics log, and the station begins to send it"):
            wanted = {"remoteLocation": location}
            answer = await csms.call("GetLog", logType="DiagnosticsLog", requestId=request, log=wanted)
            check_fields("N01.FR.01", answer, {"status": "Accepted"})
            await csms.expect(
                "LogStatusNotification", requirement="N01.FR.08", within=csms.timing.long, status="Uploading"
            )
        with step("The CSMS asks how the upload stands"):
            await trigger(csms, "LogStatusNotification")
        with step("The station says that it goes on"):
            told = await csms.expect("LogStatusNotification", requirement="F06.FR.10")
            if files is None and told.status in (*UPLOAD_OVER, "Idle"):
                raise Inconclusive("the upload to values.log_location was over: without it the harness makes it last")
            check_fields("F06.FR.14", told, {"status": "Uploading"})
            check_fields("N01.FR.07", told, {"requestId": request})


@case("TC_F_17_CS")
async def test_firmware_status_of_an_evse(csms, sut):
    """An EVSE in a question that no EVSE can answer must not keep the answer back."""
    with step("The CSMS asks how the firmware update stands, and names an EVSE"):
        await trigger(csms, "FirmwareStatusNotification", evse={"id": sut.evseId})
    with step("The station says that there is none"):
        await expect_no_update(csms, "F06.FR.03")


@case("TC_F_18_CS")
async def test_firmware_idle(csms, sut):
    """An operator who updates a fleet has to see which stations have nothing to do."""
    with step("The CSMS asks how the firmware update stands"):
        await trigger(csms, "FirmwareStatusNotification")
    with step("The station says that there is none"):
        await expect_no_update(csms, "F06.FR.10")


@case("TC_F_19_CS")
async def test_firmware_downloading(csms, sut, bench):
    """An operator who asks while the image is being fetched must not be told to begin again."""
    firmware = firmware_at_hand(bench, sut)
    files, location = await given(serve_firmware, csms, sut, firmware)
    places = await given(connectors, csms, sut)
    update = await given(FirmwareUpdate.prepared, csms, sut.number(), places)
    on_undo("Wait for the end of the update", lambda: over(csms, FIRMWARE, (*FAILED, "Installed")))

    with files.held() if files else nullcontext():
        with step("The CSMS asks for an update whose signature is wrong, and the station begins to fetch it"):
            await expect_update_known(csms, sut, firmware, location)
            answer = await csms.call(
                "UpdateFirmware",
                requestId=update.requestId,
                firmware={
                    "location": location,
                    "retrieveDateTime": in_time(hours=-2),
                    "signingCertificate": firmware.signingCertificate,
                    "signature": wrong_signature(firmware),
                },
            )
            check_fields(STEP, answer, {"status": "Accepted"})
            await update.status("Downloading")
        with step("The CSMS asks how the update stands"):
            await trigger(csms, "FirmwareStatusNotification")
        with step("The station says that it is fetching the image"):
            told = await csms.expect("FirmwareStatusNotification", requirement="F06.FR.10")
            if files is None and told.status != "Downloading":
                raise Inconclusive(
                    "the image at values.firmware.location was there too soon: without it the harness makes it last"
                )
            check_fields("L01.FR.26", told, {"status": "Downloading"})
            check_fields("L01.FR.10", told, {"requestId": update.requestId})
