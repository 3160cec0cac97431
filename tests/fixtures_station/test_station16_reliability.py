"""The reference station of 1.6 when things go wrong: mains, network, faults; local lists and reservations."""

import pytest

from .bench import bench, moment, operate

pytestmark = pytest.mark.asyncio
AUTHORIZE = "authorize?id=ABC&evse_id=1"
LATER = moment(days=1)


async def start_charging(csms, station, authorize=AUTHORIZE):
    await operate(station, "plugin?evse_id=1")
    await operate(station, authorize)
    started = await csms.wait("StartTransaction")
    await csms.wait("StatusNotification", status="Charging")
    return started


async def reserve(csms, number, connector, tag="ABC", **more):
    answer = await csms.call(
        "ReserveNow", connectorId=connector, expiryDate=LATER, idTag=tag, reservationId=number, **more
    )
    return answer["status"]


async def send_list(csms, version, tags, kind="Full"):
    entries = [{"idTag": tag, "idTagInfo": {"status": status}} for tag, status in tags.items()]
    answer = await csms.call("SendLocalList", listVersion=version, updateType=kind, localAuthorizationList=entries)
    return answer["status"], (await csms.call("GetLocalListVersion"))["listVersion"]


async def test_without_backup_power_the_transaction_ends_after_the_boot():
    async with bench("1.6", build=("no backup power",)) as (csms, station):
        await start_charging(csms, station)
        await operate(station, "reboot")
        await csms.wait("BootNotification")
        assert (await csms.wait("StopTransaction"))["reason"] == "PowerLoss"
        assert (await csms.wait("StatusNotification", connectorId=1))["status"] == "Finishing"


async def test_the_queue_outlives_the_mains_and_keeps_its_order():
    async with bench("1.6") as (csms, station):
        station.station.config.store("AllowOfflineTxForUnknownId", "true")
        await operate(station, "network?up=false")
        await operate(station, "plugin?evse_id=1")
        await operate(station, AUTHORIZE)
        await operate(station, AUTHORIZE)
        await operate(station, "power?on=false")
        await operate(station, "power?on=true")
        started = await csms.wait("StartTransaction")
        stopped = await csms.wait("StopTransaction")
        assert stopped["transactionId"] == 1
        assert started["timestamp"] <= stopped["timestamp"]


async def test_a_status_that_was_lost_with_the_connection_is_told_again():
    async with bench("1.6") as (csms, station):
        await start_charging(csms, station)
        station.station.press_stop(1)
        await station.station.network_down()
        station.station.network_up()
        await csms.wait("StopTransaction")
        await csms.reconnected(2)
        await csms.wait("StatusNotification", connectorId=1, status="Finishing")


@pytest.mark.parametrize(("stops", "status"), [("true", "Finishing"), ("false", "SuspendedEVSE")])
async def test_a_refused_transaction(stops, status):
    refusal = {"transactionId": 7, "idTagInfo": {"status": "Invalid"}}
    async with bench("1.6", StartTransaction=refusal) as (csms, station):
        station.station.config.store("StopTransactionOnInvalidId", stops)
        await start_charging(csms, station)
        if stops == "true":
            assert (await csms.wait("StopTransaction"))["reason"] == "DeAuthorized"
        await csms.wait("StatusNotification", connectorId=1, status=status)


async def test_a_fault_of_the_whole_charge_point():
    async with bench("1.6") as (csms, station):
        await operate(station, "state?faulted=true&evse_id=0")
        for number in range(3):
            await csms.wait("StatusNotification", connectorId=number, status="Faulted")
        assert [await reserve(csms, 1, number) for number in (0, 1)] == ["Faulted", "Faulted"]
        await operate(station, "state?faulted=false&evse_id=0")
        await csms.wait("StatusNotification", connectorId=2, status="Available")


async def test_a_fault_ends_the_transaction():
    async with bench("1.6") as (csms, station):
        await start_charging(csms, station)
        await operate(station, "state?faulted=true&evse_id=1")
        assert (await csms.wait("StopTransaction"))["reason"] == "Other"
        await csms.wait("StatusNotification", connectorId=1, status="Faulted")


async def test_local_lists():
    async with bench("1.6") as (csms, _):
        assert await send_list(csms, 2, {"A": "Accepted"}) == ("Accepted", 2)
        assert await send_list(csms, 5, {"B": "Blocked"}, "Differential") == ("Accepted", 5)
        assert await send_list(csms, 5, {"C": "Accepted"}, "Differential") == ("VersionMismatch", 5)
        assert await send_list(csms, 9, {}) == ("Accepted", 0)
        change = {"key": "LocalAuthListEnabled", "value": "false"}
        assert (await csms.call("ChangeConfiguration", **change))["status"] == "Accepted"
        assert await send_list(csms, 2, {"A": "Accepted"}) == ("NotSupported", -1)


async def test_the_list_comes_before_the_cache():
    async with bench("1.6") as (csms, station):
        authorization = station.station.authorization
        authorization.remember("ABC", {"status": "Accepted"})
        assert authorization.known("abc") is not None
        await send_list(csms, 1, {"ABC": "Blocked"})
        assert authorization.known("abc") is None
        authorization.remember("ABC", {"status": "Accepted"})
        assert (await csms.wait("StatusNotification", connectorId=0))["errorCode"] == "LocalListConflict"


async def test_a_station_without_lists_and_reservations():
    build = ("no local authorization list", "no reservation", "no authorization cache")
    async with bench("1.6", build=build) as (csms, _):
        profiles = (await csms.call("GetConfiguration", key=["SupportedFeatureProfiles"]))["configurationKey"][0]
        assert profiles["value"] == "Core,FirmwareManagement,SmartCharging,RemoteTrigger"
        keys = ["LocalAuthListEnabled", "AuthorizationCacheEnabled", "ReserveConnectorZeroSupported"]
        assert (await csms.call("GetConfiguration", key=keys))["unknownKey"] == keys
        assert await send_list(csms, 1, {"A": "Accepted"}) == ("NotSupported", -1)
        assert await reserve(csms, 1, 1) == "Rejected"
        assert (await csms.call("ClearCache"))["status"] == "Rejected"


async def test_a_reservation_is_for_its_driver():
    async with bench("1.6") as (csms, station):
        assert await reserve(csms, 5, 1) == "Accepted"
        await csms.wait("StatusNotification", connectorId=1, status="Reserved")
        assert await reserve(csms, 6, 1) == "Occupied"
        await operate(station, "authorize?id=OTHER&evse_id=1")
        assert (await start_charging(csms, station))["reservationId"] == 5
        assert (await csms.call("CancelReservation", reservationId=5))["status"] == "Rejected"


async def test_a_reservation_of_any_connector_keeps_the_last_one_free():
    async with bench("1.6") as (csms, station):
        assert await reserve(csms, 5, 0) == "Accepted"
        assert await reserve(csms, 6, 2, "OTHER") == "Accepted"
        await csms.wait("StatusNotification", connectorId=1, status="Reserved")
        assert (await csms.call("RemoteStartTransaction", idTag="THIRD", connectorId=1))["status"] == "Rejected"
        assert (await csms.call("RemoteStartTransaction", idTag="ABC", connectorId=2))["status"] == "Rejected"
        assert (await start_charging(csms, station))["reservationId"] == 5


@pytest.mark.parametrize("authorize", ["true", "false"])
async def test_a_parent_uses_the_reservation(authorize):
    family = {"idTagInfo": {"status": "Accepted", "parentIdTag": "FAMILY"}}
    async with bench("1.6", Authorize=family) as (csms, station):
        station.station.config.store("AuthorizeRemoteTxRequests", authorize)
        assert await reserve(csms, 5, 1, parentIdTag="FAMILY") == "Accepted"
        await operate(station, "plugin?evse_id=1")
        assert (await csms.call("RemoteStartTransaction", idTag="CHILD", connectorId=1))["status"] == "Accepted"
        await csms.wait("Authorize", idTag="CHILD")
        assert (await csms.wait("StartTransaction"))["reservationId"] == 5


async def test_what_goes_out_of_service_is_no_longer_reserved():
    async with bench("1.6") as (csms, _):
        assert await reserve(csms, 5, 1) == "Accepted"
        assert (await csms.call("ChangeAvailability", connectorId=1, type="Inoperative"))["status"] == "Accepted"
        await csms.wait("StatusNotification", connectorId=1, status="Unavailable")
        assert (await csms.call("CancelReservation", reservationId=5))["status"] == "Rejected"
