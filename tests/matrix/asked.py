"""Conversations that no case of this release has, for the rules that are about them: cases of the tests alone."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from ocpp_proof.cases.declaration import Case, case, case_of
from runner import Function

__all__ = ["CASES"]

V2 = ("2.0.1", "2.1")
LONG = 5.0
NOT_THERE = 9
WATCHED = {"component": {"name": "EVSE", "evse": {"id": 1}}, "variable": {"name": "AvailabilityState"}}
PROFILE: dict[str, Any] = {
    "id": 4711,
    "stackLevel": 0,
    "chargingProfilePurpose": "TxDefaultProfile",
    "chargingProfileKind": "Relative",
    "chargingSchedule": [
        {"id": 1, "chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6.0}]}
    ],
}


def _item(component: str, variable: str, **more: Any) -> dict[str, Any]:
    return {"component": {"name": component}, "variable": {"name": variable}} | more


async def _inventory(csms: Any) -> None:
    await csms.call("GetBaseReport", requestId=77, reportBase="FullInventory")
    await csms.expect("NotifyReport", requestId=77, tbc=False, requirement="survival", within=LONG)


@case("ASKED_EVSES", ocpp=V2, sut="station", title="The EVSEs that there are")
async def evses(csms, sut):
    """What is asked of an EVSE that is there, and of one that is not."""
    await _inventory(csms)
    place = {"id": 2, "connectorId": 1}
    await csms.call("TriggerMessage", requestedMessage="StatusNotification", evse=place)
    await csms.expect("StatusNotification", evseId=2, requirement="survival", within=LONG)
    await csms.call("SetChargingProfile", evseId=NOT_THERE, chargingProfile=PROFILE)
    await csms.call("GetCompositeSchedule", evseId=NOT_THERE, duration=60)
    await csms.call("UnlockConnector", evseId=NOT_THERE, connectorId=1)


@case("ASKED_VARIABLES", ocpp=V2, sut="station", title="The variables that there are")
async def variables(csms, sut):
    """What is read twice, and what cannot be written."""
    await _inventory(csms)
    readonly = _item("OCPPCommCtrlr", "FileTransferProtocols")
    both = [readonly, readonly | {"attributeType": "Target"}]
    await csms.call("GetVariables", getVariableData=both)
    await csms.call("GetVariables", getVariableData=[_item("ClockCtrlr", name) for name in ("Nothing", "Neither")])
    await csms.call("SetVariables", setVariableData=[readonly | {"attributeValue": "SFTP"}])


@case("ASKED_MONITORS", ocpp=V2, sut="station", title="The monitors that there are")
async def monitors(csms, sut):
    """A periodic monitor is set, reported, and cleared."""
    one = WATCHED | {"type": "Periodic", "severity": 5, "value": 0.5}
    answer = await csms.call("SetVariableMonitoring", setMonitoringData=[one])
    [result] = answer.setMonitoringResult
    assert result["status"] == "Accepted", answer
    await csms.call("GetMonitoringReport", requestId=78)
    await csms.expect("NotifyMonitoringReport", requestId=78, tbc=False, requirement="survival", within=LONG)
    for _ in range(2):
        await csms.expect("NotifyEvent", requirement="survival", within=LONG)
    await csms.call("ClearVariableMonitoring", id=[result["id"]])
    with_it = csms.next_index
    with suppress(TimeoutError):  # as it has to be
        await csms.wait_until(lambda: csms.next_index > with_it + 4, 3, "events of the cleared monitor")


@case("ASKED_RESTART", ocpp=V2, sut="station", title="The monitors that a restart keeps")
async def restart(csms, sut):
    """A monitor is set, the station restarts, and all are reported."""
    one = WATCHED | {"type": "Delta", "severity": 5, "value": 1.0}
    answer = await csms.call("SetVariableMonitoring", setMonitoringData=[one])
    assert answer.setMonitoringResult[0]["status"] == "Accepted", answer
    await csms.call("Reset", type="Immediate")
    await csms.boot(requirement="survival", within=LONG)
    answer = await csms.call("GetMonitoringReport", requestId=79)
    if answer.status == "Accepted":
        report = await csms.expect(
            "NotifyMonitoringReport", requestId=79, tbc=False, requirement="survival", within=LONG
        )
        ids = [monitor["id"] for entry in report.monitor for monitor in entry["variableMonitoring"]]
        await csms.call("ClearVariableMonitoring", id=ids)


@case("ASKED_STOP", ocpp=V2, sut="station", title="Who may stop a transaction")
async def stop(csms, sut):
    """A colleague of the driver, with a token of the same group."""
    group = {"idToken": "FLEET", "type": "Central"}
    csms.answer("Authorize", {"idTokenInfo": {"status": "Accepted", "groupIdToken": group}})
    await sut.plug_in()
    await sut.present_token(sut.tokens.valid)
    started = {"transactionInfo__chargingState": "Charging"}
    await csms.expect("TransactionEvent", **started, requirement="survival", within=LONG)
    await sut.present_token(sut.tokens.second)
    await csms.expect("TransactionEvent", triggerReason="StopAuthorized", requirement="survival", within=LONG)
    await sut.unplug()


@case("ASKED_STRANGER", ocpp=V2, sut="station", title="Who may not stop a transaction")
async def stranger(csms, sut):
    """Somebody else, whose token the CSMS accepts and who is of no group."""
    await sut.plug_in()
    await sut.present_token(sut.tokens.valid)
    started = {"transactionInfo__chargingState": "Charging"}
    await csms.expect("TransactionEvent", **started, requirement="survival", within=LONG)
    await sut.present_token(sut.tokens.second)
    await csms.expect("Authorize", requirement="survival", within=LONG)
    await csms.expect_optional("TransactionEvent", triggerReason="StopAuthorized")
    await sut.unplug()


@case("ASKED_LIMIT", ocpp=("2.1",), sut="station", title="A limit of the state of charge")
async def limit(csms, sut):
    """The battery is fuller than the CSMS allows: no official case has such a limit."""
    charging = {"transactionInfo.chargingState": "Charging"}
    csms.answer("TransactionEvent", times=1, where=charging, transactionLimit={"maxSoC": 20})
    await sut.plug_in()
    await sut.present_token(sut.tokens.valid)
    reached = {"triggerReason": "SoCLimitReached"}
    event = await csms.expect("TransactionEvent", **reached, requirement="survival", within=LONG)
    await csms.call("RequestStopTransaction", transactionId=event.at("transactionInfo.transactionId"))
    await csms.expect("TransactionEvent", eventType="Ended", requirement="survival", within=LONG)
    await sut.unplug()


async def _wait(csms, seconds=0.7):
    """What has not come by then does not come."""
    with suppress(TimeoutError):
        await csms.wait_until(lambda: False, seconds, "what does not come")


@case("ASKED_CLOSED", ocpp=V2, sut="station", title="What is out of service")
async def closed(csms, sut):
    """An EVSE is out of service, and a driver comes all the same."""
    here = {"id": sut.evseId}
    await csms.call("ChangeAvailability", requirement="survival", operationalStatus="Inoperative", evse=here)
    await _wait(csms, 1.5)
    await sut.plug_in()
    await sut.present_token(sut.tokens.valid)
    await _wait(csms)
    await sut.unplug()
    await _wait(csms, 2)
    await csms.call("ChangeAvailability", requirement="survival", operationalStatus="Operative", evse=here)
    await _wait(csms)


@case("ASKED_CLOSING", ocpp=V2, sut="station", title="What is to be out of service")
async def closing(csms, sut):
    """An EVSE that charges is taken out of service, and charges on."""
    here = {"id": sut.evseId}
    await sut.plug_in()
    await sut.present_token(sut.tokens.valid)
    started = {"transactionInfo__chargingState": "Charging"}
    await csms.expect("TransactionEvent", **started, requirement="survival", within=LONG)
    await csms.call("ChangeAvailability", requirement="survival", operationalStatus="Inoperative", evse=here)
    await _wait(csms, 2)
    await sut.present_token(sut.tokens.valid)
    await sut.unplug()
    await _wait(csms, 2)
    await csms.call("ChangeAvailability", requirement="survival", operationalStatus="Operative", evse=here)


CASES: tuple[tuple[Case, Function], ...] = tuple(
    (found, function)
    for function in (evses, variables, monitors, restart, stop, stranger, limit, closed, closing)
    if (found := case_of(function)) is not None
)
