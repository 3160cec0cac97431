"""2.x: events of monitors are of those that there are."""

from datetime import UTC, datetime

import pytest
from dialogue import about
from ocpp_proof.ocppj.frames import Call
from ocpp_proof.rules.ocpp2.monitors import Monitors

Dialogue = about(Monitors)

pytestmark = pytest.mark.parametrize("version", ["2.0.1", "2.1"])
POWER = {"component": {"name": "EVSE", "evse": {"id": 1}}, "variable": {"name": "Power"}}
OTHER = {"component": {"name": "EVSE", "evse": {"id": 2}}, "variable": {"name": "Power"}}


def at(seconds):
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


@pytest.fixture
def talk(version):
    talk = Dialogue(version, of=("station",))
    heartbeat(talk)
    return talk


def heartbeat(talk, ahead=0):
    talk.station("Heartbeat", {"currentTime": at(talk.now + ahead)})


def boot(talk):
    answer = {"status": "Accepted", "currentTime": at(talk.now), "interval": 300}
    talk.station("BootNotification", answer, reason="PowerUp", chargingStation={"model": "m", "vendorName": "v"})


def watch(talk, number=4, place=POWER, status="Accepted", answered=True):
    one = place | {"type": "Periodic", "severity": 5}
    result = one | {"status": status} | ({"id": number} if status == "Accepted" else {})
    answer = {"setMonitoringResult": [result]} if answered else None
    talk.csms("SetVariableMonitoring", answer, setMonitoringData=[one | {"value": 60}])
    talk.later(1)


def clear(talk, number=4, status="Accepted"):
    talk.csms("ClearVariableMonitoring", {"clearMonitoringResult": [{"id": number, "status": status}]}, id=[number])
    talk.later(1)


def event(talk, number=4, place=POWER, *, when=None, kind="CustomMonitor"):
    data = {"eventId": 1, "timestamp": at(talk.now if when is None else when), "trigger": "Periodic"}
    data |= {"actualValue": "1", "eventNotificationType": kind} | place
    data |= {} if number is None else {"variableMonitoringId": number}
    talk.station("NotifyEvent", {}, generatedAt=at(talk.now), seqNo=0, eventData=[data])
    talk.later(1)


def report(talk, *numbers, status="Accepted", no=0, more=False, **asked):
    if no == 0:
        talk.csms("GetMonitoringReport", {"status": status}, requestId=9, **asked)
    monitors = [{"id": one, "transaction": False, "value": 1, "type": "Delta", "severity": 5} for one in numbers]
    if talk.version == "2.1":
        monitors = [one | {"eventNotificationType": "CustomMonitor"} for one in monitors]
    data = {"monitor": [POWER | {"variableMonitoring": monitors}]} if monitors else {}
    talk.station("NotifyMonitoringReport", {}, requestId=9, seqNo=no, tbc=more, generatedAt=at(talk.now), **data)
    talk.later(1)


def test_an_event_of_a_monitor(talk):
    watch(talk)
    event(talk)
    event(talk, place={"component": {"name": "evse", "evse": {"id": 1}}, "variable": {"name": "POWER"}})
    event(talk, None)
    event(talk, place=POWER | {"component": {"name": "EVSE", "evse": {"id": 1, "connectorId": 1}}})
    assert talk.found() == []
    event(talk, place=OTHER)
    [breach] = talk.breaches()
    assert (breach.rule.id, breach.field) == ("event-of-its-variable", "eventData.variableMonitoringId")


@pytest.mark.parametrize("why", ["old", "boot", "set anew", "base", "refused", "wrong"])
def test_where_the_number_may_be_of_another_monitor(talk, why):
    begin = talk.now - 10
    watch(talk, status="Rejected" if why == "refused" else "Accepted")
    match why:
        case "boot":
            boot(talk)
        case "set anew":
            watch(talk, place=OTHER)
        case "base":
            talk.csms("SetMonitoringBase", {"status": "Accepted"}, monitoringBase="All")
        case "wrong":
            talk.judge.said("csms", Call("x", "SetVariableMonitoring", {}), talk.now, deviating=True)
    event(talk, place=OTHER, when=begin if why == "old" else None)
    assert talk.found() == []


def test_a_report_tells_what_a_monitor_watches(talk):
    report(talk, 4)
    event(talk)
    assert talk.found() == []
    event(talk, place=OTHER)
    assert talk.found() == ["event-of-its-variable"]


def test_an_event_of_a_cleared_monitor(talk):
    watch(talk)
    clear(talk)
    cleared = talk.now
    event(talk)  # by clocks that may differ it was before
    talk.later(70)
    event(talk, when=cleared - 5)  # it has waited
    assert talk.found() == []
    event(talk)
    assert talk.found() == ["event-of-a-cleared-monitor"]


@pytest.mark.parametrize("why", ["refused", "set again", "boot", "clock", "untold"])
def test_a_monitor_that_may_not_be_cleared(version, why):
    talk = Dialogue(version, of=("station",))
    if why != "untold":
        heartbeat(talk, 3600 if why == "clock" else 0)
    watch(talk)
    clear(talk, status="Rejected" if why == "refused" else "Accepted")
    cleared = talk.now
    if why == "set again":
        watch(talk)
    if why == "boot":
        boot(talk)
    talk.later(70)
    event(talk, when=cleared + 3550 if why == "clock" else None)  # an hour ahead, as it was told
    assert talk.found() == []


def test_an_event_of_no_monitor(talk):
    event(talk, 8)
    assert talk.found() == []  # it may be from before
    report(talk, 4)
    event(talk, 4)
    event(talk, 8, when=talk.now - 60)
    event(talk, 8, kind="HardWiredMonitor")
    assert talk.found() == []
    event(talk, 8)
    assert talk.found() == ["event-of-a-known-monitor"]


@pytest.mark.parametrize("why", ["limited", "refused", "not over", "a part missing", "being set", "boot", "connection"])
def test_where_there_may_be_others(talk, why):
    if why == "connection":
        report(talk, 4, more=True)
        talk.reconnect()
        report(talk, 5, no=1)
    else:
        asked = {"monitoringCriteria": ["DeltaMonitoring"]} if why == "limited" else {}
        status = "Rejected" if why == "refused" else "Accepted"
        report(talk, 4, status=status, more=why in ("not over", "a part missing"), **asked)
        if why == "a part missing":
            report(talk, 5, no=2)
    if why == "being set":
        watch(talk, answered=False)
    if why == "boot":
        boot(talk)
    event(talk, 8)
    assert talk.found() == []


def test_a_report_in_parts(talk):
    report(talk, 4, more=True)
    report(talk, 5, no=1)
    event(talk, 5)
    assert talk.found() == []
    event(talk, 8)
    assert talk.found() == ["event-of-a-known-monitor"]
