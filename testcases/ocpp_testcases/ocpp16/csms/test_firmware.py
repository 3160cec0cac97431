"""3.15 Firmware management."""

from ocpp_proof import STEP, case, given, step
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import check_time, now
from ocpp_testcases.common.files import firmware_location
from ocpp_testcases.common.operator import asked, check_chosen
from ocpp_testcases.ocpp16.csms.states.cold_boot import booted, report_status
from ocpp_testcases.ocpp16.csms.states.connection import check_still_serving


async def update_firmware(station: Station, sut: Sut, location: str) -> Message:
    """The operator has the firmware updated with the image at `location`."""
    return await asked(
        station,
        sut,
        "UpdateFirmware",
        location=location,
        retrieveDate=now(),
        awaiting=["location"],
        requirement="1.6 §5.19",
    )


async def report_progress(station: Station, *statuses: str) -> None:
    """The charge point tells how far the update is."""
    for status in statuses:
        await station.call("FirmwareStatusNotification", status=status)


async def installation_reported(station: Station, sut: Sut, status: str) -> None:
    """The charge point downloads, goes out of service, installs, boots, and tells how it ended."""
    with step("The charge point downloads the firmware, and goes out of service"):
        await report_progress(station, "Downloading", "Downloaded")
        for connectorId in sorted({1, 2, sut.connectorId}):
            await report_status(station, connectorId, "Unavailable")

    with step("It installs, boots and reports its connectors"):
        await report_progress(station, "Installing")
        await station.reconnect()
        answer = await booted(station, sut)
        check_time("1.6 §4.2 time", sut, "currentTime", answer.currentTime)

    with step(f"It tells {status}, and the Central System goes on"):
        await report_progress(station, status)
        await check_still_serving(station)


@case("TC_044_1_CSMS")
async def test_installed(station, sut):
    """A known hole stays open in the field when an update goes nowhere, or the charge point is not let in after it."""
    await given(booted, station, sut)

    with step("The operator has the firmware updated"):
        location, given_there = firmware_location(sut)
        request = await update_firmware(station, sut, location)
        check_chosen(
            STEP,
            "location",
            request.location,
            wished=location,
            configured="values.firmware.location",
            given=given_there,
        )

    await installation_reported(station, sut, "Installed")


@case("TC_044_2_CSMS")
async def test_download_failed(station, sut):
    """A download that fails is the rule on weak networks; the Central System has to hear of it and go on."""
    await given(booted, station, sut)

    with step("The operator has the firmware updated"):
        await update_firmware(station, sut, firmware_location(sut)[0])

    with step("The charge point downloads, and fails"):
        await report_progress(station, "Downloading", "DownloadFailed")

    with step("The Central System goes on"):
        await check_still_serving(station)


@case("TC_044_3_CSMS")
async def test_installation_failed(station, sut):
    """A charge point that came back with its old firmware has to be let in, and has to be able to say so."""
    await given(booted, station, sut)

    with step("The operator has the firmware updated"):
        await update_firmware(station, sut, firmware_location(sut)[0])

    await installation_reported(station, sut, "InstallationFailed")
