"""2.x: monitors outlive a restart."""

import pytest
from dialogue import about
from ocpp_proof.ocppj.frames import Call
from ocpp_proof.rules.ocpp2.kept_monitors import KeptMonitors

Dialogue = about(KeptMonitors)

pytestmark = pytest.mark.parametrize("version", ["2.0.1", "2.1"])
TIME = "2026-12-01T00:00:00Z"
POWER = {"component": {"name": "EVSE", "evse": {"id": 1}}, "variable": {"name": "Power"}}
OTHER = {"component": {"name": "EVSE", "evse": {"id": 2}}, "variable": {"name": "Power"}}


@pytest.fixture
def talk(version):
    return Dialogue(version, of=("station",))


def watch(talk, status="Accepted", **more):
    one = POWER | {"type": "Periodic", "severity": 5}
    result = one | {"status": status, "id": 4}
    talk.csms(
        "SetVariableMonitoring", {"setMonitoringResult": [result]}, setMonitoringData=[one | {"value": 60} | more]
    )


def boot(talk, reason="PowerUp"):
    answer = {"status": "Accepted", "currentTime": TIME, "interval": 300}
    talk.station("BootNotification", answer, reason=reason, chargingStation={"model": "m", "vendorName": "v"})


def ask(talk, status="Accepted", **asked):
    talk.csms("GetMonitoringReport", {"status": status}, requestId=9, **asked)


def part(talk, *places, no=0, more=False, kind="Periodic"):
    monitor = {"id": 77, "transaction": False, "value": 60, "type": kind, "severity": 5}
    if talk.version == "2.1":
        monitor["eventNotificationType"] = "CustomMonitor"
    data = [place | {"variableMonitoring": [monitor]} for place in places]
    more = {"tbc": more} | ({"monitor": data} if data else {})
    talk.station("NotifyMonitoringReport", {}, requestId=9, seqNo=no, generatedAt=TIME, **more)


def test_one_that_is_there(talk):
    watch(talk)
    boot(talk)
    ask(talk)
    part(talk, OTHER, more=True)
    part(talk, POWER, no=1)  # it has another id
    assert talk.found() == []


@pytest.mark.parametrize("how", ["empty", "other variable", "other type", "no entry"])
def test_one_that_is_gone(talk, how):
    watch(talk)
    boot(talk)
    ask(talk, "EmptyResultSet" if how == "empty" else "Accepted")
    if how != "empty":
        places = {"other variable": (OTHER,), "other type": (POWER,)}.get(how, ())
        part(talk, *places, kind="Delta" if how == "other type" else "Periodic")
    assert talk.found() == ["monitors-kept"]


@pytest.mark.parametrize(
    "why",
    [
        "refused",
        "changed",
        "cleared",
        "base",
        "switched off",
        "no boot",
        "triggered",
        "limited",
        "part missing",
        "connection",
        "wrong",
    ],
)
def test_one_that_may_be_gone(talk, why):
    watch(talk, "Rejected" if why == "refused" else "Accepted")
    match why:
        case "changed":
            watch(talk, "Rejected", id=4)
        case "cleared":
            cleared = {"clearMonitoringResult": [{"id": 4, "status": "Accepted"}]}
            talk.csms("ClearVariableMonitoring", cleared, id=[4])
        case "base":
            talk.csms("SetMonitoringBase", {"status": "Accepted"}, monitoringBase="HardWiredOnly")
        case "switched off":
            one = {"component": {"name": "MonitoringCtrlr"}, "variable": {"name": "Enabled"}}
            result = {"setVariableResult": [one | {"attributeStatus": "Accepted"}]}
            talk.csms("SetVariables", result, setVariableData=[one | {"attributeValue": "false"}])
        case "wrong":
            talk.judge.said("csms", Call("x", "ClearVariableMonitoring", {}), talk.now, deviating=True)
    if why != "no boot":
        boot(talk, "Triggered" if why == "triggered" else "PowerUp")
    ask(talk, **({"monitoringCriteria": ["DeltaMonitoring"]} if why == "limited" else {}))
    if why == "connection":
        part(talk, OTHER, more=True)
        talk.reconnect()
    part(talk, OTHER, no=1 if why in ("part missing", "connection") else 0)
    assert talk.found() == []


def test_one_of_a_vehicle_that_was_plugged_in(talk):
    """The component is there while a vehicle is."""
    vehicle = {"component": {"name": "ConnectedEV", "evse": {"id": 1}}, "variable": {"name": "Available"}}
    one = vehicle | {"type": "Periodic", "severity": 5}
    result = {"setMonitoringResult": [one | {"status": "Accepted", "id": 4}]}
    talk.csms("SetVariableMonitoring", result, setMonitoringData=[one | {"value": 60}])
    boot(talk)
    ask(talk, "EmptyResultSet")
    assert talk.found() == []
