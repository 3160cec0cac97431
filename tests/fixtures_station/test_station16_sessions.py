"""The reference station of 1.6: what happens around a transaction at the cable, the lock, the cache and the meter."""

import pytest
from ocpp_fixtures.station.v16 import authorization

from .bench import bench, operate
from .test_station16 import AUTHORIZE, start_charging

pytestmark = pytest.mark.asyncio


async def test_a_cable_out_of_the_vehicle_ends_the_transaction():
    async with bench("1.6") as (csms, station):
        station.station.config.store("UnlockConnectorOnEVSideDisconnect", "false")
        await start_charging(csms, station)
        await operate(station, "ev/plugout?evse_id=1")
        assert (await csms.wait("StopTransaction"))["reason"] == "EVDisconnected"
        told = await csms.wait("StatusNotification")
        assert (told["status"], told["info"]) == ("Finishing", "EV side disconnected")
        socket = station.station.hardware.evses[0].connectors[0]
        assert socket.locked
        await operate(station, AUTHORIZE)
        await operate(station, "plugout?evse_id=1")
        assert (await csms.wait("StatusNotification"))["status"] == "Available"
        assert not socket.locked


async def test_or_only_suspends_it():
    async with bench("1.6") as (csms, station):
        station.station.config.store("StopTransactionOnEVSideDisconnect", "false")
        await start_charging(csms, station)
        await operate(station, "ev/plugout?evse_id=1")
        told = await csms.wait("StatusNotification")
        assert (told["status"], told["info"]) == ("SuspendedEV", "EV side disconnected")
        await operate(station, "ev/plugin?evse_id=1")
        told = await csms.wait("StatusNotification")
        assert told["status"] == "Charging"
        assert "info" not in told
        assert (await csms.call("RemoteStopTransaction", transactionId=1))["status"] == "Accepted"
        assert (await csms.wait("StopTransaction"))["reason"] == "Remote"


async def test_a_plug_halfway_in_is_a_lock_failure():
    async with bench("1.6") as (csms, station):
        await csms.call("RemoteStartTransaction", idTag="ABC", connectorId=1)
        await csms.wait("StatusNotification", status="Preparing")
        await operate(station, "plugin?evse_id=1&halfway=true")
        told = await csms.wait("StatusNotification")
        assert (told["status"], told["errorCode"]) == ("Faulted", "ConnectorLockFailure")
        await operate(station, "plugout?evse_id=1")
        assert (await csms.wait("StatusNotification"))["status"] == "Available"
        assert not [action for action, _ in csms.received if action == "StartTransaction"]


async def test_a_cable_that_nobody_claims_is_finishing():
    async with bench("1.6") as (csms, station):
        station.station.config.store("ConnectionTimeOut", "0")
        await operate(station, "plugin?evse_id=1")
        assert (await csms.wait("StatusNotification"))["status"] == "Preparing"
        assert (await csms.wait("StatusNotification"))["status"] == "Finishing"


async def test_a_short_state_is_not_told():
    async with bench("1.6") as (csms, station):
        station.station.config.store("MinimumStatusDuration", "1")
        await operate(station, "plugin?evse_id=1")
        await operate(station, AUTHORIZE)
        await csms.wait("StartTransaction")
        assert (await csms.wait("StatusNotification"))["status"] == "Charging"


@pytest.mark.parametrize(("parents", "stops"), [(("A", "A"), True), (("A", "B"), False), ((None, "A"), False)])
async def test_only_the_same_group_stops(parents, stops):
    def info(request):
        parent = parents[0] if request["idTag"] == "ABC" else parents[1]
        return {"idTagInfo": {"status": "Accepted"} | ({"parentIdTag": parent} if parent else {})}

    async with bench("1.6", Authorize=info) as (csms, station):
        await start_charging(csms, station)
        await operate(station, "authorize?id=XYZ&evse_id=1")
        if not stops:
            await operate(station, AUTHORIZE)
        assert (await csms.wait("StopTransaction"))["idTag"] == ("XYZ" if stops else "ABC")


async def test_a_cleared_cache_knows_nobody():
    asked = []

    def info(request):
        asked.append(request["idTag"])
        return {"idTagInfo": {"status": "Accepted"}}

    async with bench("1.6", Authorize=info) as (csms, station):
        station.station.config.store("LocalPreAuthorize", "true")
        for _ in range(2):
            await start_charging(csms, station)
            await operate(station, AUTHORIZE)
            await csms.wait("StopTransaction")
            await operate(station, "plugout?evse_id=1")
            await csms.wait("StatusNotification", status="Available")
            assert len(asked) == 1
        assert (await csms.call("ClearCache"))["status"] == "Accepted"
        await start_charging(csms, station)
        assert len(asked) == 2


async def test_samples_go_into_the_end_too():
    async with bench("1.6") as (csms, station):
        for key, value in (
            ("MeterValueSampleInterval", "1"),
            ("MeterValuesSampledData", ""),
            ("StopTxnSampledData", "Voltage"),
        ):
            answer = await csms.call("ChangeConfiguration", key=key, value=value)
            assert answer["status"] == "Accepted"
        await start_charging(csms, station)
        values = await csms.wait("MeterValues")
        assert values["transactionId"] == 1
        sample = values["meterValue"][0]["sampledValue"][0]
        assert (sample["measurand"], sample["context"]) == ("Energy.Active.Import.Register", "Sample.Periodic")
        await operate(station, AUTHORIZE)
        data = (await csms.wait("StopTransaction"))["transactionData"]
        contexts = [value["sampledValue"][0]["context"] for value in data]
        assert contexts == ["Transaction.Begin", "Sample.Periodic", "Transaction.End"]


async def test_a_fixed_cable_has_no_lock():
    async with bench("1.6", build=("fixed cable",)) as (csms, station):
        key = "UnlockConnectorOnEVSideDisconnect"
        entry = (await csms.call("GetConfiguration", key=[key]))["configurationKey"][0]
        assert entry == {"key": key, "readonly": True, "value": "false"}
        await start_charging(csms, station)
        assert (await csms.call("UnlockConnector", connectorId=1))["status"] == "NotSupported"
        await operate(station, "ev/plugout?evse_id=1")
        assert (await csms.wait("StopTransaction"))["reason"] == "EVDisconnected"
        assert (await csms.wait("StatusNotification"))["status"] == "Available"


async def test_nothing_allowed_is_suspended_by_the_evse():
    def profile(limit):
        schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit}]}
        return {
            "chargingProfileId": 1,
            "stackLevel": 1,
            "chargingProfilePurpose": "TxDefaultProfile",
            "chargingProfileKind": "Relative",
            "chargingSchedule": schedule,
        }

    async with bench("1.6") as (csms, station):
        await start_charging(csms, station)
        for limit, status in ((0, "SuspendedEVSE"), (6, "Charging")):
            answer = await csms.call("SetChargingProfile", connectorId=1, csChargingProfiles=profile(limit))
            assert answer["status"] == "Accepted"
            assert (await csms.wait("StatusNotification"))["status"] == status


async def test_a_full_cache_forgets_the_useless_first_and_then_the_oldest(monkeypatch):
    monkeypatch.setattr(authorization, "MAX_CACHED", 3)
    async with bench("1.6") as (_, station):
        desk = station.station.authorization
        for tag, status in (("A", "Accepted"), ("B", "Blocked"), ("C", "Accepted"), ("A", "Accepted")):
            desk.remember(tag, {"status": status})
        desk.remember("D", {"status": "Accepted"})
        assert set(desk.cache) == {"a", "c", "d"}
        desk.remember("E", {"status": "Accepted"})
        assert set(desk.cache) == {"a", "d", "e"}
