"""3.16 Diagnostics."""

from ocpp_proof import case, given, step
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.operator import asked
from ocpp_testcases.common.patterns import PRESENT
from ocpp_testcases.ocpp16.csms.states.cold_boot import booted
from ocpp_testcases.ocpp16.csms.states.connection import check_still_serving


async def diagnostics_uploaded(station: Station, sut: Sut, status: str) -> None:
    """The operator asks for the diagnostics, and the charge point tells how the upload began and ended."""
    await given(booted, station, sut)
    location = str(sut.value("log_location") or f"ftp://diagnostics.example/{sut.text()}")
    station.answer("GetDiagnostics", fileName=f"{sut.text()}.log")

    with step("The operator asks for the diagnostics"):
        await asked(
            station,
            sut,
            "GetDiagnostics",
            location=location,
            matching={"location": PRESENT},
            requirement="1.6 §5.9",
        )

    with step(f"The charge point uploads them and tells {status}"):
        for told in ("Uploading", status):
            await station.call("DiagnosticsStatusNotification", status=told)

    with step("The Central System goes on"):
        await check_still_serving(station)


@case("TC_045_1_CSMS")
async def test_uploaded(station, sut):
    """A fault in the field cannot be looked into from afar when the diagnostics do not come in."""
    await diagnostics_uploaded(station, sut, "Uploaded")


@case("TC_045_2_CSMS")
async def test_upload_failed(station, sut):
    """An upload that fails is told, and must not cost the operator the charge point."""
    await diagnostics_uploaded(station, sut, "UploadFailed")
