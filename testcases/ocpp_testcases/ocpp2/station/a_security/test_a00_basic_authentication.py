"""A00 - HTTP Basic authentication (security profiles 1 and 2)."""

from ocpp_proof import case, given, step

from ocpp_testcases.ocpp2.station.states.a_security import check_basic, power_cycle_and_expect_attempt
from ocpp_testcases.ocpp2.station.states.b_provisioning import connectors_if_connected, expect_booted


@case("TC_A_01_CS", connected=False)
async def test_right_password(csms, sut):
    """A station with a wrong form of its name or password stays off line at every CSMS that checks them."""
    places = await given(connectors_if_connected, csms, sut)
    with step("The station is switched off and on, and connects with its identity and password"):
        handshake = await power_cycle_and_expect_attempt(csms, sut)
        check_basic(csms, sut, handshake)
    with step("The station boots, reports its connectors and that it started"):
        await expect_booted(csms, places)
