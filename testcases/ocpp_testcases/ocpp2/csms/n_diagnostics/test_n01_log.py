"""N01 - Retrieve log information."""

from ocpp_proof import STEP, case, check, given, step

from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted


@case("TC_N_25_CSMS")
async def test_diagnostics_log(station, sut):
    """A fault in the field cannot be looked into from afar when the log does not come in."""
    await given(booted, station, sut)
    with step("The CSMS asks for the diagnostics log"):
        request = await asked(
            station,
            sut,
            "GetLog",
            logType="DiagnosticsLog",
            log={"remoteLocation": str(sut.value("log_location") or f"https://logs.example/{sut.text()}")},
            matching={"logType": "DiagnosticsLog"},
        )
        location = request.at("log.remoteLocation")
        check(STEP, bool(location), expected="log.remoteLocation, a place to upload to", received=location)
    with step("The station uploads the log and tells how far it is"):
        for status in ("Uploading", "Uploaded"):
            await station.call(
                "LogStatusNotification", requirement="N01.FR.07", status=status, requestId=request.requestId
            )
