"""L03 - Publish firmware file on local controller."""

from ocpp_proof import case, given, step

from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.f_remote_control import check_still_serving
from ocpp_testcases.ocpp2.csms.states.l_publishing import request_publishing, tell_publishing


@case("TC_L_17_CSMS")
async def test_published(station, sut, bench):
    """Without a copy on the site each of its stations loads the same image over one mobile connection."""
    await given(booted, station, sut)
    with step("The CSMS has firmware published"):
        request = await request_publishing(station, sut, bench)
    with step("The local controller downloads it and verifies the checksum"):
        await tell_publishing(station, request, "Downloading", "Downloaded", "ChecksumVerified")
    with step("The local controller has published it, and tells where"):
        await tell_publishing(station, request, "Published", location=[request.location])
        await check_still_serving(station)


@case("TC_L_24_CSMS")
async def test_download_failed(station, sut, bench):
    """A CSMS that does not hear of it sends the stations of a site to an image that is not there."""
    await given(booted, station, sut)
    with step("The CSMS has firmware published"):
        request = await request_publishing(station, sut, bench)
    with step("The local controller cannot download it"):
        await tell_publishing(station, request, "Downloading", "DownloadFailed")
        await check_still_serving(station)


@case("TC_L_19_CSMS")
async def test_invalid_checksum(station, sut, bench):
    """An image that was damaged on its way must not be offered to a whole site."""
    await given(booted, station, sut)
    with step("The CSMS has firmware published"):
        request = await request_publishing(station, sut, bench)
    with step("The local controller downloads it, and the checksum is another one"):
        await tell_publishing(station, request, "Downloading", "Downloaded", "InvalidChecksum")
        await check_still_serving(station)


@case("TC_L_20_CSMS")
async def test_publish_failed(station, sut, bench):
    """What a local controller has but cannot offer no station of the site can be sent to."""
    await given(booted, station, sut)
    with step("The CSMS has firmware published"):
        request = await request_publishing(station, sut, bench)
    with step("The local controller has the image in order, and cannot publish it"):
        await tell_publishing(station, request, "Downloading", "Downloaded", "ChecksumVerified", "PublishFailed")
        await check_still_serving(station)
