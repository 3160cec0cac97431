"""1.6: what connectors there are, and what they are said to be."""

import pytest
from dialogue import about
from ocpp_proof.ocppj.frames import Call, CallError
from ocpp_proof.rules.ocpp16.connectors import Connectors
from test_registration import boot
from test_transactions import at, start, stop

Dialogue = about(Connectors)


def status(talk, name, place=1):
    talk.station("StatusNotification", {}, connectorId=place, errorCode="NoError", status=name)
    talk.later(1)


def connectors(talk, number):
    answer = {"configurationKey": [{"key": "numberofconnectors", "readonly": True, "value": number}]}
    talk.csms("GetConfiguration", answer, key=["NumberOfConnectors"])


@pytest.mark.parametrize(("number", "broken"), [("1", True), ("2", False), ("many", False)])
def test_a_connector_exists(number, broken):
    talk = Dialogue("1.6")
    status(talk, "Available", 2)
    connectors(talk, number)
    status(talk, "Available", 2)
    assert talk.found() == ["connector-exists"] * broken


def test_connector_zero():
    talk = Dialogue("1.6")
    for name in ("Available", "Unavailable", "Faulted"):
        status(talk, name, 0)
    assert talk.found() == []
    status(talk, "Charging", 0)
    assert talk.found() == ["status-of-connector-zero"]
    start(talk, connector=0)
    assert talk.found() == ["start-at-a-connector"]


def availability(talk, answer="Scheduled", kind="Inoperative", place=1):
    talk.csms("ChangeAvailability", answer and {"status": answer}, connectorId=place, type=kind)


@pytest.mark.parametrize("place", [0, 1])
def test_what_is_scheduled(place):
    talk = Dialogue("1.6")
    start(talk)
    status(talk, "Charging")
    availability(talk, place=place)
    stop(talk)
    status(talk, "Finishing")
    status(talk, "Available", 2)  # another one
    assert talk.found() == []
    status(talk, "Available")
    [breach] = talk.breaches()
    assert (breach.rule.id, breach.should) == ("available-in-between", True)
    status(talk, "Unavailable")
    availability(talk, "Accepted", "Operative")
    status(talk, "Available")
    assert talk.found() == []


@pytest.mark.parametrize("then", ["operative", "unanswered", "boot", "not running"])
def test_what_is_scheduled_no_more(then):
    talk = Dialogue("1.6")
    talk.later(60)
    start(talk)
    if then == "not running":
        stop(talk)
    availability(talk)
    if then == "boot":
        boot(talk)
    elif then != "not running":
        availability(talk, "Accepted" if then == "operative" else None, "Operative")
    status(talk, "Available")
    assert talk.found() == []


def test_reserved():
    talk = Dialogue("1.6")
    status(talk, "Reserved")  # since before
    talk.reconnect()
    status(talk, "Reserved")
    assert talk.found() == []
    status(talk, "Available")
    status(talk, "Reserved")
    assert talk.found() == ["reserved-by-nobody"]
    talk.csms("ReserveNow", None, connectorId=1, expiryDate=at(talk, 600), idTag="T", reservationId=1)
    status(talk, "Available")
    status(talk, "Reserved")
    assert talk.found() == []


def test_charging():
    talk = Dialogue("1.6")
    status(talk, "Charging")  # since before
    status(talk, "Available")
    status(talk, "Charging")
    talk.later(30)
    start(talk)
    talk.later(90)
    status(talk, "SuspendedEV")
    status(talk, "Charging")
    talk.later(90)
    stop(talk)
    assert talk.found() == []
    status(talk, "Preparing")
    status(talk, "Charging")
    talk.later(70)
    status(talk, "Available")
    assert talk.found() == ["charging-without-start"]


@pytest.mark.parametrize("why", ["undelivered", "reconnect", "boot", "held up"])
def test_charging_whose_start_may_wait(why):
    talk = Dialogue("1.6")
    talk.later(60)
    status(talk, "Available")
    if why == "undelivered":
        stop(talk, 5, answer="InternalError")
    status(talk, "Charging")
    if why == "reconnect":
        talk.reconnect()
    elif why == "boot":
        boot(talk)
    elif why == "held up":
        talk.judge._held_up = lambda: 30.0
    talk.later(70)
    status(talk, "Charging", 2)
    assert talk.found() == []


def test_a_start_before_anyone_listened():
    talk = Dialogue("1.6")
    status(talk, "Preparing")  # started, and the vehicle is not ready yet
    status(talk, "Charging")
    talk.later(90)
    status(talk, "SuspendedEV")
    assert talk.found() == []


def test_who_reserves_at_the_station_itself():
    talk = Dialogue("1.6")
    status(talk, "Available")
    status(talk, "Reserved")
    [breach] = talk.breaches()
    assert breach.should


def test_what_was_given_up_keeps_nothing_back():
    talk = Dialogue("1.6")
    stop(talk, 5, answer="InternalError")
    start(talk, 6)
    stop(talk, 6)
    status(talk, "Available")
    status(talk, "Charging")
    talk.later(70)
    status(talk, "Available")
    assert talk.found() == ["charging-without-start"]


def test_a_message_of_a_wrong_form_that_was_refused_comes_again():
    talk = Dialogue("1.6")
    status(talk, "Available")
    id = Call("wrong", "MeterValues", {"connectorId": 1})
    talk.judge.said("station", id, talk.now, broken=True)
    talk.judge.said("csms", CallError("wrong", "FormationViolation", "", {}), talk.now)
    status(talk, "Charging")
    talk.later(70)
    status(talk, "Charging")
    assert talk.found() == []


def test_a_start_that_waits_for_a_long_queue():
    talk = Dialogue("1.6")
    talk.station("Heartbeat", {"currentTime": at(talk)})
    talk.later(1000)
    status(talk, "Available")
    status(talk, "Charging")
    for _ in range(10):
        value = {"timestamp": at(talk, -900), "sampledValue": [{"value": "5"}]}
        talk.station("MeterValues", {}, connectorId=2, meterValue=[value])
        talk.later(10)
    start(talk, timestamp=at(talk, -90))
    assert talk.found() == []
