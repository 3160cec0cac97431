"""The reference station of 2.x: remote starts, unlocking, triggers, and what sound stations do otherwise there."""

import pytest

from .bench import bench, moment, operate, signed

pytestmark = pytest.mark.asyncio
BOTH = pytest.mark.parametrize("version", ["2.0.1", "2.1"])
TOKEN = {"idToken": "ABC", "type": "ISO14443"}
PROFILE = {
    "id": 1,
    "stackLevel": 0,
    "chargingProfilePurpose": "TxDefaultProfile",
    "chargingProfileKind": "Relative",
    "chargingSchedule": [
        {"id": 1, "chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 8.0}]}
    ],
}


async def set_variable(csms, component, name, value):
    variable = {"component": {"name": component}, "variable": {"name": name}, "attributeValue": value}
    answer = await csms.call("SetVariables", setVariableData=[variable])
    assert answer["setVariableResult"][0]["attributeStatus"] == "Accepted"


async def start(csms, **more):
    return await csms.call("RequestStartTransaction", idToken=TOKEN, remoteStartId=7, **more)


@BOTH
async def test_an_evse_that_does_not_matter_is_ignored(version):
    async with bench(version) as (csms, _):
        for evse in (1, 99):
            answer = await csms.call("TriggerMessage", requestedMessage="Heartbeat", evse={"id": evse})
            assert answer == {"status": "Accepted"}
            await csms.wait("Heartbeat")
        answer = await csms.call("TriggerMessage", requestedMessage="MeterValues", evse={"id": 99})
        assert answer == {"status": "Rejected"}


@BOTH
async def test_a_meter_without_measurands_is_not_promised(version):
    async with bench(version) as (csms, _):
        await set_variable(csms, "AlignedDataCtrlr", "Measurands", "")
        assert (await csms.call("TriggerMessage", requestedMessage="MeterValues")) == {"status": "Rejected"}


async def test_custom_triggers():
    async with bench("2.1") as (csms, _):
        asked = {"component": {"name": "CustomizationCtrlr"}, "variable": {"name": "CustomTriggers"}}
        told = await csms.call("GetVariables", getVariableData=[asked])
        names = told["getVariableResult"][0]["attributeValue"].split(",")
        for name, status in ((names[-1], "Accepted"), ("Nothing", "NotImplemented")):
            answer = await csms.call("TriggerMessage", requestedMessage="CustomTrigger", customTrigger=name)
            assert answer == {"status": status}
        assert (await csms.wait("DataTransfer"))["messageId"] == names[-1]


@BOTH
async def test_a_profile_of_a_remote_start(version):
    async with bench(version) as (csms, _):
        assert (await start(csms, evseId=1, chargingProfile=PROFILE))["status"] == "Rejected"
        await set_variable(csms, "SmartChargingCtrlr", "Enabled", "false")
        assert (await start(csms, evseId=1, chargingProfile=PROFILE))["status"] == "Accepted"


@BOTH
@pytest.mark.parametrize("sound", [True, False])
async def test_a_remote_start_without_an_evse(version, sound):
    async with bench(version, freedoms=() if sound else ("remote-start-needs-an-evse",)) as (csms, _):
        assert (await start(csms))["status"] == ("Accepted" if sound else "Rejected")


@BOTH
async def test_occupied_by_a_remote_start(version):
    async with bench(version, freedoms=("occupied-by-a-remote-start",)) as (csms, _):
        await set_variable(csms, "TxCtrlr", "EVConnectionTimeOut", "1")
        await start(csms, evseId=1)
        await csms.wait("StatusNotification", evseId=1, connectorStatus="Occupied")
        await csms.wait("StatusNotification", evseId=1, connectorStatus="Available")


@BOTH
@pytest.mark.parametrize("sound", [True, False])
async def test_a_vehicle_is_asked_about(version, sound):
    asked = []

    def accepted(request):
        asked.append(request["idToken"]["type"])
        return {"idTokenInfo": {"status": "Accepted"}}

    async with bench(version, freedoms=() if sound else ("vehicle-asked-about-too",)) as (csms, station):
        csms.answers["Authorize"] = accepted
        await start(csms, evseId=1)
        await csms.wait("TransactionEvent", triggerReason="RemoteStart")
        await operate(station, "plugin?evse_id=1&connector_id=1")
        await csms.wait("TransactionEvent", triggerReason="ChargingStateChanged")
        assert asked == ["ISO14443"] + ([] if sound else ["MacAddress"])


@BOTH
async def test_a_remote_stop_in_two_events(version):
    async with bench(version, freedoms=("remote-stop-told-in-two-events",)) as (csms, station):
        await operate(station, "plugin?evse_id=1&connector_id=1")
        await start(csms, evseId=1)
        event = await csms.wait("TransactionEvent", triggerReason="ChargingStateChanged")
        await csms.call("RequestStopTransaction", transactionId=event["transactionInfo"]["transactionId"])
        stop = await csms.wait("TransactionEvent", triggerReason="RemoteStop")
        ended = await csms.wait("TransactionEvent", eventType="Ended")
        assert stop["eventType"] == "Updated"
        assert ended["triggerReason"] == "ChargingStateChanged"
        assert ended["transactionInfo"]["stoppedReason"] == "Remote"


@BOTH
@pytest.mark.parametrize("sound", [True, False])
async def test_how_the_last_update_ended(version, sound):
    firmware = signed({"location": "http://files.invalid/f", "retrieveDateTime": moment()})
    async with bench(version, freedoms=() if sound else ("last-firmware-status-told-again",)) as (csms, _):
        await csms.call("UpdateFirmware", requestId=1, firmware=firmware)
        await csms.wait("FirmwareStatusNotification", status="DownloadFailed")
        await csms.call("TriggerMessage", requestedMessage="FirmwareStatusNotification")
        told = await csms.wait("FirmwareStatusNotification")
        assert told["status"] == ("Idle" if sound else "DownloadFailed")


@BOTH
async def test_a_triggered_status_by_notify_event(version):
    here = {"id": 1, "connectorId": 1}
    async with bench(version, freedoms=("triggered-status-by-notify-event",)) as (csms, _):
        await csms.call("TriggerMessage", requestedMessage="StatusNotification", evse=here)
        event = (await csms.wait("NotifyEvent"))["eventData"][0]
        assert (event["component"]["evse"], event["actualValue"]) == (here, "Available")
