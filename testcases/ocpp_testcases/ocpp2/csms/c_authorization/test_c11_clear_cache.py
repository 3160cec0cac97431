"""C11 - Clear the authorization cache of a station."""

from ocpp_proof import case, given, step
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.f_remote_control import check_still_serving


async def cache_cleared(station: Station, sut: Sut, status: str) -> None:
    """The operator has the cache cleared, the station answers with this status, and the CSMS goes on."""
    await given(booted, station, sut)
    with step("The CSMS asks the station to clear its cache"):
        station.answer("ClearCache", status=status)
        await asked(station, sut, "ClearCache")
    with step("The CSMS goes on"):
        await check_still_serving(station)


@case("TC_C_37_CSMS")
async def test_cleared(station, sut):
    """A card that was reported as stolen charges on from the caches of all stations at which it was used."""
    await cache_cleared(station, sut, "Accepted")


@case("TC_C_38_CSMS")
async def test_not_cleared(station, sut):
    """A station without a cache says no, and must not be given up for that."""
    await cache_cleared(station, sut, "Rejected")
