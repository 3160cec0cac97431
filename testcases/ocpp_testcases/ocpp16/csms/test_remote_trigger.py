"""3.18 Remote trigger."""

from typing import Any

from ocpp_proof import case, given, step
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import check_time, now
from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp16.csms.states.cold_boot import booted, report_status
from ocpp_testcases.ocpp16.csms.states.connection import check_still_serving


async def trigger(station: Station, sut: Sut, wish: dict[str, Any]) -> None:
    """The operator asks the charge point for a message: judge that the TriggerMessage has the fields of `wish`."""
    await asked(station, sut, "TriggerMessage", matching=wish, requirement="1.6 §5.17", **wish)


@case("TC_054_CSMS")
async def test_trigger(station, sut):
    """An operator who doubts what a charge point does can ask, and the answer is taken in."""
    await given(booted, station, sut)
    here = sut.connectorId

    with step("The operator asks for the meter of a connector"):
        await trigger(station, sut, {"requestedMessage": "MeterValues", "connectorId": here})
        sample = {"value": str(sut.number(1, 10**6)), "context": "Trigger", "unit": "Wh"}
        await station.call("MeterValues", connectorId=here, meterValue=[{"timestamp": now(), "sampledValue": [sample]}])

    with step("The operator asks for a heartbeat"):
        await trigger(station, sut, {"requestedMessage": "Heartbeat"})
        beat = await station.call("Heartbeat")
        check_time("1.6 §4.6", sut, "currentTime", beat.currentTime)

    with step("The operator asks for the status of a connector"):
        await trigger(station, sut, {"requestedMessage": "StatusNotification", "connectorId": here})
        await report_status(station, here, "Available")

    with step("The operator asks how the upload of diagnostics stands"):
        await trigger(station, sut, {"requestedMessage": "DiagnosticsStatusNotification"})
        await station.call("DiagnosticsStatusNotification", status="Idle")

    with step("The operator asks how the firmware update stands"):
        await trigger(station, sut, {"requestedMessage": "FirmwareStatusNotification"})
        await station.call("FirmwareStatusNotification", status="Idle")


@case("TC_055_CSMS")
async def test_rejected(station, sut):
    """An operator mistakes the connector; the charge point's refusal must not upset the Central System."""
    await given(booted, station, sut)
    station.answer("TriggerMessage", status="Rejected")

    with step("The operator asks for the meter of a connector that the charge point does not have"):
        await trigger(station, sut, {"requestedMessage": "MeterValues", "connectorId": max(2, sut.connectorId) + 1})

    with step("The Central System goes on"):
        await check_still_serving(station)
