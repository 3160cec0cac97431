"""The reference station of 2.0.1 and 2.1, message by message."""

import asyncio

import pytest

from .bench import bench, moment, operate, signed

pytestmark = pytest.mark.asyncio
BOTH = pytest.mark.parametrize("version", ["2.0.1", "2.1"])
THRESHOLD = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "OfflineThreshold"}}
TOKEN = {"idToken": "ABC", "type": "ISO14443"}
AUTHORIZE = "authorize?id=ABC&type=ISO14443&evse_id=1"


async def start_charging(csms, station):
    await operate(station, "plugin?evse_id=1&connector_id=1")
    started = await csms.wait("TransactionEvent", eventType="Started")
    await operate(station, AUTHORIZE)
    await csms.wait("TransactionEvent", triggerReason="ChargingStateChanged")
    return started["transactionInfo"]["transactionId"]


@BOTH
async def test_a_visit_cable_first(version):
    async with bench(version) as (csms, station):
        await operate(station, "plugin?evse_id=1&connector_id=1")
        assert (await csms.wait("StatusNotification"))["connectorStatus"] == "Occupied"
        started = await csms.wait("TransactionEvent")
        assert (started["eventType"], started["triggerReason"], started["seqNo"]) == ("Started", "CablePluggedIn", 0)
        assert started["evse"] == {"id": 1, "connectorId": 1}
        assert started["meterValue"][0]["sampledValue"][0]["context"] == "Transaction.Begin"
        await operate(station, AUTHORIZE)
        assert (await csms.wait("Authorize"))["idToken"] == TOKEN
        authorized = await csms.wait("TransactionEvent")
        assert (authorized["triggerReason"], authorized["idToken"]) == ("Authorized", TOKEN)
        charging = await csms.wait("TransactionEvent")
        assert charging["transactionInfo"]["chargingState"] == "Charging"
        await operate(station, AUTHORIZE)
        ended = await csms.wait("TransactionEvent")
        assert (ended["eventType"], ended["triggerReason"], ended["seqNo"]) == ("Ended", "StopAuthorized", 3)
        assert ended["transactionInfo"]["stoppedReason"] == "Local"
        await operate(station, "plugout?evse_id=1&connector_id=1")
        assert (await csms.wait("StatusNotification"))["connectorStatus"] == "Available"


@BOTH
async def test_a_visit_token_first_uses_a_reservation(version):
    async with bench(version) as (csms, station):
        answer = await csms.call("ReserveNow", id=3, expiryDateTime=moment(hours=1), idToken=TOKEN, evseId=1)
        assert answer == {"status": "Accepted"}
        assert (await csms.wait("StatusNotification"))["connectorStatus"] == "Reserved"
        await operate(station, "authorize?id=STRANGER&evse_id=1")
        await csms.wait("Authorize")
        await operate(station, AUTHORIZE)
        await csms.wait("Authorize")
        assert (await csms.wait("StatusNotification"))["connectorStatus"] == "Available"
        started = await csms.wait("TransactionEvent")
        assert (started["triggerReason"], started["reservationId"]) == ("Authorized", 3)
        await operate(station, "plugin?evse_id=1")
        assert (await csms.wait("TransactionEvent"))["triggerReason"] == "CablePluggedIn"


@BOTH
async def test_an_unknown_token_changes_nothing(version):
    async with bench(version, Authorize={"idTokenInfo": {"status": "Invalid"}}) as (csms, station):
        await operate(station, "plugin?evse_id=1")
        await csms.wait("TransactionEvent", eventType="Started")
        await operate(station, AUTHORIZE)
        await csms.wait("Authorize")
        await csms.call("GetLocalListVersion")
        assert csms.received == []


@BOTH
async def test_a_cached_token_is_used_at_once_until_it_expires(version):
    info = {"status": "Accepted", "cacheExpiryDateTime": moment(hours=1)}
    async with bench(version, Authorize={"idTokenInfo": info}) as (csms, station):
        station.station.model.get("AuthCtrlr", "LocalPreAuthorize").value = "true"
        await start_charging(csms, station)
        await operate(station, AUTHORIZE)
        await csms.wait("TransactionEvent", eventType="Ended")
        await operate(station, AUTHORIZE)
        assert (await csms.wait("TransactionEvent"))["triggerReason"] == "Authorized"
        await operate(station, AUTHORIZE)
        await csms.wait("TransactionEvent", eventType="Ended")
        station.station.authorization.cache[("abc", "iso14443")].info["cacheExpiryDateTime"] = moment(hours=-1)
        await operate(station, AUTHORIZE)
        assert await csms.wait("Authorize")


@BOTH
async def test_events_of_an_offline_time_come_later_in_order(version):
    async with bench(version) as (csms, station):
        await start_charging(csms, station)
        await operate(station, "network?up=false")
        await operate(station, "ev/state?ready=false")
        await operate(station, "ev/state?ready=true")
        await operate(station, "network?up=true")
        events = [await csms.wait("TransactionEvent") for _ in range(2)]
        assert [event["seqNo"] for event in events] == [3, 4]
        assert all(event["offline"] for event in events)


@BOTH
async def test_pending_holds_everything_back_but_what_is_asked_for(version):
    boots = []

    def boot(request):
        boots.append(request["reason"])
        return {"currentTime": moment(), "interval": 100, "status": "Pending" if len(boots) == 1 else "Accepted"}

    async with bench(version, boot=False, BootNotification=boot) as (csms, station):
        await csms.wait("BootNotification")
        answer = await csms.call("SetVariables", setVariableData=[THRESHOLD | {"attributeValue": "300"}])
        assert answer["setVariableResult"][0]["attributeStatus"] == "Accepted"
        answer = await csms.call("RequestStartTransaction", remoteStartId=1, idToken=TOKEN, evseId=1)
        assert answer["status"] == "Rejected"
        assert (await csms.call("GetBaseReport", requestId=1, reportBase="FullInventory"))["status"] == "Accepted"
        await csms.wait("NotifyReport", tbc=False)
        await operate(station, "plugin?evse_id=1")
        assert (await csms.call("TriggerMessage", requestedMessage="BootNotification"))["status"] == "Accepted"
        await csms.wait("BootNotification")
        await csms.wait("StatusNotification")
        assert boots == ["PowerUp", "Triggered"]


@BOTH
async def test_a_remote_start_names_the_transaction_and_its_own_number(version):
    async with bench(version) as (csms, station):
        await operate(station, "plugin?evse_id=1")
        started = await csms.wait("TransactionEvent")
        answer = await csms.call("RequestStartTransaction", remoteStartId=9, idToken=TOKEN, evseId=1)
        assert answer["transactionId"] == started["transactionInfo"]["transactionId"]
        event = await csms.wait("TransactionEvent")
        assert (event["triggerReason"], event["transactionInfo"]["remoteStartId"]) == ("RemoteStart", 9)
        again = await csms.call("RequestStartTransaction", remoteStartId=10, idToken=TOKEN, evseId=1)
        assert again["status"] == "Rejected"


@BOTH
async def test_a_reset_ends_what_runs_and_boots(version):
    async with bench(version) as (csms, station):
        await start_charging(csms, station)
        assert (await csms.call("Reset", type="Immediate"))["status"] == "Accepted"
        ended = await csms.wait("TransactionEvent", eventType="Ended")
        assert ended["transactionInfo"]["stoppedReason"] == "ImmediateReset"
        assert (await csms.wait("BootNotification"))["reason"] == "RemoteReset"
        assert (await csms.wait("SecurityEventNotification"))["type"] == "ResetOrReboot"


@BOTH
async def test_availability_waits_for_the_end_of_a_transaction(version):
    async with bench(version) as (csms, station):
        await start_charging(csms, station)
        answer = await csms.call("ChangeAvailability", operationalStatus="Inoperative", evse={"id": 1})
        assert answer["status"] == "Scheduled"
        await operate(station, AUTHORIZE)
        await csms.wait("TransactionEvent", eventType="Ended")
        assert (await csms.wait("StatusNotification"))["connectorStatus"] == "Unavailable"


@BOTH
async def test_tenths_of_an_ampere_are_fine(version):
    period = {"startPeriod": 0, "limit": 8.1}
    schedule = {"id": 1, "startSchedule": moment(), "chargingRateUnit": "A", "chargingSchedulePeriod": [period]}
    profile = {
        "id": 5,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Absolute",
        "chargingSchedule": [schedule],
    }
    async with bench(version) as (csms, _):
        assert (await csms.call("SetChargingProfile", evseId=1, chargingProfile=profile))["status"] == "Accepted"
        criteria = {"chargingProfileId": [5]}
        assert (await csms.call("GetChargingProfiles", requestId=7, chargingProfile=criteria))["status"] == "Accepted"
        report = await csms.wait("ReportChargingProfiles")
        assert (report["requestId"], report["chargingProfile"]) == (7, [profile])
        composite = await csms.call("GetCompositeSchedule", evseId=1, duration=60)
        assert composite["schedule"]["chargingSchedulePeriod"] == [{"startPeriod": 0, "limit": 8.1}]
    async with bench(version, "tenths-refused") as (csms, _):
        assert (await csms.call("SetChargingProfile", evseId=1, chargingProfile=profile))["status"] == "Rejected"


@BOTH
async def test_firmware_and_logs_report_each_step(version):
    async with bench(version) as (csms, _):
        log = {"remoteLocation": "https://logs.example.com/"}
        answer = await csms.call("GetLog", logType="DiagnosticsLog", requestId=4, log=log)
        assert answer["status"] == "Accepted"
        assert answer["filename"]
        for status in ("Uploading", "Uploaded"):
            assert await csms.wait("LogStatusNotification") == {"status": status, "requestId": 4}
        firmware = signed({"location": "https://firmware.example.com/a", "retrieveDateTime": moment()})
        assert (await csms.call("UpdateFirmware", requestId=5, firmware=firmware))["status"] == "Accepted"
        for status in ("Downloading", "Downloaded", "SignatureVerified", "Installing", "Installed"):
            assert await csms.wait("FirmwareStatusNotification") == {"status": status, "requestId": 5}
        assert await csms.wait("SecurityEventNotification", type="FirmwareUpdated")


@BOTH
async def test_a_lost_answer_is_asked_for_again(version):
    async with bench(version) as (csms, station):
        first = asyncio.Event()

        def lose_the_first(request):
            if not first.is_set():
                first.set()
                csms.peer.websocket.transport.abort()
            return {}

        csms.answers["TransactionEvent"] = lose_the_first
        await operate(station, "plugin?evse_id=1")
        events = [await csms.wait("TransactionEvent") for _ in range(2)]
        assert events[0] == events[1]
        assert csms.connections == 2


@BOTH
async def test_pings_find_a_dead_link(version):
    async with bench(version) as (csms, station):
        station.station.model.get("OCPPCommCtrlr", "WebSocketPingInterval").value = "1"
        await station.station.reconnect()
        await csms.reconnected(2)
        dead = csms.peer.websocket.transport
        dead.pause_reading()
        await csms.reconnected(3)
        dead.abort()


async def test_unknown_operations_are_told_from_known_ones():
    async with bench("2.1") as (_, station):
        assert await operate(station, "plugin?evse_id=1") == 200
        assert await operate(station, "dance") == 404
        assert await operate(station, "plugin?evse_id=9") == 400
