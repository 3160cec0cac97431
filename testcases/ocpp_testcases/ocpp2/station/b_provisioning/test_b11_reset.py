"""B11 - Reset without an ongoing transaction."""

from ocpp_proof import case, given, step

from ocpp_testcases.ocpp2.station.states.b_provisioning import connectors, expect_connectors_reported, reset


@case("TC_B_20_CS")
async def test_on_idle(csms, sut):
    """A station that cannot be reset from afar keeps its driver waiting until somebody comes."""
    places = await given(connectors, csms, sut)
    csms.match_from_now_on()
    with step("The CSMS asks for a reset when idle, which is now"):
        await reset(csms, "OnIdle")
    with step("The station boots and reports its connectors"):
        await csms.boot(requirement="B11.FR.03")
        await expect_connectors_reported(csms, places)
