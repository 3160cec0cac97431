"""B11 - Reset without an ongoing transaction."""

from ocpp_proof import case, given, step

from ocpp_testcases.common.clock import check_time
from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted


@case("TC_B_20_CSMS")
async def test_on_idle(station, sut):
    """A reset that hits the wrong EVSE, or strands the station afterwards, makes a small fault a big one."""
    await given(booted, station, sut)
    with step("The CSMS resets the whole station once it is idle"):
        await asked(station, sut, "Reset", type="OnIdle", matching={"type": "OnIdle", "evseId": None})
    with step("The station boots and reports its connectors"):
        await station.reconnect()
        answer = await booted(station, sut, "RemoteReset")
        check_time("B01.FR.02", sut, "currentTime", answer.currentTime)
