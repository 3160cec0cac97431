"""G04 - Change the availability of the charging station."""

from ocpp_proof import case

from ocpp_testcases.ocpp2.station.states.g_out_of_service import (
    becomes_available,
    becomes_unavailable,
    out_of_service_after_transaction,
    stays_available,
    stays_unavailable,
    stays_unavailable_over_reset,
)


@case("TC_G_05_CS")
async def test_inoperative(csms, sut):
    """A site that is to be switched off for works must not let anybody begin to charge."""
    await becomes_unavailable(csms, sut, "station")


@case("TC_G_06_CS")
async def test_operative(csms, sut):
    """A station that does not come back as a whole after the works earns nothing at what stays closed."""
    await becomes_available(csms, sut, "station")


@case("TC_G_12_CS")
async def test_operative_twice(csms, sut):
    """A CSMS that makes sure is told that its wish cannot be met, and shows an alarm for a sound station."""
    await stays_available(csms, sut, "station")


@case("TC_G_13_CS")
async def test_inoperative_twice(csms, sut):
    """A CSMS that closes a station once more, to be sure, must not open it."""
    await stays_unavailable(csms, sut, "station")


@case("TC_G_14_CS")
async def test_with_transaction(csms, sut):
    """A site that is to be closed must neither cut off who charges there nor let the next driver in."""
    await out_of_service_after_transaction(csms, sut, "station")


@case("TC_G_21_CS")
async def test_persistent(csms, sut):
    """A station that is closed because it is dangerous must not open itself after a reset."""
    await stays_unavailable_over_reset(csms, sut, "station")
