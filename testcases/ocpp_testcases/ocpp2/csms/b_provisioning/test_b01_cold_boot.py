"""B01 - Cold boot of a charging station."""

from ocpp_proof import case, check, step
from ocpp_proof.states.csms2 import booted


@case("TC_B_01_CSMS")
async def test_accepted(station, sut):
    """A CSMS that does not accept a registered station keeps it from charging anybody."""
    with step("The station boots and reports its connectors"):
        answer = await booted(station, sut)
    check("B01.FR.02", bool(answer.currentTime), expected="currentTime", received=dict(answer))
