"""The reference station of 1.6: what its charging profiles come to, and its firmware and diagnostics."""

from datetime import timedelta

import pytest
from ocpp_fixtures.rpc import CallFailed

from .bench import bench, moment, operate
from .test_station16 import start_charging

pytestmark = pytest.mark.asyncio


def text(seconds=0.0):
    """A time that many seconds from now."""
    return moment(seconds=seconds)


def profile(number, purpose, limits, *, level=0, kind="Absolute", unit="A", duration=None, start=0.0, **fields):
    schedule = {
        "chargingRateUnit": unit,
        "chargingSchedulePeriod": [{"startPeriod": at, "limit": limit} for at, limit in limits.items()],
    }
    if kind != "Relative":
        schedule["startSchedule"] = text(start)
    if duration is not None:
        schedule["duration"] = duration
    return {
        "chargingProfileId": number,
        "stackLevel": level,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": kind,
        "chargingSchedule": schedule,
        **fields,
    }


async def put(csms, number, made, status="Accepted"):
    assert (await csms.call("SetChargingProfile", connectorId=number, csChargingProfiles=made))["status"] == status


async def limits(csms, number=1, duration=400, unit="A"):
    """Limits of the composite schedule by the seconds, rounded to tens, at which they begin."""
    answer = await csms.call("GetCompositeSchedule", connectorId=number, duration=duration, chargingRateUnit=unit)
    schedule = answer["chargingSchedule"]
    assert (answer["connectorId"], schedule["duration"], schedule["chargingRateUnit"]) == (number, duration, unit)
    assert "startSchedule" not in schedule
    return {round(p["startPeriod"], -1): p["limit"] for p in schedule["chargingSchedulePeriod"]}


async def test_purposes_are_combined_and_a_transaction_has_no_default():
    async with bench("1.6") as (csms, station):
        await start_charging(csms, station)
        await put(csms, 0, profile(1, "ChargePointMaxProfile", {0: 10}))
        await put(csms, 1, profile(2, "TxDefaultProfile", {0: 5}))
        assert await limits(csms) == {0: 5}
        await put(csms, 1, profile(3, "TxProfile", {0: 8, 100: 12}, duration=200, transactionId=1))
        assert await limits(csms) == {0: 8, 100: 10}
        assert (await csms.call("RemoteStopTransaction", transactionId=1))["status"] == "Accepted"
        await csms.wait("StopTransaction")
        assert await limits(csms) == {0: 5}


async def test_stack_levels_validity_and_recurrence():
    async with bench("1.6") as (csms, _):
        await put(csms, 1, profile(1, "TxDefaultProfile", {0: 6}))
        valid = {"validFrom": text(50), "validTo": text(300)}
        await put(csms, 1, profile(2, "TxDefaultProfile", {0: 7, 200: 8}, level=1, **valid))
        assert await limits(csms) == {0: 6, 50: 7, 200: 8, 300: 6}
        yesterday = -86400 + 100
        daily = {"kind": "Recurring", "recurrencyKind": "Daily", "start": yesterday, "duration": 60}
        await put(csms, 1, profile(3, "TxDefaultProfile", {0: 9}, level=2, **daily))
        assert await limits(csms) == {0: 6, 50: 7, 100: 9, 160: 7, 200: 8, 300: 6}
        weekly = {"kind": "Recurring", "recurrencyKind": "Weekly", "start": yesterday, "duration": 60}
        await put(csms, 1, profile(3, "TxDefaultProfile", {0: 9}, level=2, **weekly))
        assert await limits(csms) == {0: 6, 50: 7, 200: 8, 300: 6}


async def test_a_profile_is_replaced_by_one_of_its_purpose_and_level_at_its_connector():
    async with bench("1.6") as (csms, _):
        await put(csms, 0, profile(1, "TxDefaultProfile", {0: 6}))
        assert (await limits(csms, 1), await limits(csms, 2)) == ({0: 6}, {0: 6})
        await put(csms, 1, profile(2, "TxDefaultProfile", {0: 7}, duration=100))
        assert (await limits(csms, 1), await limits(csms, 2)) == ({0: 7, 100: 16}, {0: 6})
        await put(csms, 1, profile(3, "TxDefaultProfile", {0: 8}))
        assert await limits(csms) == {0: 8}
        assert await limits(csms, 0) == {0: 14}
        assert (await csms.call("ClearChargingProfile", id=2))["status"] == "Unknown"
        assert (await csms.call("ClearChargingProfile", connectorId=1, stackLevel=1))["status"] == "Unknown"
        assert (await csms.call("ClearChargingProfile", connectorId=1))["status"] == "Accepted"
        assert await limits(csms) == {0: 6}
        assert await limits(csms, unit="W") == {0: 6 * 230 * 3}


async def test_what_is_no_place_for_a_profile():
    async with bench("1.6") as (csms, station):
        await put(csms, 1, profile(1, "ChargePointMaxProfile", {0: 6}), "Rejected")
        await put(csms, 1, profile(1, "TxProfile", {0: 6}, transactionId=1), "Rejected")
        await start_charging(csms, station)
        await put(csms, 0, profile(1, "TxProfile", {0: 6}, transactionId=1), "Rejected")
        await put(csms, 1, profile(1, "TxProfile", {0: 6}, transactionId=2), "Rejected")
        await put(csms, 1, profile(1, "TxProfile", {10: 6}, transactionId=1), "Rejected")
        await put(csms, 1, profile(1, "TxProfile", {0: 6}, level=11, transactionId=1), "Rejected")
        with pytest.raises(CallFailed, match="PropertyConstraintViolation"):
            await put(csms, 9, profile(1, "TxDefaultProfile", {0: 6}))


async def test_the_meter_follows_the_schedule_and_what_is_shared():
    async with bench("1.6") as (csms, station):
        evses = station.station.hardware.evses
        await start_charging(csms, station)
        current = [evse.meter for evse in evses]
        await put(csms, 1, profile(1, "TxProfile", {0: 10, 1: 6}, kind="Relative", transactionId=1))
        assert current[0].current in (10, 6)
        await put(csms, 0, profile(2, "ChargePointMaxProfile", {0: 14}))
        await csms.call("RemoteStartTransaction", connectorId=2, idTag="SECOND")
        await operate(station, "plugin?evse_id=2")
        await csms.wait("StartTransaction", connectorId=2)
        await put(csms, 0, profile(2, "ChargePointMaxProfile", {0: 8}))
        assert [meter.current for meter in current] == [4, 4]
        await csms.call("ClearChargingProfile", id=1)
        assert [meter.current for meter in current] == [4, 4]
        await put(csms, 1, profile(3, "TxProfile", {0: 2}, transactionId=1))
        assert [meter.current for meter in current] == [2, 6]
        slow = profile(4, "TxProfile", {0: 16}, transactionId=2)
        slow["chargingSchedule"]["minChargingRate"] = 6.5
        await put(csms, 2, slow)
        assert [meter.current for meter in current] == [2, 0]


async def test_a_relative_schedule_begins_with_the_transaction():
    async with bench("1.6") as (csms, station):
        await start_charging(csms, station)
        session = station.station.transactions.running()[0]
        session.begun -= timedelta(seconds=100)
        await put(csms, 1, profile(1, "TxDefaultProfile", {0: 6, 150: 8, 200: 10}, kind="Relative"))
        assert await limits(csms) == {0: 6, 50: 8, 100: 10}


async def test_a_profile_comes_with_a_remote_start():
    async with bench("1.6") as (csms, station):
        await operate(station, "plugin?evse_id=1")
        wrong = profile(1, "TxDefaultProfile", {0: 6}, kind="Relative")
        start = {"connectorId": 1, "idTag": "TAG"}
        answer = await csms.call("RemoteStartTransaction", **start, chargingProfile=wrong)
        assert answer["status"] == "Rejected"
        right = profile(1, "TxProfile", {0: 6}, kind="Relative")
        assert (await csms.call("RemoteStartTransaction", **start, chargingProfile=right))["status"] == "Accepted"
        await csms.wait("StartTransaction")
        assert await limits(csms) == {0: 6}
        await put(csms, 1, profile(2, "TxProfile", {0: 7}, transactionId=1))
        assert await limits(csms) == {0: 7}


async def test_a_boot_is_triggered_only_where_it_is_waited_for():
    async with bench("1.6") as (csms, _):
        for wanted, connector, status in (
            ("BootNotification", 0, "Rejected"),
            ("Heartbeat", 9, "Accepted"),
            ("MeterValues", 9, "Rejected"),
        ):
            answer = await csms.call("TriggerMessage", requestedMessage=wanted, connectorId=connector)
            assert answer["status"] == status


async def test_firmware_that_cannot_be_fetched_is_tried_again():
    async with bench("1.6") as (csms, _):
        update = {"location": "http://nowhere.invalid/a.bin", "retrieveDate": text(), "retries": 1, "retryInterval": 0}
        assert await csms.call("UpdateFirmware", **update) == {}
        for status in ("Downloading", "DownloadFailed"):
            assert (await csms.wait("FirmwareStatusNotification"))["status"] == status
        await csms.call("UpdateFirmware", location="http://files.example/a.bin", retrieveDate=text())
        for status in ("Downloading", "Downloaded", "Installing"):
            assert (await csms.wait("FirmwareStatusNotification"))["status"] == status
        await csms.wait("BootNotification")
        assert (await csms.wait("FirmwareStatusNotification"))["status"] == "Installed"


async def test_diagnostics_keep_to_the_time_that_is_asked_for():
    async with bench("1.6") as (_, station):
        station.station.security_log[:] = [f"{text(s)} Event{s}" for s in (0, 100, 200)]
        written = station.station.maintenance._written(
            "Diagnostics", {"startTime": text(50), "stopTime": text(150)}
        ).decode()
        assert ("Event100" in written, "Event0" in written, "Event200" in written) == (True, False, False)
        span = {"log": {"oldestTimestamp": text(150)}}
        assert "Event200" in station.station.maintenance._written("Diagnostics", span).decode()
