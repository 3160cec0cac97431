"""2.x: the events of a transaction are one whole: its begin and end, their numbers and times."""

from datetime import UTC, datetime

import pytest
from transaction_talk import CARD, OTHER, talk

__all__ = ["talk"]

pytestmark = pytest.mark.parametrize("version", ["2.0.1", "2.1"])


def test_a_sound_transaction(talk):
    talk.start()
    talk.event(trigger="ChargingStateChanged", chargingState="Charging")
    talk.event()
    talk.end(idToken=CARD)
    talk.start(of="T2")
    assert talk.broken() == []


# --- begin and end


@pytest.mark.parametrize("number", [0, 7])
def test_no_started(talk, number):
    talk.event(no=number)
    assert talk.broken() == ([] if number else ["transaction-started-first"])  # what was before is not known


def test_started_again(talk):
    talk.start()
    talk.start()
    assert talk.broken() == ["transaction-started-first"]


def test_updated_after_ended(talk):
    talk.start()
    talk.end()
    talk.event()
    assert talk.broken() == ["transaction-ended-last"]


def test_ended_twice(talk):
    talk.start()
    talk.end()
    talk.end()
    assert talk.broken() == ["transaction-ended-last"]


def test_late_events_of_a_time_without_connection(talk):
    talk.start()
    at = talk.now
    talk.later(60)
    talk.reconnect()
    talk.end(no=3, at=at + 9, offline=True)
    talk.event(no=2, at=at + 5, offline=True)
    talk.event(no=1, at=at + 1, offline=True)
    assert talk.broken() == []


# --- numbers


def test_a_gap(talk):
    talk.start()
    talk.event(no=2)
    assert talk.broken() == ["transaction-numbers-without-gap"]


def test_a_gap_that_is_filled(talk):
    talk.start()
    talk.event(no=2, answer=None, at=talk.now + 5)
    talk.event(no=1, at=talk.now - 1)
    assert talk.broken() == []


def test_a_gap_where_something_may_be_missed(talk):
    talk.start()
    talk.reconnect()
    talk.event(no=5)
    talk.judge.said("station", None, talk.now, connection=1)
    talk.event(no=9)
    assert talk.broken() == []


def test_a_gap_of_what_was_dropped_offline(talk):
    talk.start(offline=True)
    talk.event(no=2, offline=True)
    talk.event(no=4, offline=True)
    assert talk.broken() == []


def test_one_counter_for_two_transactions(talk):
    talk.start(no=10)
    talk.start(no=11, of="T2", evse={"id": 2, "connectorId": 1}, idToken=OTHER)
    talk.event(no=12)
    assert talk.broken() == []


def test_a_number_twice(talk):
    talk.start()
    talk.event(no=1)
    talk.event(no=1, trigger="MeterValueClock")
    assert talk.broken() == ["transaction-number-once"]


def test_an_event_sent_again(talk):
    at = talk.now
    talk.start(answer=None)
    talk.reconnect()
    talk.start(no=0, at=at, offline=True)
    talk.event(no=1, at=at + 5, answer="InternalError")
    talk.event(no=1, at=at + 5)
    assert talk.broken() == []


def test_a_time_corrected_before_it_is_sent_again(talk):
    talk.start(answer=None, at=946684800)
    talk.reconnect()
    talk.start(no=0)
    assert talk.broken() == []


def test_an_id_again(talk):
    talk.start()
    talk.end()
    talk.start(no=0)
    assert talk.broken() == ["transaction-id-new"]
    talk.end()
    talk.start(no=9)
    assert talk.broken() == ["transaction-id-new"]


def test_two_on_an_evse(talk):
    talk.start()
    talk.start(of="T2", idToken=OTHER)
    talk.later(61)
    assert talk.broken() == ["transaction-alone-on-evse"]


def test_the_end_comes_late(talk):
    talk.start()
    talk.start(of="T2", idToken=OTHER, at=talk.now + 5)
    talk.end(of="T1")
    talk.later(61)
    assert talk.broken() == []


def test_two_on_an_evse_after_a_restart(talk):
    talk.start()
    talk.reconnect()
    talk.start(of="T2", idToken=OTHER)
    talk.later(61)
    assert talk.broken() == []


def clock(talk, ahead):
    time = datetime.fromtimestamp(talk.now + ahead, UTC).isoformat().replace("+00:00", "Z")
    talk.station("Heartbeat", {"currentTime": time})


def test_times_backwards(talk):
    clock(talk, 0)
    talk.later(100)
    talk.start()
    clock(talk, 0.5)
    talk.event(at=talk.now - 100)
    assert talk.broken() == ["transaction-times-in-order"]


@pytest.mark.parametrize("when", ["before", "between", "never"])
@pytest.mark.parametrize("ahead", [-3600, 3600])
def test_a_clock_that_is_set(talk, when, ahead):
    if when != "never":
        clock(talk, 0)
    talk.later(100)
    at = talk.now - 1
    if when == "before":  # the event was made before that, and waited
        clock(talk, ahead)
    talk.start(at=at)
    if when == "between":
        clock(talk, ahead)
    talk.event(at=talk.now + min(ahead, 0))
    assert talk.broken() == []


# --- products that are otherwise


def test_a_counter_for_all_evses_whose_events_come_in_another_order(talk):
    talk.start()
    talk.event(no=2)
    talk.start("CablePluggedIn", of="T2", no=1, evse={"id": 2, "connectorId": 1})
    assert talk.broken() == []


@pytest.mark.parametrize("taken", [False, True])
def test_what_waits_behind_an_event_that_is_sent_again(talk, taken):
    """E13: the retries of the refused one may take longer than anything that we wait for."""
    talk.start()
    talk.event(answer="InternalError")
    if taken:
        talk.event()
    talk.start(of="T2")
    assert talk.broken() == (["transaction-alone-on-evse"] if taken else [])


@pytest.mark.parametrize("back", [30, 90])
def test_a_clock_that_is_set_back(talk, back):
    """By NTP, while the CSMS tells another time; both within what clocks may differ by."""
    talk.station("Heartbeat", {"currentTime": datetime.fromtimestamp(talk.now - 30, UTC).isoformat()})
    talk.start(at=talk.now - 30)
    talk.event(at=talk.now - 30 - back)
    assert [breach.should for breach in talk.breaches()] == [back == 30]


def test_what_is_remembered_has_an_end(talk):
    for number in range(300):
        talk.start(of=f"T{number}")
        talk.end(of=f"T{number}", idToken=CARD)
        talk.later(400)
    talk.start(of="long")
    for _ in range(1500):
        talk.event(of="long")
    assert talk.found() == []
    for subject in talk.judge._subjects:
        assert len(subject.transactions) <= 200
        assert len(subject.transactions["long"].events) <= 1000
    talk.start(of="T1")  # sent again, or another one: no longer known
    talk.event(of="long", no=7)
    assert talk.found() == []
    talk.event("Started", of="long", no=2000)
    assert "transaction-started-first" in talk.found()


def test_an_event_that_is_sent_again_in_whole_seconds(talk):
    talk.start()
    at = int(talk.now)
    talk.event(at=at + 0.75, answer="InternalError")
    talk.event(at=at, no=1)
    assert talk.broken() == []


@pytest.mark.parametrize("read", [False, True])
def test_an_event_whose_answer_did_not_arrive(talk, read):
    """It is sent again after a restart, by a clock that was set."""
    talk.start()
    talk.event(trigger="ChargingStateChanged", chargingState="Charging")
    if read:
        talk.station("Heartbeat", {"currentTime": "2026-12-01T00:00:00Z"})
    talk.reconnect()
    talk.event(trigger="ChargingStateChanged", chargingState="Charging", at=talk.now - 3600, no=1)
    assert talk.broken() == (["transaction-number-once"] if read else [])
