"""L01 - Secure firmware update of a station at which somebody charges."""

from ocpp_proof import STEP, case, check_fields, given, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.station.states.e_stops import parking_bay_unoccupied
from ocpp_testcases.ocpp2.station.states.e_transactions import Session, energy_transfer_started
from ocpp_testcases.ocpp2.station.states.l_firmware import (
    FirmwareUpdate,
    Image,
    image_served,
    prepared,
    reboots,
    wait_to_install,
)
from ocpp_testcases.ocpp2.station.states.l_sessions import (
    CANNOT,
    FREE,
    another_charges,
    check_download_waited,
    check_no_boot_meanwhile,
    check_not_while_charging,
    expect_others_unavailable,
    goes_on_without,
    sessions_allowed,
)


async def image_at_hand(csms: Csms, sut: Sut, bench: Bench) -> tuple[Image, FirmwareUpdate]:
    """An image lies where the station can fetch it; where there is none, nobody has to plug in for that to be said."""
    image = await given(image_served, csms, sut, bench)
    update = await given(prepared, csms, sut)
    with step("Before anybody comes: where there is no image the station is only asked whether it knows updates"):
        await update.expect_known(sut, image)
    return image, update


async def installed_after(csms: Csms, update: FirmwareUpdate, sessions: list[Session], *, told: bool = False) -> None:
    """The station installs and activates when nobody charges any more; `told`: it installed before."""
    with step("The station installs it, and starts again where it needs to"):
        if not told:
            check_not_while_charging(await update.expect_installation(), sessions, "L01.FR.06")
        for boot in reboots(csms):
            check_not_while_charging(boot, sessions, "L01.FR.33")
    with step("The station tells that it is done"):
        await update.expect_installed()


@case("TC_L_12_CS")
async def test_download_waits_and_others_charge(csms, sut, bench):
    """A station that turns drivers away for as long as one of them charges stands still for a day."""
    await given(sessions_allowed, csms, allowed=True)
    image, update = await image_at_hand(csms, sut, bench)
    tx = await given(energy_transfer_started, csms, sut)
    with step("The CSMS asks for a signed update, at once"):
        await update.request(sut, image, requirement=STEP)
    with step("The station waits with the download"):
        told = await update.status("DownloadScheduled", "Downloading", requirement="L01.FR.13")
        if told.status == "Downloading":
            goes_on_without(sut, "AQ-7", "downloads firmware")
        check_fields(STEP, told, {"status": "DownloadScheduled"}, note=CANNOT)
    with step("Another driver charges meanwhile"):
        other = await another_charges(csms, sut, update.places)
    with step("Both drivers leave"):
        await parking_bay_unoccupied(csms, sut, tx)
        await parking_bay_unoccupied(csms, sut, other, by="remote", becomes=FREE, within=csms.timing.long)
    with step("The station fetches the image and checks its signature"):
        begun = await update.expect_download(image)
        check_download_waited(sut, begun, [tx, other])
        await update.expect_verified()
    await installed_after(csms, update, [tx, other])


@case("TC_L_13_CS")
async def test_download_waits(csms, sut, bench):
    """A driver who comes while an update waits and is not turned away puts it off again and again."""
    await given(sessions_allowed, csms, allowed=False)
    image, update = await image_at_hand(csms, sut, bench)
    tx = await given(energy_transfer_started, csms, sut)
    with step("The CSMS asks for a signed update, at once; the station may say that it waits with the download"):
        await update.request(sut, image, requirement=STEP)
    with step("The station takes its other connectors out of service"):
        await expect_others_unavailable(csms, sut, update, tx)
    with step("The driver leaves"):
        await parking_bay_unoccupied(csms, sut, tx, becomes=FREE, within=csms.timing.long)
    with step("The station fetches the image and checks its signature"):
        begun = await update.expect_download(image)
        check_download_waited(sut, begun, [tx])
        await update.expect_verified()
    await installed_after(csms, update, [tx])


@case("TC_L_14_CS")
async def test_installation_waits_and_others_charge(csms, sut, bench):
    """A station that has fetched its firmware must not turn drivers away whom it can still serve."""
    await given(sessions_allowed, csms, allowed=True)
    image, update = await image_at_hand(csms, sut, bench)
    tx = await given(energy_transfer_started, csms, sut)
    with step("The CSMS asks for a signed update, at once"):
        await update.request(sut, image, requirement=STEP)
    with step("The station fetches the image and checks its signature"):
        await update.expect_download(image)
        await update.expect_verified()
    with step("The station waits with the installation, or installs and waits with the rest"):
        waits = await wait_to_install(update)
    with step("Another driver charges meanwhile"):
        other = await another_charges(csms, sut, update.places)
        await check_no_boot_meanwhile(csms, waits)
    with step("Both drivers leave"):
        await parking_bay_unoccupied(csms, sut, tx)
        await parking_bay_unoccupied(csms, sut, other, by="remote", becomes=FREE, within=csms.timing.long)
    await installed_after(csms, update, [tx, other], told=waits.status == "Installing")


@case("TC_L_15_CS")
async def test_installation_waits(csms, sut, bench):
    """A station that boots under a driver's car to install firmware has ended his session and kept his cable."""
    await given(sessions_allowed, csms, allowed=False)
    image, update = await image_at_hand(csms, sut, bench)
    tx = await given(energy_transfer_started, csms, sut)
    with step("The CSMS asks for a signed update, at once"):
        await update.request(sut, image, requirement=STEP)
    with step("The station fetches the image and checks its signature"):
        await update.expect_download(image)
        await update.expect_verified()
    with step("The station waits with the installation, or installs and waits with the rest"):
        waits = await wait_to_install(update)
    with step("The station takes its other connectors out of service"):
        await expect_others_unavailable(csms, sut, update, tx)
        await check_no_boot_meanwhile(csms, waits)
    with step("The driver leaves"):
        await parking_bay_unoccupied(csms, sut, tx, becomes=FREE, within=csms.timing.long)
    await installed_after(csms, update, [tx], told=waits.status == "Installing")


@case("TC_L_16_CS")
async def test_installed_while_charging(csms, sut, bench):
    """A station that can be updated under a car must not end the session for it."""
    image, update = await image_at_hand(csms, sut, bench)
    tx = await given(energy_transfer_started, csms, sut)
    with step("The CSMS asks for a signed update, at once"):
        await update.request(sut, image, requirement=STEP)
    with step("The station fetches the image and checks its signature"):
        await update.expect_download(image)
        await update.expect_verified()
    with step("The station installs it"):
        await update.status("Installing", requirement="L01.FR.05")
    with step("The station tells that it is done, and the transaction goes on"):
        await update.expect_told_installed()
        await csms.expect_none(
            "TransactionEvent",
            requirement=STEP,
            within=csms.timing.transaction,
            eventType="Ended",
            transactionInfo__transactionId=tx.id,
        )
