"""L01 - Secure firmware update: a second one while the first is under way."""

from contextlib import nullcontext

from ocpp_proof import STEP, case, check, given, step
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.steps import check_fields, not_applicable

from ocpp_testcases.ocpp2.station.states.l_firmware import (
    STATUS,
    FirmwareUpdate,
    Image,
    image_served,
    prepared,
)

OF_CANCELED = ("DownloadFailed", "InstallationFailed")
"""What a station may tell of the update that it has given up (L01.FR.24, erratum 6.2.82)."""


def is_under_way(update: FirmwareUpdate, image: Image) -> None:
    """The image of the first update is still being fetched; the harness's own server makes that last"""
    if failed := update.told(*OF_CANCELED):
        raise Inconclusive(f"the first update is over before the second is asked for: {failed[0].status}")
    if image.files is None and update.told("Downloaded"):
        raise Inconclusive(
            "the image at values.firmware.location was there too soon: without it the harness makes it last"
        )


def check_tells_nothing_more(canceled: FirmwareUpdate, begun: int, *, since: int) -> None:
    """Judge that from this message on nothing is told of an update that was cancelled, but that it has failed.

    `begun`: when the other one began; until then another Downloading may have been under way.
    """
    told = canceled.csms.received(STATUS, requestId=canceled.requestId)
    late = [m for m in told if m.index >= (begun if m.status == "Downloading" else since)]
    wrong = [str(m.status) for m in late if m.status not in OF_CANCELED]
    check("L01.FR.10", not wrong, expected="no status of the first update", received=", ".join(wrong) or "none")


@case("TC_L_10_CS")
async def test_canceled(csms, sut, bench):
    """Who has begun to roll out the wrong firmware has to be able to order the right one at once."""
    image = await given(image_served, csms, sut, bench)
    first = await given(prepared, csms, sut)
    with image.files.held() if image.files else nullcontext():
        with step("The CSMS asks for an update, and the station fetches the image"):
            await first.request(sut, image, requirement=STEP)
            await first.status("Downloading")
            is_under_way(first, image)
        second = await given(FirmwareUpdate.prepared, csms, sut.number(), first.places)
        with step("The CSMS asks for another one, for which the station cancels the first"):
            await second.request(sut, image, status="AcceptedCanceled", requirement=STEP)
            canceled = csms.next_index
            first.accepted = first.accepted and not second.accepted
    with step("The station fetches the image for the second one and checks its signature"):
        begun = await second.expect_download(image, among_others=True)
        await second.expect_verified()
    with step("The station installs it, and starts again where it needs to"):
        await second.expect_installation()
    with step("The station tells that it is done; of the first one it tells nothing but that it has failed"):
        await second.expect_installed()
        check_tells_nothing_more(first, begun.index, since=canceled if image.files else begun.index)


@case("TC_L_11_CS")
async def test_not_canceled(csms, sut, bench):
    """A station that cannot cancel an update has to say so, and to bring that one to its end."""
    image = await given(image_served, csms, sut, bench)
    first = await given(prepared, csms, sut)
    with image.files.held() if image.files else nullcontext():
        with step("The CSMS asks for an update, and the station fetches the image"):
            await first.request(sut, image, requirement=STEP)
            begun = await first.status("Downloading")
            is_under_way(first, image)
        second = await given(FirmwareUpdate.prepared, csms, sut.number(), first.places)
        with step("The CSMS asks for another one, which the station rejects"):
            answer = await second.ask(sut, image)
            first.accepted = answer.status != "AcceptedCanceled"
            if not first.accepted and not sut.says("C-60"):
                raise not_applicable("the station cancels an update, which [features] C-60 does not claim")
            if not check_fields(STEP, answer, {"status": "Rejected"}):
                return
    with step("The station goes on with the first one: it has the image and checks its signature"):
        await first.expect_fetched(image, since=begun.index)
        await first.expect_verified()
    with step("The station installs it, and starts again where it needs to"):
        await first.expect_installation()
    with step("The station tells that it is done"):
        await first.expect_installed()
