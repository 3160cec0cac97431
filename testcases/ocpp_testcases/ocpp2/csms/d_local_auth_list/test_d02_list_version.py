"""D02 - Get local list version."""

from ocpp_proof import case, given, step
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.f_remote_control import check_still_serving


async def version_told(station: Station, sut: Sut, version: int) -> None:
    """The operator asks for the version of the list, the station tells this one, and the CSMS goes on."""
    await given(booted, station, sut)
    with step("The CSMS asks for the version of the list, and the station tells it"):
        station.answer("GetLocalListVersion", versionNumber=version)
        await asked(station, sut, "GetLocalListVersion")
    with step("The CSMS goes on"):
        await check_still_serving(station)


@case("TC_D_08_CSMS")
async def test_version(station, sut):
    """A CSMS that does not know which list a station has cannot send it changes."""
    await version_told(station, sut, sut.number(2, 10_000))


@case("TC_D_09_CSMS")
async def test_no_list(station, sut):
    """Each new station has no list, and says so with a version that is none: 0."""
    await version_told(station, sut, 0)
