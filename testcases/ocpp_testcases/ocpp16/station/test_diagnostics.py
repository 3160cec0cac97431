"""2.19 Diagnostics."""

from ocpp_proof import case, check, given, not_judged, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.files import file_server
from ocpp_testcases.ocpp16.station.states.transfers import check_uploaded, expect_transferred

STATUS, REQUIREMENT = "DiagnosticsStatusNotification", "1.6 §5.9 status"


async def expect_progress(csms: Csms, sut: Sut, *course: str) -> None:
    """The charge point tells how far the upload is, in this order."""
    for status in course:
        await expect_transferred(csms, sut, STATUS, REQUIREMENT, status)
    statuses = [str(message.status) for message in csms.received(STATUS)]
    check(
        REQUIREMENT,
        list(dict.fromkeys(statuses)) == list(course),
        expected=", ".join(course),
        received=", ".join(statuses),
    )


@case("TC_045_1_CS")
async def test_upload(csms, sut):
    """A fault in the field cannot be looked into from afar when the diagnostics do not come in."""
    location, files, directory = sut.value("log_location"), None, f"/diagnostics/{sut.text()}/"
    if location is None:
        files, address = await given(file_server, csms, sut)
        location = address + directory

    with step("The Central System asks for the diagnostics"):
        answer = await csms.call("GetDiagnostics", location=location)

    with step("The charge point uploads them"):
        await expect_progress(csms, sut, "Uploading", "Uploaded")

    with step("The diagnostics have come"):
        if files is None:
            not_judged("1.6 §5.9 upload", because="values.log_location names a server that cannot be looked into")
        else:
            check_uploaded(
                files,
                directory,
                answer.fileName or "",
                upload="1.6 §5.9 upload",
                location="1.6 §5.9 location",
                named="1.6 §5.9 name",
            )


@case("TC_045_2_CS")
async def test_upload_failed(csms, sut):
    """Who is told that diagnostics were uploaded does not ask again, and never gets them."""
    files, address = await given(file_server, csms, sut)
    files.takes_uploads = False

    with step("The Central System asks for the diagnostics, at a server that takes none"):
        await csms.call("GetDiagnostics", location=f"{address}/diagnostics/{sut.text()}/", retries=0)

    with step("The charge point tells that the upload failed"):
        await expect_progress(csms, sut, "Uploading", "UploadFailed")
