"""B11 - Reset without an ongoing transaction."""

from ocpp_proof import case, given, step

from ocpp_testcases.common.clock import check_time
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted, rebooted
from ocpp_testcases.ocpp2.csms.states.b_reset import reset


@case("TC_B_20_CSMS")
async def test_on_idle(station, sut):
    """A reset that hits the wrong EVSE, or strands the station afterwards, makes a small fault a big one."""
    await given(booted, station, sut)
    with step("The CSMS resets the whole station once it is idle"):
        await reset(station, sut, "OnIdle")
    with step("The station boots and reports its connectors"):
        answer = await rebooted(station, sut, "RemoteReset")
        check_time("B01.FR.02", sut, "currentTime", answer.currentTime)


@case("TC_B_25_CSMS")
async def test_evse_on_idle(station, sut):
    """One EVSE that hangs need not cost the drivers at the others their session."""
    await given(booted, station, sut)
    with step("The CSMS resets one EVSE once it is idle"):
        await reset(station, sut, "OnIdle", evseId=sut.evseId)
