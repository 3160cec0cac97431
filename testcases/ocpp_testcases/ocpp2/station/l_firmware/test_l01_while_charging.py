"""L01 - Secure firmware update of a station at which somebody charges."""

from ocpp_proof import STEP, case, check, given, not_judged, step
from ocpp_proof.cases.steps import not_applicable
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message

from ocpp_testcases.ocpp2.station.states.b_provisioning import configured, get_variable
from ocpp_testcases.ocpp2.station.states.e_stops import parking_bay_unoccupied
from ocpp_testcases.ocpp2.station.states.e_transactions import Session, energy_transfer_started
from ocpp_testcases.ocpp2.station.states.g_availability import expect_status_of_each
from ocpp_testcases.ocpp2.station.states.l_firmware import FirmwareUpdate, image_served, prepared, wait_to_install
from ocpp_testcases.ocpp2.station.states.l_sessions import another_charges

ALLOWS = "ChargingStation.AllowNewSessionsPendingFirmwareUpdate"
FREE = ("Available", "Unavailable")
"""What a connector is once the cable is out, when the update goes on: it may be kept from the next driver."""


async def sessions_allowed(csms: Csms, *, allowed: bool) -> None:
    """New sessions are allowed while an update waits, or they are not, as where the station has no variable for it"""
    if allowed and await get_variable(csms, ALLOWS) is None:
        raise not_applicable(f"the station has no {ALLOWS}: new sessions are not allowed (L01.FR.07)")
    await configured(csms, {ALLOWS: "true" if allowed else "false"}, if_implemented=True)


async def expect_others_unavailable(csms: Csms, update: FirmwareUpdate, tx: Session) -> None:
    """The station sets what nobody uses to Unavailable while it waits."""
    others = [place for place in update.places if place[0] != tx.evseId]
    if not others:
        not_judged("L01.FR.07", because="the station has no other EVSE")
    await expect_status_of_each(csms, "Unavailable", others, requirement="L01.FR.07", within=csms.timing.long)


def check_not_while_charging(message: Message, sessions: list[Session], requirement: str, note: str = "") -> None:
    """Judge that this was not told of before the last transaction had ended."""
    last = max((event.index for tx in sessions for event in tx.events), default=0)
    check(
        requirement,
        message.index > last,
        expected=f"{message.status} after the end of the transactions",
        received=f"{message.status} while a transaction went on" if message.index < last else "after it",
        note=note,
    )


async def installed_after(csms: Csms, update: FirmwareUpdate, sessions: list[Session], *, told: bool = False) -> None:
    """The station installs and activates when nobody charges any more; `told`: it installed before."""
    with step("The station installs it, and starts again where it needs to"):
        if not told:
            check_not_while_charging(await update.expect_installation(), sessions, "L01.FR.06")
        for boot in csms.received("BootNotification"):
            check_not_while_charging(boot, sessions, "L01.FR.33")
    with step("The station tells that it is done"):
        await update.expect_installed()


@case("TC_L_12_CS")
async def test_download_waits_and_others_charge(csms, sut, bench):
    """A station that turns drivers away for as long as one of them charges stands still for a day."""
    await given(sessions_allowed, csms, allowed=True)
    image = await given(image_served, csms, sut, bench)
    update = await given(prepared, csms, sut)
    tx = await given(energy_transfer_started, csms, sut)
    with step("The CSMS asks for a signed update, at once"):
        await update.request(sut, image, requirement=STEP)
    with step("The station waits with the download"):
        await update.status("DownloadScheduled", requirement="L01.FR.13")
    with step("Another driver charges meanwhile"):
        other = await another_charges(csms, sut, update.places)
    with step("Both drivers leave"):
        await parking_bay_unoccupied(csms, sut, tx, becomes=FREE)
        await parking_bay_unoccupied(csms, sut, other, by="remote", becomes=FREE)
    with step("The station fetches the image and checks its signature"):
        begun = await update.expect_download(image)
        check_not_while_charging(begun, [tx, other], STEP, "AQ-7 in [features] says that it cannot")
        await update.expect_verified()
    await installed_after(csms, update, [tx, other])


@case("TC_L_13_CS")
async def test_download_waits(csms, sut, bench):
    """A driver who comes while an update waits and is not turned away puts it off again and again."""
    await given(sessions_allowed, csms, allowed=False)
    image = await given(image_served, csms, sut, bench)
    update = await given(prepared, csms, sut)
    tx = await given(energy_transfer_started, csms, sut)
    with step("The CSMS asks for a signed update, at once; the station may say that it waits with the download"):
        await update.request(sut, image, requirement=STEP)
    with step("The station takes its other connectors out of service"):
        await expect_others_unavailable(csms, update, tx)
    with step("The driver leaves"):
        await parking_bay_unoccupied(csms, sut, tx, becomes=FREE)
    with step("The station fetches the image and checks its signature"):
        begun = await update.expect_download(image)
        check_not_while_charging(begun, [tx], STEP, "AQ-7 in [features] says that it cannot")
        await update.expect_verified()
    await installed_after(csms, update, [tx])


@case("TC_L_14_CS")
async def test_installation_waits_and_others_charge(csms, sut, bench):
    """A station that has fetched its firmware must not turn drivers away whom it can still serve."""
    await given(sessions_allowed, csms, allowed=True)
    image = await given(image_served, csms, sut, bench)
    update = await given(prepared, csms, sut)
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
    with step("Both drivers leave"):
        await parking_bay_unoccupied(csms, sut, tx, becomes=FREE)
        await parking_bay_unoccupied(csms, sut, other, by="remote", becomes=FREE)
    await installed_after(csms, update, [tx, other], told=waits.status == "Installing")


@case("TC_L_15_CS")
async def test_installation_waits(csms, sut, bench):
    """A station that boots under a driver's car to install firmware has ended his session and kept his cable."""
    await given(sessions_allowed, csms, allowed=False)
    image = await given(image_served, csms, sut, bench)
    update = await given(prepared, csms, sut)
    tx = await given(energy_transfer_started, csms, sut)
    with step("The CSMS asks for a signed update, at once"):
        await update.request(sut, image, requirement=STEP)
    with step("The station fetches the image and checks its signature"):
        await update.expect_download(image)
        await update.expect_verified()
    with step("The station waits with the installation, or installs and waits with the rest"):
        waits = await wait_to_install(update)
    with step("The station takes its other connectors out of service"):
        await expect_others_unavailable(csms, update, tx)
    with step("The driver leaves"):
        await parking_bay_unoccupied(csms, sut, tx, becomes=FREE)
    await installed_after(csms, update, [tx], told=waits.status == "Installing")


@case("TC_L_16_CS")
async def test_installed_while_charging(csms, sut, bench):
    """A station that can be updated under a car must not end the session for it."""
    image = await given(image_served, csms, sut, bench)
    update = await given(prepared, csms, sut)
    tx = await given(energy_transfer_started, csms, sut)
    with step("The CSMS asks for a signed update, at once"):
        await update.request(sut, image, requirement=STEP)
    with step("The station fetches the image and checks its signature"):
        await update.expect_download(image)
        await update.expect_verified()
    with step("The station installs it"):
        await update.status("Installing", requirement="L01.FR.05")
    with step("The station tells that it is done, and the transaction goes on"):
        await update.status("Installed", requirement="L01.FR.28")
        await csms.expect(
            "SecurityEventNotification", requirement="L01.FR.31", within=csms.timing.long, type="FirmwareUpdated"
        )
        check(STEP, not tx.over(), expected="no end of the transaction", received="Ended" if tx.over() else "none")
