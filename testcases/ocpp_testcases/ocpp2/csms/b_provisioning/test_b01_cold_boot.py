"""B01 - Cold boot of a charging station."""

from ocpp_proof import case, step

from ocpp_testcases.common.clock import check_time
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted


@case("TC_B_01_CSMS")
async def test_accepted(station, sut):
    """A CSMS that does not accept a registered station keeps it from charging anybody, or sets its clock wrong."""
    with step("The station boots and reports its connectors"):
        answer = await booted(station, sut)
        check_time("B01.FR.02", sut, "currentTime", answer.currentTime)
