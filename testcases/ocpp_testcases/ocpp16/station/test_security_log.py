"""2.24 Security: the security log."""

from ocpp_proof import case, check, check_fields, given, not_judged, step

from ocpp_testcases.common.files import file_server


@case("TC_079_CS")
async def test_security_log(csms, sut):
    """Who broke in, and how, cannot be found out when the security log does not come in."""
    location, files, request = sut.value("log_location"), None, sut.number()
    if location is None:
        files, address = await given(file_server, csms, sut)
        location = f"{address}/logs/{sut.text()}/"

    with step("The Central System asks for the security log"):
        answer = await csms.call("GetLog", logType="SecurityLog", requestId=request, log={"remoteLocation": location})
        check_fields("1.6S N01.FR.01", answer, {"status": "Accepted"})
        check("1.6S N01.FR.01", bool(answer.filename), expected="a filename", received=answer.filename)

    for requirement, status in (("1.6S N01.FR.08", "Uploading"), ("1.6S N01.FR.09", "Uploaded")):
        with step(f"The charge point says: {status}"):
            told = await csms.expect(
                "LogStatusNotification", requirement=requirement, within=csms.timing.long, status=status
            )
            check_fields("1.6S N01.FR.07", told, {"requestId": request})

    with step("The log has come"):
        if files is None:
            not_judged("1.6S N01.FR.03", because="values.log_location names a server that the harness cannot look into")
        else:
            sizes = {upload.path: len(upload.content) for upload in files.uploads}
            check("1.6S N01.FR.03", any(sizes.values()), expected="a file with content", received=sizes or "no file")
