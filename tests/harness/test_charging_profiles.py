"""How a reported charging profile of 2.x is compared with the one that was sent."""

from ocpp_testcases.ocpp2.station.states import k_smart_charging
from ocpp_testcases.ocpp2.station.states.k_smart_charging import check_same_profile

PERIOD = {"startPeriod": 0, "limit": 6, "numberPhases": 3}
SCHEDULE = {
    "id": 7,
    "startSchedule": "2026-11-28T17:23:33Z",
    "chargingRateUnit": "A",
    "chargingSchedulePeriod": [PERIOD],
}
SENT = {"id": 1, "stackLevel": 0, "chargingSchedule": [SCHEDULE]}


def differences(monkeypatch, told):
    found = []
    monkeypatch.setattr(
        k_smart_charging,
        "check",
        lambda requirement, condition, *, expected, received: found.append(expected) if not condition else None,
    )
    check_same_profile("K01.FR.07", SENT, told)
    return found


def test_the_only_schedule_is_the_one_that_was_sent_whatever_its_id(monkeypatch):
    told = SENT | {"chargingSchedule": [SCHEDULE | {"id": 383008958}]}
    assert differences(monkeypatch, told) == ["chargingSchedule.id 7"]


def test_of_several_schedules_the_one_with_the_id_is_compared(monkeypatch):
    other = {"id": 8, "chargingRateUnit": "W", "chargingSchedulePeriod": []}
    assert differences(monkeypatch, SENT | {"chargingSchedule": [other, SCHEDULE]}) == []


def test_what_is_left_at_its_default_and_how_numbers_are_written_does_not_count(monkeypatch):
    period = {"startPeriod": 0, "limit": 6.0}
    told = SENT | {"chargingSchedule": [SCHEDULE | {"chargingSchedulePeriod": [period]}]}
    assert differences(monkeypatch, told) == []
