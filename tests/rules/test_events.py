"""Rules about NotifyEvent."""

import pytest
from dialogue import about
from ocpp_proof.rules.ocpp2.events import Events

Dialogue = about(Events)

pytestmark = pytest.mark.parametrize("version", ["2.0.1", "2.1"])
TIME = "2026-11-30T10:00:00Z"


@pytest.fixture
def talk(version):
    return Dialogue(version, of=("station",))


def tell(talk, *ids, number=0, time=TIME, value="Available", answer=None, **more):
    events = [
        {
            "eventId": id,
            "timestamp": time,
            "trigger": "Delta",
            "actualValue": value,
            "eventNotificationType": "HardWiredNotification",
            "component": {"name": "Connector", "evse": {"id": 1, "connectorId": 1}},
            "variable": {"name": "AvailabilityState"},
        }
        for id in ids
    ]
    talk.station(
        "NotifyEvent", {} if answer is None else answer, generatedAt=TIME, seqNo=number, eventData=events, **more
    )


def test_events(talk):
    tell(talk, 1)
    tell(talk, 2, 3, tbc=True)
    tell(talk, 4, number=1, tbc=True)
    tell(talk, 5, number=2)
    tell(talk, 6)
    assert talk.found() == []


def test_an_id_again(talk):
    tell(talk, 1)
    tell(talk, 1)  # sent again
    assert talk.found() == []
    tell(talk, 1, value="Occupied")
    assert talk.found() == ["event-id-once"]


def test_an_id_again_after_a_boot(talk):
    tell(talk, 1)
    answer = {"status": "Accepted", "interval": 300, "currentTime": TIME}
    talk.station("BootNotification", answer, chargingStation={"model": "m", "vendorName": "v"}, reason="PowerUp")
    tell(talk, 1, value="Occupied")
    assert talk.found() == []


@pytest.mark.parametrize(("before", "number"), [({}, 1), ({"tbc": True}, 2)])
def test_numbers(talk, before, number):
    tell(talk, 1, **before)
    tell(talk, 2, number=number)
    assert talk.found() == ["event-numbers"]


@pytest.mark.parametrize("why", ["first", "connection", "refused", "begun anew"])
def test_numbers_that_may_be_right(talk, why):
    if why != "first":
        tell(talk, 1, tbc=why == "begun anew", answer="InternalError" if why == "refused" else None)
    if why == "connection":
        talk.reconnect()
    tell(talk, 2, number=0 if why == "begun anew" else 3)
    assert talk.found() == []


def test_an_event_that_is_told_by_another_clock_when_it_is_sent_again(talk):
    tell(talk, 1, answer="InternalError")
    tell(talk, 1, value="Occupied")
    assert talk.found() == []


def test_the_return_to_normal_of_an_event(talk):
    tell(talk, 1)
    tell(talk, 1, value="Occupied")
    assert [breach.should for breach in talk.breaches()] == [True]


def test_a_message_that_was_not_answered_is_sent_again(talk):
    tell(talk, 1, tbc=True)
    data = {"eventId": 2, "timestamp": TIME, "trigger": "Delta", "actualValue": "x", "variable": {"name": "v"}}
    data |= {"eventNotificationType": "HardWiredNotification", "component": {"name": "c"}}
    for answer in (None, {}):
        talk.station("NotifyEvent", answer, generatedAt=TIME, seqNo=1, tbc=True, eventData=[data])
    assert talk.found() == []
