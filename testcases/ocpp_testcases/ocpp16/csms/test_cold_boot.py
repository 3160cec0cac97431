"""3.1 Cold boot of a charge point."""

from ocpp_proof import case, check_fields, step
from ocpp_proof.cases.fields import Pattern

from ocpp_testcases.common.clock import check_time
from ocpp_testcases.ocpp16.csms.states.cold_boot import booted


@case("TC_001_CSMS")
async def test_cold_boot(station, sut):
    """A Central System that does not accept a registered charge point keeps it from charging anybody."""
    with step("The charge point boots and reports itself and its connectors"):
        answer = await booted(station, sut)
        check_time("1.6 §4.2 time", sut, "currentTime", answer.currentTime)
        check_fields("1.6 §4.2", answer, {"interval": Pattern("0 or more", lambda seconds: seconds >= 0)})

    with step("The charge point says that it is alive"):
        beat = await station.call("Heartbeat")
        check_time("1.6 §4.6", sut, "currentTime", beat.currentTime)
