"""G03 - Change the availability of an EVSE."""

from ocpp_proof import case, given, step

from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.g_availability import unavailable


@case("TC_G_03_CSMS")
async def test_inoperative(station, sut):
    """An EVSE that is taken out of service must not take the rest of the station with it."""
    await given(booted, station, sut)
    with step("The CSMS takes an EVSE out of service and takes in the new status"):
        await unavailable(station, sut, sut.evseId)
