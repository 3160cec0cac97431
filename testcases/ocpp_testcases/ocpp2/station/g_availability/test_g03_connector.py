"""G03 - Change the availability of a connector."""

from ocpp_proof import case

from ocpp_testcases.ocpp2.station.states.g_out_of_service import (
    becomes_available,
    becomes_unavailable,
    out_of_service_after_transaction,
    stays_available,
    stays_unavailable,
    stays_unavailable_over_reset,
)


@case("TC_G_07_CS")
async def test_inoperative(csms, sut):
    """A plug with a torn cable must be closed while the other plug of the EVSE goes on charging."""
    await becomes_unavailable(csms, sut, "connector")


@case("TC_G_08_CS")
async def test_operative(csms, sut):
    """A plug that was mended and stays closed sends its drivers to the next site."""
    await becomes_available(csms, sut, "connector")


@case("TC_G_15_CS")
async def test_operative_twice(csms, sut):
    """A CSMS that makes sure is told that its wish cannot be met, and shows an alarm for a sound plug."""
    await stays_available(csms, sut, "connector")


@case("TC_G_16_CS")
async def test_inoperative_twice(csms, sut):
    """A CSMS that closes a plug once more, to be sure, must not open it."""
    await stays_unavailable(csms, sut, "connector")


@case("TC_G_17_CS")
async def test_with_transaction(csms, sut):
    """A plug that is to be repaired must neither be cut off from its vehicle nor be given to the next one."""
    await out_of_service_after_transaction(csms, sut, "connector")


@case("TC_G_19_CS")
async def test_persistent(csms, sut):
    """A plug that is closed because it is dangerous must not open itself after a reset."""
    await stays_unavailable_over_reset(csms, sut, "connector")
