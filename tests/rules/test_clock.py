"""Times are those of the clock that was told."""

import pytest
from dialogue import about
from ocpp_proof.rules.common.clock import Clock
from test_registration import boot
from test_transactions import at

Dialogue = about(Clock)

HOUR = 3600.0


def status(talk, plus, version="1.6"):
    what = {"errorCode": "NoError", "status": "Available"} if version == "1.6" else {"connectorStatus": "Available"}
    place = {"connectorId": 1} | ({} if version == "1.6" else {"evseId": 1})
    talk.station("StatusNotification", {}, timestamp=at(talk, plus), **place, **what)


def talk_of(version, plus=0.0):
    talk = Dialogue(version)
    talk.station("Heartbeat", {"currentTime": at(talk, plus)})
    return talk


@pytest.mark.parametrize("version", ["1.6", "2.0.1", "2.1"])
@pytest.mark.parametrize(
    ("told", "written", "wrong"),
    [
        (0, 0, False),
        (0, 50, False),
        (0, 2 * HOUR, True),
        (HOUR, HOUR, False),
        (HOUR, 0, False),  # it has its time from somewhere else
        (HOUR, 2 * HOUR, True),
        (0, -HOUR, False),  # since when the status is so, or it had waited
    ],
)
def test_what_lies_ahead(version, told, written, wrong):
    talk = talk_of(version, told)
    status(talk, written, version)
    breaches = talk.breaches()
    assert [breach.rule.id for breach in breaches] == ["clock-ahead"] * wrong
    assert all(breach.should for breach in breaches)


def test_no_clock_was_told():
    talk = Dialogue("1.6")
    status(talk, HOUR)
    assert talk.found() == []


def test_offsets_count():
    talk = talk_of("1.6")
    text = at(talk).replace("+00:00", "Z").lower()
    talk.station(
        "StatusNotification", {}, connectorId=1, errorCode="NoError", status="Available", timestamp=text.upper()
    )
    assert talk.found() == []


def test_a_clock_that_was_told_may_be_kept_for_a_while():
    talk = talk_of("1.6", HOUR)
    talk.station("Heartbeat", {"currentTime": at(talk)})
    status(talk, HOUR)
    assert talk.found() == []


@pytest.mark.parametrize(("plus", "wrong"), [(0.0, False), (-50.0, False), (-HOUR, True)])
def test_a_stop_that_was_asked_for(plus, wrong):
    talk = talk_of("1.6")
    talk.csms("RemoteStopTransaction", {"status": "Accepted"}, transactionId=7)
    talk.station("StopTransaction", {}, transactionId=7, meterStop=1, timestamp=at(talk, plus))
    talk.station("StopTransaction", {}, transactionId=8, meterStop=1, timestamp=at(talk, -HOUR))
    assert talk.found() == ["clock-behind"] * wrong


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
def test_reports_and_the_source_of_time(version):
    talk = Dialogue(version)
    boot(talk)
    talk.csms("GetBaseReport", {"status": "Accepted"}, requestId=1, reportBase="FullInventory")
    talk.station("NotifyReport", {}, requestId=1, generatedAt=at(talk, -HOUR), seqNo=0)
    [breach] = talk.breaches()
    assert (breach.rule.id, breach.should) == ("clock-behind", True)
    name = {"component": {"name": "ClockCtrlr"}, "variable": {"name": "TimeSource"}}
    result = name | {"attributeStatus": "Accepted", "attributeValue": "Heartbeat"}
    talk.csms("GetVariables", {"getVariableResult": [result]}, getVariableData=[name])
    talk.station("NotifyReport", {}, requestId=1, generatedAt=at(talk, -HOUR), seqNo=1)
    [breach] = talk.breaches()
    assert not breach.should


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
def test_transaction_events(version):
    talk = talk_of(version)
    event = {"eventType": "Started", "timestamp": at(talk, -HOUR), "triggerReason": "RemoteStart", "seqNo": 0}
    token = {"idToken": "T", "type": "Central"}
    talk.csms("RequestStartTransaction", {"status": "Accepted"}, remoteStartId=5, idToken=token)
    talk.station("TransactionEvent", {}, **event, transactionInfo={"transactionId": "A", "remoteStartId": 4})
    assert talk.found() == []
    talk.station("TransactionEvent", {}, **event, transactionInfo={"transactionId": "B", "remoteStartId": 5})
    assert talk.found() == ["clock-behind"]
    talk.csms("RequestStopTransaction", {"status": "Accepted"}, transactionId="B")
    ended = event | {"eventType": "Ended", "triggerReason": "RemoteStop"}
    talk.station("TransactionEvent", {}, **ended, transactionInfo={"transactionId": "B"})
    assert talk.found() == ["clock-behind"]


def time_source(talk, value, kind=None):
    name = {"component": {"name": "ClockCtrlr"}, "variable": {"name": "TimeSource"}}
    kind = {} if kind is None else {"attributeType": kind}
    result = name | {"attributeStatus": "Accepted", "attributeValue": value} | kind
    talk.csms("GetVariables", {"getVariableResult": [result]}, getVariableData=[name | kind])


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
def test_what_was_written_down_before_the_clock_was_told(version):
    talk = talk_of(version)
    time_source(talk, "Heartbeat")
    status(talk, HOUR, version)
    [breach] = talk.breaches()
    assert breach.should
    talk.station("NotifyReport", {}, requestId=1, generatedAt=at(talk, HOUR), seqNo=0)
    [breach] = talk.breaches()
    assert not breach.should


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
@pytest.mark.parametrize("how", ["limit", "set"])
def test_the_source_of_time_may_be_another(version, how):
    talk = talk_of(version)
    if how == "limit":
        time_source(talk, "Heartbeat", "Target")
    else:
        time_source(talk, "Heartbeat")
        name = {"component": {"name": "ClockCtrlr"}, "variable": {"name": "TimeSource"}}
        result = [name | {"attributeStatus": "Accepted"}]
        talk.csms("SetVariables", {"setVariableResult": result}, setVariableData=[name | {"attributeValue": "NTP"}])
    talk.station("NotifyReport", {}, requestId=1, generatedAt=at(talk, HOUR), seqNo=0)
    [breach] = talk.breaches()
    assert breach.should


def test_what_is_remembered_has_an_end():
    talk = Dialogue("1.6")
    for number in range(500):
        talk.station("Heartbeat", {"currentTime": at(talk, 100.0 * number)})
        talk.csms("RemoteStopTransaction", {"status": "Accepted"}, transactionId=number)
    [clock] = talk.judge._subjects
    assert len(clock._clocks._offsets) <= 100 and len(clock._asked_for) <= 100
