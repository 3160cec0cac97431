"""Rule about the order of a trigger's answer and the message that it asks for."""

import pytest
from dialogue import about
from ocpp_proof.ocppj.frames import Call, CallResult
from ocpp_proof.rules.common.trigger_order import TriggerOrder

Dialogue = about(TriggerOrder)

TIME = "2026-11-30T10:00:00Z"
VERSIONS = ["1.6", "2.0.1", "2.1"]


def talk_in(version):
    return Dialogue(version, of=("station",), in_time=60)


def values(version, context):
    if version == "1.6":
        sample = {"value": "1", "context": context}
        return {"connectorId": 1, "meterValue": [{"timestamp": TIME, "sampledValue": [sample]}]}
    return {"evseId": 1, "meterValue": [{"timestamp": TIME, "sampledValue": [{"value": 1, "context": context}]}]}


def crossing(talk, told, answer, requestedMessage="MeterValues", action="MeterValues"):
    """The CSMS asks, the station sends `told`, and answers then."""
    wanted = Call("t1", "TriggerMessage", {"requestedMessage": requestedMessage})
    talk.judge.said("csms", wanted, talk.now, connection=talk._connection)
    talk.station(action, {}, **told)
    talk.judge.said("station", CallResult("t1", answer), talk.now, connection=talk._connection)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("context", "status", "broken"),
    [("Trigger", "Accepted", True), ("Trigger", "Rejected", False), ("Sample.Clock", "Accepted", False)],
)
def test_values_before_the_answer(version, context, status, broken):
    talk = talk_in(version)
    crossing(talk, values(version, context), {"status": status})
    assert talk.found() == (["trigger-answered-first"] if broken else [])


@pytest.mark.parametrize("version", VERSIONS)
def test_values_after_the_answer(version):
    talk = talk_in(version)
    talk.csms("TriggerMessage", {"status": "Accepted"}, requestedMessage="MeterValues")
    talk.station("MeterValues", {}, **values(version, "Trigger"))
    assert talk.found() == []


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("seconds", "broken"), [(1, False), (119, False), (121, True)])
def test_values_that_may_be_what_was_asked_for_before(version, seconds, broken):
    talk = talk_in(version)
    talk.csms("TriggerMessage", {"status": "Accepted"}, requestedMessage="MeterValues")
    talk.later(seconds)
    crossing(talk, values(version, "Trigger"), {"status": "Accepted"})
    assert talk.found() == (["trigger-answered-first"] if broken else [])


@pytest.mark.parametrize("version", VERSIONS)
def test_values_while_something_else_is_asked_for(version):
    talk = talk_in(version)
    crossing(talk, values(version, "Trigger"), {"status": "Accepted"}, requestedMessage="Heartbeat")
    assert talk.found() == []


@pytest.mark.parametrize(("offline", "broken"), [(False, True), (True, False)])
def test_an_event_before_the_answer(offline, broken):
    told = {
        "eventType": "Updated",
        "timestamp": TIME,
        "triggerReason": "Trigger",
        "seqNo": 1,
        "transactionInfo": {"transactionId": "t"},
        "offline": offline,
    }
    talk = talk_in("2.0.1")
    crossing(talk, told, {"status": "Accepted"}, "TransactionEvent", "TransactionEvent")
    assert talk.found() == (["trigger-answered-first"] if broken else [])


def test_a_connection_that_is_lost_in_between():
    talk = talk_in("2.0.1")
    wanted = Call("t1", "TriggerMessage", {"requestedMessage": "MeterValues"})
    talk.judge.said("csms", wanted, talk.now, connection=0)
    talk.reconnect()
    talk.station("MeterValues", {}, **values("2.0.1", "Trigger"))
    assert talk.found() == []
