"""G03 - Change the availability of an EVSE."""

from ocpp_proof import case, given, step

from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.g_out_of_service import (
    operative,
    out_of_service_after_transaction,
    unavailable,
)


@case("TC_G_03_CSMS")
async def test_inoperative(station, sut):
    """An EVSE that is taken out of service must not take the rest of the station with it."""
    await given(booted, station, sut)
    with step("The CSMS takes the EVSE out of service, and takes in the new status"):
        await unavailable(station, sut, "EVSE")


@case("TC_G_04_CSMS")
async def test_operative(station, sut):
    """An EVSE that was repaired, and that the CSMS cannot put back into service, earns nothing."""
    await given(booted, station, sut)
    await given(unavailable, station, sut, "EVSE")
    with step("The CSMS puts the EVSE back into service, and takes in the new status"):
        await operative(station, sut, "EVSE")


@case("TC_G_11_CSMS")
async def test_with_transaction(station, sut):
    """Who takes an EVSE out of service while somebody charges learns that it will be later, and when it is."""
    await out_of_service_after_transaction(station, sut, "EVSE")
