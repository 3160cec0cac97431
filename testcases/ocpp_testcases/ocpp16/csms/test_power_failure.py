"""3.11 Power failure."""

from functools import partial

from ocpp_proof import case, given, on_undo, step

from ocpp_testcases.common.clock import check_time
from ocpp_testcases.ocpp16.csms.states.charging_session import charging, stop_recorded
from ocpp_testcases.ocpp16.csms.states.cold_boot import booted, report_status


@case("TC_032_1_CSMS")
async def test_power_failure(station, sut):
    """What was charged until the power failed is lost to billing when a boot wipes the session or cuts off its end."""
    await given(booted, station, sut)
    tx = await given(charging, station, sut)

    with step("The power fails and comes back; the charge point boots"):
        station.drop()
        await station.wait_until(lambda: not station.connected, station.timing.message, "the end of the connection")
        on_undo("The connector is free again", partial(report_status, station, tx.connectorId, "Available"))
        answer = await booted(station, sut, finishing=tx.connectorId)
        check_time("1.6 §4.2 time", sut, "currentTime", answer.currentTime)

    with step("The charge point tells that the transaction stopped"):
        await stop_recorded(sut, tx, "PowerLoss")
