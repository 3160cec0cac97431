"""The reference station of 1.6, message by message."""

import pytest

from .bench import bench, moment, operate

pytestmark = pytest.mark.asyncio
AUTHORIZE = "authorize?id=ABC&evse_id=1"


async def start_charging(csms, station):
    await operate(station, "plugin?evse_id=1")
    await csms.wait("StatusNotification", status="Preparing")
    await operate(station, AUTHORIZE)
    await csms.wait("StartTransaction")
    await csms.wait("StatusNotification", status="Charging")


async def test_a_visit():
    async with bench("1.6") as (csms, station):
        await start_charging(csms, station)
        answer = await csms.call("RemoteStartTransaction", idTag="ABC", connectorId=1)
        assert answer["status"] == "Rejected"
        await operate(station, AUTHORIZE)
        stopped = await csms.wait("StopTransaction")
        assert (stopped["transactionId"], stopped["reason"], stopped["idTag"]) == (1, "Local", "ABC")
        assert (await csms.wait("StatusNotification"))["status"] == "Finishing"
        await operate(station, "plugout?evse_id=1")
        assert (await csms.wait("StatusNotification"))["status"] == "Available"


async def test_rejected_is_silence_until_the_interval_is_over():
    boots = []

    def boot(request):
        boots.append(request)
        return {"currentTime": moment(), "interval": 1, "status": "Rejected" if len(boots) == 1 else "Accepted"}

    async with bench("1.6", boot=False, BootNotification=boot) as (csms, _):
        await csms.wait("BootNotification")
        await csms.wait("BootNotification")
        assert csms.received == []
        assert (await csms.wait("StatusNotification"))["connectorId"] == 0
        await csms.wait("Heartbeat")


async def test_configuration():
    async with bench("1.6") as (csms, _):
        keys = (await csms.call("GetConfiguration"))["configurationKey"]
        assert "AuthorizationKey" not in {key["key"] for key in keys}
        change = {"key": "MeterValueSampleInterval", "value": "7"}
        assert (await csms.call("ChangeConfiguration", **change))["status"] == "Accepted"
        answer = await csms.call("GetConfiguration", key=["MeterValueSampleInterval", "Nonsense"])
        assert answer["configurationKey"] == [{"key": "MeterValueSampleInterval", "readonly": False, "value": "7"}]
        assert answer["unknownKey"] == ["Nonsense"]
        for key, value, status in (
            ("NumberOfConnectors", "3", "Rejected"),
            ("HeartbeatInterval", "soon", "Rejected"),
            ("Nonsense", "1", "NotSupported"),
        ):
            assert (await csms.call("ChangeConfiguration", key=key, value=value))["status"] == status


async def test_a_new_authorization_key_is_used_at_once():
    async with bench("1.6") as (csms, station):
        station.station.security_profile = 1
        key = "4F43415F4F4354545F61646D696E5F74657374"
        assert (await csms.call("ChangeConfiguration", key="AuthorizationKey", value=key))["status"] == "Accepted"
        await csms.reconnected(2)
        assert csms.request.headers["Authorization"] == "Basic Q1MwMDE6T0NBX09DVFRfYWRtaW5fdGVzdA=="


async def test_the_loss_of_power_ends_the_transaction_first():
    async with bench("1.6") as (csms, station):
        await start_charging(csms, station)
        await operate(station, "power?on=false")
        assert (await csms.wait("StopTransaction"))["reason"] == "PowerLoss"
        assert (await csms.wait("StatusNotification"))["status"] == "Finishing"
        await operate(station, "power?on=true")
        await csms.wait("BootNotification")
        assert (await csms.wait("StatusNotification", connectorId=1))["status"] in ("Finishing", "Preparing")


@pytest.mark.parametrize(("defects", "number"), [((), 1), (("offline-transaction-minus-one",), -1)])
async def test_an_offline_start_gets_its_number_later(defects, number):
    async with bench("1.6", *defects) as (csms, station):
        station.station.config.store("AllowOfflineTxForUnknownId", "true")
        await operate(station, "network?up=false")
        await operate(station, "plugin?evse_id=1")
        await operate(station, AUTHORIZE)
        await operate(station, "network?up=true")
        await csms.wait("StartTransaction")
        assert (await csms.wait("StatusNotification"))["status"] == "Charging"
        await operate(station, AUTHORIZE)
        assert (await csms.wait("StopTransaction"))["transactionId"] == number


async def test_availability_outlives_a_reset():
    async with bench("1.6") as (csms, _):
        assert (await csms.call("ChangeAvailability", connectorId=1, type="Inoperative"))["status"] == "Accepted"
        assert (await csms.wait("StatusNotification"))["status"] == "Unavailable"
        assert (await csms.call("Reset", type="Hard"))["status"] == "Accepted"
        await csms.wait("BootNotification")
        assert (await csms.wait("StatusNotification", connectorId=1))["status"] == "Unavailable"


async def test_default_profile_shows_in_the_composite_schedule():
    schedule = {
        "duration": 300,
        "startSchedule": moment(),
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 8.1, "numberPhases": 3}],
    }
    profile = {
        "chargingProfileId": 1,
        "stackLevel": 1,
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Absolute",
        "chargingSchedule": schedule,
    }
    async with bench("1.6") as (csms, _):
        answer = await csms.call("SetChargingProfile", connectorId=1, csChargingProfiles=profile)
        assert answer["status"] == "Accepted"
        answer = await csms.call("GetCompositeSchedule", connectorId=1, duration=200, chargingRateUnit="A")
        periods = answer["chargingSchedule"]["chargingSchedulePeriod"]
        assert periods == [{"startPeriod": 0, "limit": 8.1, "numberPhases": 3}]


async def test_triggers():
    async with bench("1.6") as (csms, _):
        for wanted, more in (
            ("MeterValues", {"connectorId": 1}),
            ("Heartbeat", {}),
            ("StatusNotification", {"connectorId": 1}),
            ("DiagnosticsStatusNotification", {}),
            ("FirmwareStatusNotification", {}),
        ):
            answer = await csms.call("TriggerMessage", requestedMessage=wanted, **more)
            assert answer["status"] == "Accepted"
            await csms.wait(wanted)
