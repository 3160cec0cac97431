"""1.6: transactions are told with the number that they were given."""

from datetime import UTC, datetime

import pytest
from dialogue import about
from ocpp_proof.ocppj.frames import Call, CallResult
from ocpp_proof.rules.common.clock import Clock
from ocpp_proof.rules.ocpp16.connectors import Connectors
from ocpp_proof.rules.ocpp16.transactions import Transactions

Dialogue = about(Transactions, Connectors, Clock)

CONNECTORS = {"configurationKey": [{"key": "NumberOfConnectors", "readonly": True, "value": "1"}]}
INFO = {"status": "Accepted"}


def at(talk, plus=0.0):
    return datetime.fromtimestamp(talk.now + plus, UTC).isoformat()


def talk_to_one(**options):
    """A charge point with one connector, whose clock is set, and of which nothing from before runs."""
    talk = Dialogue("1.6", **options)
    talk.station("Heartbeat", {"currentTime": at(talk)})
    talk.csms("GetConfiguration", CONNECTORS, key=["NumberOfConnectors"])
    status(talk, "Available")
    talk.later(5)
    return talk


def status(talk, name):
    talk.station("StatusNotification", {}, connectorId=1, errorCode="NoError", status=name, timestamp=at(talk))


def start(talk, number=7, *, answer=None, info=INFO, connector=1, tag="TAG", meter=1000, timestamp=None, told=True):
    answer = {"transactionId": number, "idTagInfo": info} if answer is None else answer
    timestamp = timestamp or at(talk)
    talk.station("StartTransaction", answer, connectorId=connector, idTag=tag, meterStart=meter, timestamp=timestamp)
    if not talk.slow and told:
        status(talk, "Charging")  # it has gone on at once, and so has the answer
    talk.later(5)


def stop(talk, number=7, *, answer=None, meter=1000, timestamp=None, **more):
    timestamp = timestamp or at(talk)
    answer = {} if answer is None else answer
    talk.station("StopTransaction", answer, transactionId=number, meterStop=meter, timestamp=timestamp, **more)
    status(talk, "Finishing")
    talk.later(5)


def values(talk, number=None, *, connector=1, timestamp=None):
    value = {"timestamp": timestamp or at(talk), "sampledValue": [{"value": "5"}]}
    more = {} if number is None else {"transactionId": number}
    talk.station("MeterValues", {}, connectorId=connector, meterValue=[value], **more)
    talk.later(5)


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
