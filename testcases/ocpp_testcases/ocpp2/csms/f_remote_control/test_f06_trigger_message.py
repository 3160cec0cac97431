"""F06 - Trigger message."""

from ocpp_proof import case, given, step

from ocpp_testcases.common.clock import check_time
from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted


@case("TC_F_20_CSMS")
async def test_heartbeat(station, sut):
    """An operator asks for a heartbeat to see whether a station is alive and to put its clock right."""
    await given(booted, station, sut)
    with step("The CSMS triggers a heartbeat"):
        await asked(
            station,
            sut,
            "TriggerMessage",
            requestedMessage="Heartbeat",
            matching={"requestedMessage": "Heartbeat"},
            requirement="F06.FR.01",
        )
    with step("The station sends the heartbeat"):
        answer = await station.call("Heartbeat")
        check_time("G02.FR.03", sut, "currentTime", answer.currentTime)
