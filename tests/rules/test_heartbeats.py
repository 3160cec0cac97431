"""Heartbeats do not flood."""

import pytest
from dialogue import about
from ocpp_proof.ocppj.frames import VERSIONS
from ocpp_proof.rules.common.heartbeats import Heartbeats
from test_registration import boot, status, trigger
from test_transactions import at

Dialogue = about(Heartbeats)

EVERY = pytest.mark.parametrize("version", VERSIONS)


def beat(talk, times=1, every=0.0):
    for _ in range(times):
        talk.station("Heartbeat", {"currentTime": at(talk)})
        talk.later(every)


@EVERY
def test_they_do_not_flood(version):
    talk = Dialogue(version)
    boot(talk, interval=0)
    beat(talk, 30, 1.0)
    for _ in range(30):
        trigger(talk, "Heartbeat")
        beat(talk)
    assert talk.found() == []
    for _ in range(20):
        beat(talk)  # with each message
        status(talk)
    assert talk.found() == []
    beat(talk, 20)
    [breach] = talk.breaches()
    assert (breach.rule.id, breach.should) == ("heartbeats-without-end", True)


@EVERY
@pytest.mark.parametrize("why", ["each second", "nobody knows", "a new interval"])
def test_where_many_may_come(version, why):
    talk = Dialogue(version)
    if why != "nobody knows":
        boot(talk, interval=1 if why == "each second" else 60)
    if why == "a new interval" and version == "1.6":
        talk.csms("ChangeConfiguration", {"status": "Accepted"}, key="HeartbeatInterval", value="1")
    elif why == "a new interval":
        name = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
        result = [name | {"attributeStatus": "Accepted"}]
        talk.csms("SetVariables", {"setVariableResult": result}, setVariableData=[name | {"attributeValue": "1"}])
    beat(talk, 20)
    assert talk.found() == []


@EVERY
def test_those_that_had_waited(version):
    talk = Dialogue(version)
    boot(talk)
    for _ in range(3):
        beat(talk, 14)
        talk.reconnect()
    assert talk.found() == []
