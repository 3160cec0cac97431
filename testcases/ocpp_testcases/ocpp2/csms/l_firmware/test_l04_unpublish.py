"""L04 - Unpublish firmware file on local controller."""

from ocpp_proof import case, given, step
from ocpp_proof.roles.station import Station
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.f_remote_control import check_still_serving
from ocpp_testcases.ocpp2.csms.states.l_publishing import published, request_unpublishing


async def unpublishing_answered(station: Station, sut: Sut, bench: Bench, *, status: str) -> None:
    """The CSMS takes back what was published; the local controller answers with this status."""
    await given(booted, station, sut)
    checksum = await given(published, station, sut, bench)
    with step("The CSMS no longer wants firmware published"):
        await request_unpublishing(station, sut, bench, checksum=checksum, status=status)
    with step("The CSMS goes on"):
        await check_still_serving(station)


@case("TC_L_21_CSMS")
async def test_unpublished(station, sut, bench):
    """Firmware with a known hole has to be taken from the sites that still offer it."""
    await unpublishing_answered(station, sut, bench, status="Unpublished")


@case("TC_L_22_CSMS")
async def test_no_firmware(station, sut, bench):
    """What a local controller has lost or never had is as good as taken back, and no reason to stop."""
    await unpublishing_answered(station, sut, bench, status="NoFirmware")


@case("TC_L_23_CSMS")
async def test_download_ongoing(station, sut, bench):
    """A station that is just downloading is not cut off; the operator has to see that the image is still there."""
    await unpublishing_answered(station, sut, bench, status="DownloadOngoing")
