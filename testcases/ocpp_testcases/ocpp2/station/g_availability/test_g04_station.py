"""G04 - Change the availability of the charging station."""

from ocpp_proof import case, check_fields, given, step

from ocpp_testcases.ocpp2.station.states.g_out_of_service import (
    expect_available,
    expect_persistent,
    in_service,
    out_of_service_after_transaction,
    places_of,
    restarted,
    stays_available,
    stays_unavailable,
    unavailable,
)


@case("TC_G_05_CS")
async def test_inoperative(csms, sut):
    """A site that is to be switched off for works must not let anybody begin to charge."""
    places = await given(in_service, csms, sut)
    with step("The CSMS takes the station out of service, and it reports each of its connectors"):
        await unavailable(csms, sut, "station", places)


@case("TC_G_06_CS")
async def test_operative(csms, sut):
    """A station that does not come back as a whole after the works earns nothing at what stays closed."""
    places = await given(in_service, csms, sut, to_be_opened=True)
    outage = await given(unavailable, csms, sut, "station", places)
    with step("The CSMS puts the station back into service"):
        answer = await outage.end()
        check_fields("G04.FR.03", answer, {"status": "Accepted"})
    with step("The station reports each of its connectors as Available"):
        await expect_available(csms, "station", places_of(sut, "station", places))


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
    places = await given(in_service, csms, sut)
    await given(unavailable, csms, sut, "station", places)
    with step("The station is reset"):
        boot = await restarted(csms)
    with step("The station is out of service still"):
        await expect_persistent(csms, sut, "station", places, boot)
