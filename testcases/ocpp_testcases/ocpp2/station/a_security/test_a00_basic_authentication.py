"""A00 - HTTP Basic authentication (security profiles 1 and 2)."""

from ocpp_proof import case, given, step

from ocpp_testcases.ocpp2.station.states.a_security import check_basic, tls_attempt
from ocpp_testcases.ocpp2.station.states.b_provisioning import boots, places_if_connected


@case("TC_A_01_CS", connected=False)
async def test_right_password(csms, sut):
    """A station with a wrong form of its name or password stays off line at every CSMS that checks them."""
    places = await given(places_if_connected, csms, sut)
    with step("The station is switched off and on, and connects with its identity and password"):
        handshake = await tls_attempt(csms, sut)
        check_basic(csms, sut, handshake)
    with step("The station boots, reports its connectors and that it started"):
        await boots(csms, places)
