"""G03 - Change the availability of a connector."""

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


@case("TC_G_07_CS")
async def test_inoperative(csms, sut):
    """A plug with a torn cable must be closed while the other plug of the EVSE goes on charging."""
    places = await given(in_service, csms, sut)
    with step("The CSMS takes the connector out of service, and the station reports it"):
        await unavailable(csms, sut, "connector", places)


@case("TC_G_08_CS")
async def test_operative(csms, sut):
    """A plug that was mended and stays closed sends its drivers to the next site."""
    places = await given(in_service, csms, sut, to_be_opened=True)
    outage = await given(unavailable, csms, sut, "connector", places)
    with step("The CSMS puts the connector back into service"):
        answer = await outage.end()
        check_fields("G03.FR.02", answer, {"status": "Accepted"})
    with step("The station reports the connector as Available"):
        await expect_available(csms, "connector", places_of(sut, "connector", places))


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
    places = await given(in_service, csms, sut)
    await given(unavailable, csms, sut, "connector", places)
    with step("The station is reset"):
        boot = await restarted(csms)
    with step("The connector is out of service still, and those of other EVSEs are not"):
        await expect_persistent(csms, sut, "connector", places, boot)
