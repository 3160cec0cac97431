"""G03 - Change the availability of a connector."""

from ocpp_proof import case, given, step

from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.g_out_of_service import (
    operative,
    out_of_service_after_transaction,
    unavailable,
)


@case("TC_G_07_CSMS")
async def test_inoperative(station, sut):
    """A plug with a torn cable must be closed without closing the other plug of the EVSE."""
    await given(booted, station, sut)
    with step("The CSMS takes the connector out of service, and takes in the new status"):
        await unavailable(station, sut, "connector")


@case("TC_G_08_CSMS")
async def test_operative(station, sut):
    """A plug that was mended, and that the CSMS cannot open, sends its drivers to the next site."""
    await given(booted, station, sut)
    await given(unavailable, station, sut, "connector")
    with step("The CSMS puts the connector back into service, and takes in the new status"):
        await operative(station, sut, "connector")


@case("TC_G_17_CSMS")
async def test_with_transaction(station, sut):
    """A plug that is to be repaired while somebody charges has to be seen to close when he has left."""
    await out_of_service_after_transaction(station, sut, "connector")
