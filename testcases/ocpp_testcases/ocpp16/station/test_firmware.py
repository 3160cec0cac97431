"""2.18 Firmware management."""

from urllib.parse import urlsplit

from ocpp_proof import case, check, given, not_judged, step
from ocpp_proof.cases.errors import Inconclusive, NotApplicable
from ocpp_proof.net.files import Files
from ocpp_proof.roles.csms import Csms
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import now
from ocpp_testcases.common.files import expired_firmware, file_server, serve_firmware, signed_firmware
from ocpp_testcases.ocpp16.station.states.configuration import connectors
from ocpp_testcases.ocpp16.station.states.status import expect_connector_status, expect_connector_statuses
from ocpp_testcases.ocpp16.station.states.transfers import expect_transferred

STATUS = "1.6 §5.19 status"
SIZE = 100_000


async def request_update(csms: Csms, sut: Sut, location: str, **fields: int) -> None:
    """Ask for an update; a charge point that takes signed firmware only has to refuse this one."""
    answer = await csms.attempt("UpdateFirmware", location=location, retrieveDate=now(), **fields)
    if answer.error == "NotSupported" and await takes_signed_updates(csms, sut):
        raise NotApplicable("the charge point has signed updates and refuses the unsigned one (L01.FR.20)")
    check("1.6 §5.19 answer", answer.error is None, expected="a CALLRESULT", received=answer.error or dict(answer))


async def takes_signed_updates(csms: Csms, sut: Sut) -> bool:
    """Whether the charge point knows SignedUpdateFirmware: one whose certificate has expired is harmless to ask for."""
    firmware = expired_firmware(sut, "http://firmware.invalid/none.bin")
    answer = await csms.attempt("SignedUpdateFirmware", requestId=sut.number(), firmware=firmware)
    return answer.error not in ("NotSupported", "NotImplemented")


async def expect_firmware_status(csms: Csms, *statuses: str) -> str:
    """The charge point tells how far it is: one of these; returns which."""
    message = await csms.expect(
        "FirmwareStatusNotification", requirement=STATUS, within=csms.timing.long, status=statuses
    )
    return str(message.status)


def check_course(csms: Csms, *course: str, optional: str = "") -> None:
    """Judge the statuses of the update and their order; one may be told again, and `optional` be left out."""
    statuses = [str(message.status) for message in csms.received("FirmwareStatusNotification")]
    once = [status for status, before in zip(statuses, ["", *statuses], strict=False) if status != before]
    check(
        STATUS,
        [s for s in once if s != optional] == [s for s in course if s != optional],
        expected=", ".join(course) + (f" ({optional} may be left out)" if optional else ""),
        received=", ".join(statuses),
    )


def check_fetched(files: Files | None, location: str) -> None:
    """Judge that the image was fetched from where it lies; a server of the bench's cannot be looked into."""
    if files is not None:
        path = urlsplit(location).path
        check(
            "1.6 §5.19 fetch",
            path in files.downloads,
            expected=f"{path} fetched",
            received=files.downloads or "nothing fetched",
        )


async def expect_back_in_use(csms: Csms) -> None:
    """What was taken out of use for the update is in use again."""
    out_of_use = {message.connectorId for message in csms.received("StatusNotification", status="Unavailable")}
    for number in sorted(out_of_use):
        await expect_connector_status(csms, "Available", number, within=csms.timing.long)


def firmware_image(bench: Bench, sut: Sut) -> bytes:
    """An image that the charge point would install, or, where there is none at hand, one that it would not."""
    try:
        return signed_firmware(bench, sut).image or bytes(SIZE)
    except Inconclusive:
        return bytes(SIZE)


@case("TC_044_1_CS")
async def test_install(csms, sut, bench):
    """Without updates a fault or a hole in security stays in every charge point that was sold."""
    numbers = range(await given(connectors, csms, sut) + 1)
    files, location = await given(serve_firmware, csms, sut, signed_firmware(bench, sut))

    with step("The Central System asks for an update"):
        await request_update(csms, sut, location)

    with step("The charge point fetches the image"):
        await expect_firmware_status(csms, "Downloading")
        await expect_transferred(csms, sut, "FirmwareStatusNotification", STATUS, "Downloaded")
        check_fetched(files, location)

    with step("It installs the image"):
        await expect_firmware_status(csms, "Installing")

    with step("It boots, with every connector available; before or after that it tells that it has installed it"):
        await csms.boot(requirement="1.6 §4.2 boot")
        await expect_connector_statuses(csms, numbers)
        await expect_firmware_status(csms, "Installed")
        check_course(csms, "Downloading", "Downloaded", "Installing", "Installed")


@case("TC_044_2_CS")
async def test_download_failed(csms, sut, bench):
    """A server that is down or a line that breaks must not cost more than another try."""
    files, address = await given(file_server, csms, sut)
    path = f"/firmware/{sut.text()}.bin"

    with step("The Central System asks for an image that is not there: the download fails"):
        await request_update(csms, sut, address + path, retries=0)
        await expect_firmware_status(csms, "DownloadFailed")
        check_course(csms, "Downloading", "DownloadFailed", optional="Downloading")
        await expect_back_in_use(csms)

    if not bench.may_disturb:
        not_judged("1.6 §5.19 whole", because="half an image may ruin a product: needs --allow-disruptive")
        return
    files.put(path, firmware_image(bench, sut))
    files.interrupted.add(path)
    csms.match_from_now_on()
    with step("The image is there, and its transfer breaks off: half an image is not installed"):
        await request_update(csms, sut, address + path, retries=0)
        outcome = await expect_firmware_status(csms, "DownloadFailed", "InstallationFailed", "Installed")
        check(
            "1.6 §5.19 whole",
            outcome != "Installed",
            expected="status DownloadFailed, or InstallationFailed where the charge point learns of it so late",
            received=outcome,
        )
        await expect_back_in_use(csms)


@case("TC_044_3_CS")
async def test_installation_failed(csms, sut):
    """A charge point that installs whatever it is given is lost after the first mistake, or the first attack."""
    files, address = await given(file_server, csms, sut)
    path = f"/firmware/{sut.text()}.bin"
    files.put(path, f"This is no firmware: {sut.text()}\n".encode() * 1000)

    with step("The Central System asks for an update with a file that is no firmware"):
        await request_update(csms, sut, address + path)

    with step("The charge point fetches it"):
        await expect_firmware_status(csms, "Downloading")
        await expect_transferred(csms, sut, "FirmwareStatusNotification", STATUS, "Downloaded")
        check_fetched(files, address + path)

    with step("It cannot be installed; the charge point may boot"):
        await expect_firmware_status(csms, "InstallationFailed")
        check_course(csms, "Downloading", "Downloaded", "Installing", "InstallationFailed", optional="Installing")
        await expect_back_in_use(csms)
