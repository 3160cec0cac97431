"""G03 - Change the availability of an EVSE."""

from ocpp_proof import case, check_fields, given, step

from ocpp_testcases.ocpp2.station.states.g_out_of_service import (
    becomes_available,
    becomes_unavailable,
    expect_persistent,
    in_service,
    out_of_service_after_transaction,
    restarted,
    stays_available,
    stays_unavailable,
    unavailable,
)


@case("TC_G_03_CS")
async def test_inoperative(csms, sut):
    """A broken EVSE that is not taken out of service sends its next driver home with an empty car."""
    await becomes_unavailable(csms, sut, "EVSE")


@case("TC_G_04_CS")
async def test_operative(csms, sut):
    """An EVSE that was repaired and does not come back earns nothing."""
    await becomes_available(csms, sut, "EVSE")


@case("TC_G_09_CS")
async def test_operative_twice(csms, sut):
    """A CSMS that makes sure is told that its wish cannot be met, and shows an alarm for a sound EVSE."""
    await stays_available(csms, sut, "EVSE")


@case("TC_G_10_CS")
async def test_inoperative_twice(csms, sut):
    """A CSMS that closes an EVSE once more, to be sure, must not open it."""
    await stays_unavailable(csms, sut, "EVSE")


@case("TC_G_11_CS")
async def test_with_transaction(csms, sut):
    """Who takes an EVSE out of service for a repair must neither cut off its driver nor wait for ever."""
    await out_of_service_after_transaction(csms, sut, "EVSE")


@case("TC_G_18_CS")
async def test_persistent(csms, sut):
    """An EVSE that is closed because it is dangerous must not open itself when the mains come back."""
    places = await given(in_service, csms, sut)
    outage = await given(unavailable, csms, sut, "EVSE", places)
    with step("The CSMS takes the EVSE out of service, which it is"):
        answer = await outage.begin()
        check_fields("G03.FR.03", answer, {"status": "Accepted"})
    with step("The station is switched off and on, or reset"):
        if sut.can("power_cycle"):
            csms.match_from_now_on()
            await sut.power_cycle()
            boot = await csms.boot(requirement="B01.FR.01")
        else:
            boot = await restarted(csms)
    with step("The EVSE is out of service still, and the others are not"):
        await expect_persistent(csms, sut, "EVSE", places, boot)
