"""1.6: where transactions leave open what is right: answers that are late or lost, boots, numbers that say nothing."""

import pytest
from ocpp_proof.ocppj.frames import Call, CallResult
from start_stop_talk import CONNECTORS, INFO, Dialogue, at, start, status, stop, talk_to_one, values


def test_a_start_of_a_wrong_form_may_have_begun_what_stops():
    talk = talk_to_one()
    talk.station_wrong("StartTransaction", {"transactionId": 9, "idTagInfo": INFO}, connectorId=1)
    stop(talk, 9)
    values(talk, 9)
    assert talk.found() == []


def test_how_many_connectors_there_are_is_told_after_a_boot_too():
    talk = Dialogue("1.6")
    boot = {"chargePointModel": "M", "chargePointVendor": "V"}
    talk.station("BootNotification", {"status": "Accepted", "currentTime": at(talk), "interval": 9}, **boot)
    status(talk, "Available")
    talk.later(5)
    stop(talk, 5)
    assert talk.found() == []  # the second connector may not have been told of yet
    talk.later(60)
    status(talk, "Preparing")
    stop(talk, 5)
    assert talk.found() == ["stop-of-a-transaction"]


def test_two_sessions_in_one_second_look_alike():
    talk = talk_to_one()
    same = at(talk)
    for number in (7, 8):
        start(talk, number, timestamp=same)
        stop(talk, number, timestamp=same)
    assert talk.found() == []


def test_a_start_that_was_lost_with_its_connection_has_no_number():
    talk = talk_to_one()
    talk.reconnect()
    stop(talk, -1)
    assert talk.found() == []
    status(talk, "Available")
    talk.later(5)
    stop(talk, -1)
    assert talk.found() == ["minus-one-without-a-number"]


def test_an_answer_that_is_on_its_way_for_long():
    talk = talk_to_one()
    start(talk, told=False)
    stop(talk, -1)  # the station has given up
    assert talk.found() == []
    start(talk, 8, told=False)
    talk.csms("ClearCache", {"status": "Accepted"})  # what was sent before has been read
    stop(talk, -1)
    assert talk.found() == ["minus-one-without-a-number"]


def test_a_stop_that_was_given_up_comes_again():
    talk = talk_to_one()
    start(talk)
    payload = {"transactionId": 7, "meterStop": 1000, "timestamp": at(talk)}
    talk.station("StopTransaction", {}, **payload)
    talk.later(40)
    talk.station("StopTransaction", {}, **payload)
    assert talk.found() == []
    talk.csms("ClearCache", {"status": "Accepted"})
    talk.station("StopTransaction", {}, **payload)
    assert talk.found() == ["stopped-once"]


def test_an_answer_that_comes_when_the_station_has_given_up_is_dropped():
    talk = talk_to_one()
    talk.slow = 40
    start(talk)
    talk.slow = 0
    talk.csms("ClearCache", {"status": "Accepted"})  # it has read the late answer, and dropped it
    stop(talk, -1)
    assert talk.found() == []
    start(talk, 8)
    payload = {"transactionId": 8, "meterStop": 1000, "timestamp": at(talk)}
    talk.slow = 40
    talk.station("StopTransaction", {}, **payload)
    talk.slow = 0
    talk.csms("ClearCache", {"status": "Accepted"})
    talk.station("StopTransaction", {}, **payload)
    assert talk.found() == []


def test_a_number_that_two_transactions_have_says_nothing():
    talk = Dialogue("1.6")
    two = {"configurationKey": [CONNECTORS["configurationKey"][0] | {"value": "2"}]}
    talk.csms("GetConfiguration", two, key=["NumberOfConnectors"])
    start(talk, 1, meter=5000, tag="A")
    start(talk, 1, meter=100, tag="B", connector=2)  # a CSMS that gives all of them the same
    values(talk, 1)
    values(talk, 1, connector=2)
    stop(talk, 1, meter=200, idTag="B")
    stop(talk, 1, meter=6000, idTag="A")
    assert talk.found() == []


@pytest.mark.parametrize("number", [0, -1])
def test_a_number_that_means_none(number):
    talk = talk_to_one()
    values(talk, number)  # none runs: the number may be left out, and need not be
    breaches = talk.breaches()
    assert all(breach.should for breach in breaches)
    start(talk)
    values(talk, number)
    [breach] = talk.breaches()
    assert not breach.should


def test_one_meter_may_be_the_main_meter():
    talk = talk_to_one()
    start(talk)
    values(talk)
    values(talk, 7)
    [breach] = talk.breaches()
    assert (breach.rule.id, breach.should) == ("values-of-a-transaction", True)


def test_a_connector_that_is_told_of_late():
    talk = Dialogue("1.6")
    boot = {"chargePointModel": "M", "chargePointVendor": "V"}
    talk.station("BootNotification", {"status": "Accepted", "currentTime": at(talk), "interval": 9}, **boot)
    status(talk, "Available")
    talk.later(60)
    status(talk, "Available")
    talk.csms("ClearCache", {"status": "Accepted"})
    talk.station("StatusNotification", {}, connectorId=2, errorCode="NoError", status="Charging")
    stop(talk, 5)  # of the second one, from before
    assert talk.found() == []


def test_how_many_connectors_there_are_may_change_with_a_boot():
    talk = talk_to_one()
    boot = {"chargePointModel": "M", "chargePointVendor": "V"}
    talk.station("BootNotification", {"status": "Accepted", "currentTime": at(talk), "interval": 9}, **boot)
    talk.station("StatusNotification", {}, connectorId=2, errorCode="NoError", status="Available")
    [breach] = talk.breaches()
    assert (breach.rule.id, breach.should) == ("connector-exists", True)


def test_what_has_ended_before_a_boot_excuses_nothing():
    talk = talk_to_one()
    start(talk)
    stop(talk)
    boot = {"chargePointModel": "M", "chargePointVendor": "V"}
    talk.station("BootNotification", {"status": "Accepted", "currentTime": at(talk), "interval": 9}, **boot)
    stop(talk, 99)
    assert talk.found() == ["stop-of-a-transaction"]


def test_a_clock_that_a_csms_told_wrong_may_be_put_right_by_another_one():
    talk = talk_to_one()
    talk.station("Heartbeat", {"currentTime": at(talk, 7200)})
    start(talk, timestamp=at(talk, 7200))
    stop(talk)  # NTP
    breaches = talk.breaches()
    assert [(breach.rule.id, breach.should) for breach in breaches] == [("stop-after-start", True)]


@pytest.mark.parametrize("number", [[], {}, "7", None, True])
def test_a_wrong_number_is_no_reason_to_fall_over(number):
    talk = talk_to_one()
    start(talk)
    talk.station_wrong("StopTransaction", {}, transactionId=number)
    talk.station_wrong("StartTransaction", {"transactionId": number})
    assert talk.found() == []


def test_what_is_remembered_has_an_end():
    talk = Dialogue("1.6")
    for number in range(1, 2500):
        start(talk, number, told=False)
        values(talk, number)
        stop(talk, number)
    for subject in talk.judge._subjects:
        running = getattr(subject, "running", None)
        assert running is None or len(running.by_number) <= 1000
    stop(talk, 3)
    assert talk.found() == []


def test_the_answer_to_a_start_that_was_sent_again_meanwhile():
    talk = talk_to_one()
    payload = {"connectorId": 1, "idTag": "TAG", "meterStart": 1, "timestamp": at(talk)}
    for id, seconds in (("first", 2), ("again", 0.5)):
        talk.judge.said("station", Call(id, "StartTransaction", payload), talk.now)
        talk.later(seconds)
    for id, number in (("first", 7), ("again", 8)):
        talk.judge.said("csms", CallResult(id, {"transactionId": number, "idTagInfo": INFO}), talk.now)
    status(talk, "Charging")
    stop(talk, 7)
    assert talk.found() == []
