"""1.6: transactions are told with the number that they were given."""

import pytest
from start_stop_talk import CONNECTORS, INFO, Dialogue, at, start, status, stop, talk_to_one, values


def test_a_session():
    talk = talk_to_one()
    for number in (7, 8):
        start(talk, number)
        values(talk, number)
        stop(talk, number, idTag="tag")  # CiString
    assert talk.found() == []


@pytest.mark.parametrize(("number", "rule"), [(0, "stop-of-a-transaction"), (-1, "minus-one-without-a-number")])
def test_a_number_that_nobody_gave(number, rule):
    talk = talk_to_one()
    start(talk)
    stop(talk, number)
    assert talk.found() == [rule]


def test_a_refused_start_has_a_number_too():
    talk = talk_to_one()
    start(talk, info={"status": "Invalid"})
    stop(talk, -1, reason="DeAuthorized")
    assert talk.found() == ["minus-one-without-a-number"]


def test_nothing_is_known_of_what_ran_before():
    talk = Dialogue("1.6")
    stop(talk, 5)  # no connector is known to have been free
    values(talk, 6)
    talk.station("Heartbeat", {"currentTime": at(talk)})
    two = {"configurationKey": [CONNECTORS["configurationKey"][0] | {"value": "2"}]}
    talk.csms("GetConfiguration", two, key=["NumberOfConnectors"])
    start(talk)
    stop(talk, 4)  # of the second connector
    assert talk.found() == []


def test_a_stop_that_had_waited_since_before():
    talk = Dialogue("1.6")
    talk.station("Heartbeat", {"currentTime": at(talk)})
    talk.csms("GetConfiguration", CONNECTORS, key=["NumberOfConnectors"])
    before = at(talk)
    talk.later(5)
    status(talk, "Available")  # may be told before what waits in the queue (3.7)
    stop(talk, 5, timestamp=before)
    assert talk.found() == []
    talk.later(5)
    stop(talk, 5)
    assert talk.found() == ["stop-of-a-transaction"]


@pytest.mark.parametrize("answer", ["InternalError", "lost", "late", "reconnect"])
@pytest.mark.parametrize("number", [-1, 0])
def test_where_no_number_may_have_arrived_any_is_right(answer, number):
    talk = talk_to_one()
    if answer == "lost":
        talk.judge.said("station", None, talk.now)
        talk.station("StartTransaction", None, connectorId=1, idTag="T", meterStart=1, timestamp=at(talk))
    elif answer == "late":
        talk.slow = 5
        start(talk)
        talk.slow = 0
    else:
        start(talk, answer=answer if answer != "reconnect" else None, told=False)
    if answer in ("lost", "reconnect"):
        talk.reconnect()
    talk.later(5)
    stop(talk, number)
    assert talk.found() == []


def test_a_start_that_is_sent_again_may_get_another_number():
    talk = talk_to_one()
    same = at(talk)
    start(talk, 7, timestamp=same)
    talk.reconnect()
    start(talk, 8, timestamp=same)
    stop(talk, 7)
    assert talk.found() == []


def test_after_a_boot_a_number_may_be_gone():
    talk = talk_to_one()
    start(talk)
    boot = {"chargePointModel": "M", "chargePointVendor": "V"}
    talk.station("BootNotification", {"status": "Accepted", "currentTime": at(talk), "interval": 9}, **boot)
    stop(talk, -1)
    assert talk.found() == []


def test_a_stop_that_was_answered_comes_once():
    talk = talk_to_one()
    start(talk)
    stop(talk, answer="InternalError")
    stop(talk)
    assert talk.found() == []
    stop(talk)
    assert talk.found() == ["stopped-once"]


def test_a_stop_whose_answer_may_be_lost_comes_again():
    talk = talk_to_one()
    start(talk)
    talk.station("StopTransaction", {}, transactionId=7, meterStop=1000, timestamp=at(talk))
    talk.reconnect()
    stop(talk)
    start(talk, 7)  # a CSMS may use a number again
    stop(talk, 7)
    assert talk.found() == []


def test_the_meter():
    talk = talk_to_one()
    start(talk, meter=5000)
    stop(talk, meter=4999)
    [breach] = talk.breaches()
    assert (breach.rule.id, breach.field, breach.should) == ("meter-stop", "meterStop", False)


def test_times_of_start_and_stop():
    talk = talk_to_one()
    start(talk)
    stop(talk, timestamp=at(talk, -100))
    assert talk.found() == ["stop-after-start"]
    start(talk, 8)
    talk.station("Heartbeat", {"currentTime": at(talk, -3600)})  # the clock is set back
    stop(talk, 8, timestamp=at(talk, -3600))
    start(talk, 9, timestamp=at(talk, 7200))
    assert talk.found() == ["clock-ahead"]
    stop(talk, 9)  # then the clock was set
    assert talk.found() == []


def test_whose_token_stops():
    talk = talk_to_one()
    start(talk, info=INFO | {"parentIdTag": "GROUP"})
    stop(talk, idTag="OTHER")
    assert talk.found() == []
    start(talk, 8, tag="ALONE")
    stop(talk, 8, idTag="OTHER")
    [breach] = talk.breaches()
    assert (breach.rule.id, breach.should) == ("stopped-by-another-token", True)
    talk.csms("SendLocalList", {"status": "Accepted"}, listVersion=1, updateType="Full")
    start(talk, 9, tag="LISTED")
    stop(talk, 9, idTag="OTHER")
    assert talk.found() == []


def test_values_of_another_transaction_or_connector():
    talk = talk_to_one()
    start(talk)
    values(talk, 8)
    assert talk.found() == ["values-of-a-transaction"]
    values(talk, 7, connector=0)
    assert talk.found() == []
    values(talk, 7, connector=2)
    assert talk.found() == ["connector-exists", "values-of-a-transaction"]


def test_values_without_their_number():
    talk = talk_to_one()
    values(talk)  # nothing runs
    start(talk)
    values(talk)
    assert talk.found() == []  # it may have stopped, and the stop waits
    values(talk, 7)
    assert talk.found() == ["values-of-a-transaction"]


def test_values_without_a_number_after_what_has_stopped():
    talk = talk_to_one()
    start(talk)
    stopped = at(talk)
    talk.later(10)
    values(talk)  # triggered: it goes before the queue
    stop(talk, timestamp=stopped)
    values(talk)
    assert talk.found() == []
