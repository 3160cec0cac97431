"""Heartbeats come, and do not flood."""

import pytest
from dialogue import Dialogue
from ocpp_proof.ocppj.frames import VERSIONS
from test_registration import boot, status, trigger
from test_transactions import at

EVERY = pytest.mark.parametrize("version", VERSIONS)


def beat(talk, times=1, every=0.0):
    for _ in range(times):
        talk.station("Heartbeat", {"currentTime": at(talk)})
        talk.later(every)


@EVERY
def test_they_come(version):
    talk = Dialogue(version)
    boot(talk, interval=20)
    status(talk)
    for _ in range(5):
        talk.later(45)  # another message may come instead, and networks are slow
        beat(talk)
    assert talk.found() == []
    talk.later(60)
    beat(talk)
    assert talk.found() == ([] if version == "1.6" else ["heartbeats-come"])  # over WebSocket none is due in 1.6


@EVERY
def test_where_none_is_due(version):
    for interval in (0, 20):
        talk = Dialogue(version)
        boot(talk, interval=interval)
        status(talk)
        talk.later(500 if interval == 0 else 1)
        status(talk)
        talk.judge.closed(0, talk.now)
        talk.later(500)
        talk.reconnect()
        status(talk)
        assert talk.found() == []


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
def test_a_new_interval_is_not_judged(version):
    talk = Dialogue(version)
    boot(talk, interval=20)
    name = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
    result = [name | {"attributeStatus": "Accepted"}]
    talk.csms("SetVariables", {"setVariableResult": result}, setVariableData=[name | {"attributeValue": "900"}])
    talk.later(500)
    status(talk)
    assert talk.found() == []


@EVERY
def test_they_do_not_flood(version):
    talk = Dialogue(version)
    boot(talk, interval=0)
    beat(talk, 30, 1.0)
    for _ in range(30):
        trigger(talk, "Heartbeat")
        beat(talk)
    assert talk.found() == []
    beat(talk, 20)
    [breach] = talk.breaches()
    assert (breach.rule.id, breach.should) == ("heartbeats-without-end", True)
