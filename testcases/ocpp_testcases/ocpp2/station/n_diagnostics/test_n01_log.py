"""N01 - Retrieve log information."""

from ocpp_proof import case, check, check_fields, given, not_judged, step

from ocpp_testcases.ocpp2.station.states.n_diagnostics import log_place


@case("TC_N_25_CS")
async def test_diagnostics_log(csms, sut):
    """A fault in the field cannot be looked into from afar when the log does not come in."""
    server, location = await given(log_place, csms, sut)
    request = sut.number()

    with step("The CSMS asks for the diagnostics log"):
        answer = await csms.call(
            "GetLog", logType="DiagnosticsLog", requestId=request, log={"remoteLocation": location}
        )
        check_fields("N01.FR.01", answer, {"status": "Accepted"})
        check("N01.FR.01", bool(answer.filename), expected="a filename", received=answer.filename)

    for requirement, status in (("N01.FR.08", "Uploading"), ("N01.FR.09", "Uploaded")):
        with step(f"The station says: {status}"):
            told = await csms.expect(
                "LogStatusNotification", requirement=requirement, within=csms.timing.long, status=status
            )
            check_fields("N01.FR.07", told, {"requestId": request})

    with step("The log has come"):
        if server is None:
            not_judged("N01.FR.04", because="values.log_location names a server that the harness cannot look into")
        else:
            sizes = {u.path: len(u.content) for u in server.uploads}
            check("N01.FR.04", any(sizes.values()), expected="a file with content", received=sizes or "no file")
