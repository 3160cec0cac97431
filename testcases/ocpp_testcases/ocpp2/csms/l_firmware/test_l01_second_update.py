"""L01 - Secure firmware update: a second one while the first is under way."""

from ocpp_proof import case, given, step
from ocpp_proof.roles.station import Station
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.l_firmware import Update, rebooted_for_update, request_update


async def first_update_begun(station: Station, sut: Sut, bench: Bench) -> Update:
    """The CSMS requests an update, and the station downloads it."""
    update = await request_update(station, sut, bench)
    await update.tell("Downloading")
    return update


async def installed(station: Station, sut: Sut, update: Update, *statuses: str) -> None:
    """The station tells these statuses on the way, installs, boots and is done."""
    with step("The station verifies the signature, installs, boots and reports its connectors"):
        await update.tell(*statuses, "Downloaded", "SignatureVerified", "Installing", "InstallRebooting")
        await rebooted_for_update(station, sut)
    with step("The station tells that it is done"):
        await update.tell("Installed")


@case("TC_L_10_CSMS")
async def test_canceled(station, sut, bench):
    """Who has begun to roll out the wrong firmware has to be able to order the right one at once."""
    await given(booted, station, sut)
    with step("The CSMS requests an update, and the station downloads it"):
        first = await first_update_begun(station, sut, bench)
    with step("The CSMS requests another one, for which the station cancels the first"):
        second = await request_update(station, sut, bench, status="AcceptedCanceled")
        first.told = ""
    await installed(station, sut, second, "Downloading")


@case("TC_L_11_CSMS")
async def test_not_canceled(station, sut, bench):
    """A station that cannot cancel an update brings it to its end, and that must not be taken for the other one's."""
    await given(booted, station, sut)
    with step("The CSMS requests an update, and the station downloads it"):
        first = await first_update_begun(station, sut, bench)
    with step("The CSMS requests another one, which the station rejects"):
        await request_update(station, sut, bench, status="Rejected")
    await installed(station, sut, first)
