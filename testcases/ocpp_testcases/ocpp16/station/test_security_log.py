"""2.24 Security: the security log."""

from ocpp_proof import STEP, case, check, check_fields, given, not_judged, step

from ocpp_testcases.common.files import file_server
from ocpp_testcases.ocpp16.station.states.transfers import check_uploaded, expect_transferred


@case("TC_079_CS")
async def test_security_log(csms, sut):
    """Who broke in, and how, cannot be found out when the security log does not come in."""
    location, files, request = sut.value("log_location"), None, sut.number()
    directory = f"/logs/{sut.text()}/"
    if location is None:
        files, address = await given(file_server, csms, sut)
        location = address + directory

    with step("The Central System asks for the security log"):
        answer = await csms.call("GetLog", logType="SecurityLog", requestId=request, log={"remoteLocation": location})
        check_fields("1.6S N01.FR.01", answer, {"status": "Accepted"})
        check("1.6S N01.FR.01", bool(answer.filename), expected="a filename", received=answer.filename)

    for requirement, status in (("1.6S N01.FR.08", "Uploading"), ("1.6S N01.FR.09", "Uploaded")):
        with step(f"The charge point says: {status}"):
            told = await expect_transferred(csms, sut, "LogStatusNotification", requirement, status)
            check_fields("1.6S N01.FR.07", told, {"requestId": request})

    with step("The log has come"):
        if files is None:
            not_judged("1.6S N01.FR.03", because="values.log_location names a server that the harness cannot look into")
        else:
            check_uploaded(files, directory, answer.filename or "", upload="1.6S N01.FR.03", location=STEP)
