"""2.19 Diagnostics."""

from ocpp_proof import case, check, given, not_judged, step
from ocpp_proof.net.files import Files
from ocpp_proof.roles.csms import Csms

from ocpp_testcases.common.files import file_server


async def expect_progress(csms: Csms, *course: str) -> None:
    """The charge point tells how far the upload is, in this order."""
    for status in course:
        await csms.expect(
            "DiagnosticsStatusNotification", requirement="1.6 §5.9 status", within=csms.timing.long, status=status
        )
    statuses = [str(message.status) for message in csms.received("DiagnosticsStatusNotification")]
    check(
        "1.6 §5.9 status",
        list(dict.fromkeys(statuses)) == list(course),
        expected=", ".join(course),
        received=", ".join(statuses),
    )


def check_uploaded(files: Files, directory: str, name: str) -> None:
    """Judge that one file with content came to where it should, under the name that was given for it.

    A form has the name inside.
    """
    found = {upload.path: len(upload.content) for upload in files.uploads}
    check("1.6 §5.9 upload", any(found.values()), expected="a file with content", received=found or "no file")
    good = [u for u in files.uploads if u.path.startswith(directory.rstrip("/")) and u.content]
    check("1.6 §5.9 location", bool(good), expected=f"a file under {directory}", received=found or "no file")
    if name:
        named = any(u.path.endswith(name) or name.encode() in u.content for u in files.uploads)
        check("1.6 §5.9 name", named, expected=f"a file with the name {name}", received=found or "no file")


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
        await expect_progress(csms, "Uploading", "Uploaded")

    with step("The diagnostics have come"):
        if files is None:
            not_judged("1.6 §5.9 upload", because="values.log_location names a server that cannot be looked into")
        else:
            check_uploaded(files, directory, answer.fileName or "")


@case("TC_045_2_CS")
async def test_upload_failed(csms, sut):
    """Who is told that diagnostics were uploaded does not ask again, and never gets them."""
    files, address = await given(file_server, csms, sut)
    files.takes_uploads = False

    with step("The Central System asks for the diagnostics, at a server that takes none"):
        await csms.call("GetDiagnostics", location=f"{address}/diagnostics/{sut.text()}/", retries=0)

    with step("The charge point tells that the upload failed"):
        await expect_progress(csms, "Uploading", "UploadFailed")
