"""G04 - Change the availability of the charging station."""

from ocpp_proof import case, given, step

from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.g_out_of_service import (
    operative,
    out_of_service_after_transaction,
    unavailable,
)


@case("TC_G_05_CSMS")
async def test_inoperative(station, sut):
    """A site that is to be switched off for works has to be closed as a whole, with one request."""
    await given(booted, station, sut)
    with step("The CSMS takes the station out of service, and takes in the new status"):
        await unavailable(station, sut, "station")


@case("TC_G_06_CSMS")
async def test_operative(station, sut):
    """A station of which only one EVSE comes back after the works loses the earnings of the others."""
    await given(booted, station, sut)
    await given(unavailable, station, sut, "station")
    with step("The CSMS puts the station back into service, and takes in the new status"):
        await operative(station, sut, "station")


@case("TC_G_14_CSMS")
async def test_with_transaction(station, sut):
    """A site that is to be closed while somebody charges has to be seen to close, plug by plug."""
    await out_of_service_after_transaction(station, sut, "station")
