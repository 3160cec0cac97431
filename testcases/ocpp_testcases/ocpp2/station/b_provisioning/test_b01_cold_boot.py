"""B01 - Cold boot of a charging station."""

from ocpp_proof import case, given, step

from ocpp_testcases.common.boot_reason import check_boot_reason
from ocpp_testcases.ocpp2.station.states.b_provisioning import booted, connectors


@case("TC_B_01_CS")
async def test_accepted(csms, sut):
    """A station that says nothing of its connectors after a start is not offered to any driver."""
    places = await given(connectors, csms, sut)
    with step("The station is switched off and on, boots, reports its connectors and that it started"):
        boot = await booted(csms, sut, places)
    with step("It says why it boots"):
        check_boot_reason(boot)
