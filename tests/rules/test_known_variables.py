"""2.x: what a station says of its device model it does not take back in the next answer."""

import pytest
from dialogue import about
from ocpp_proof.ocppj.frames import Call
from ocpp_proof.rules.ocpp2.known_variables import KnownVariables

Dialogue = about(KnownVariables)

pytestmark = pytest.mark.parametrize("version", ["2.0.1", "2.1"])
TIME = "2026-12-01T00:00:00Z"


@pytest.fixture
def talk(version):
    return Dialogue(version, of=("station",))


def item(name="OfflineThreshold", component="OCPPCommCtrlr", instance="", kind="Actual"):
    variable = {"name": name} | ({"instance": instance} if instance else {})
    return {"component": {"name": component}, "variable": variable, "attributeType": kind}


def read(talk, *results):
    """Each is an item with its status."""
    told = [
        one | {"attributeStatus": status} | ({"attributeValue": "1"} if status == "Accepted" else {})
        for one, status in results
    ]
    talk.csms("GetVariables", {"getVariableResult": told}, getVariableData=[one for one, _ in results])


def write(talk, one, status, value="2"):
    result = one | {"attributeStatus": status}
    talk.csms("SetVariables", {"setVariableResult": [result]}, setVariableData=[one | {"attributeValue": value}])


def report(talk, one, mutability="ReadWrite", value="1"):
    attribute = {"mutability": mutability} | ({} if value is None else {"value": value})
    data = {"component": one["component"], "variable": one["variable"], "variableAttribute": [attribute]}
    talk.station("NotifyReport", {}, requestId=1, generatedAt=TIME, seqNo=0, reportData=[data])


@pytest.mark.parametrize("status", ["UnknownComponent", "UnknownVariable"])
@pytest.mark.parametrize("reported", [True, False])
def test_unknown_after_it_was_read(talk, status, reported):
    if reported:
        report(talk, item())
    else:
        read(talk, (item(), "Accepted"))
    read(talk, (item(kind="Target"), status))
    assert talk.found() == ["variable-stays-known"]


def test_unknown_in_the_same_answer(talk):
    cable = item("Present", "ConnectedEV")
    read(talk, (cable | {"attributeType": "Target"}, "UnknownVariable"), (cable, "Accepted"))
    assert talk.found() == ["variable-stays-known"]


def test_what_may_come_and_go(talk):
    read(talk, (item("Present", "ConnectedEV"), "Accepted"))
    read(talk, (item("Present", "ConnectedEV"), "UnknownComponent"))
    read(talk, (item("ItemsPerMessage", "DeviceDataCtrlr", "GetReport"), "Accepted"))
    read(talk, (item("ItemsPerMessage", "DeviceDataCtrlr"), "UnknownVariable"))  # without its instance
    read(talk, (item(kind="Target"), "NotSupportedAttributeType"), (item(), "Rejected"))
    assert talk.found() == []


def test_known_after_it_was_unknown(talk):
    read(talk, (item(), "UnknownVariable"))
    read(talk, (item(), "Accepted"))
    assert talk.found() == []


@pytest.mark.parametrize("why", ["boot", "connection", "wrong", "unreadable", "vendor", "component"])
def test_what_may_have_changed_it(talk, why):
    read(talk, (item(), "Accepted"))
    report(talk, item("Other"), "ReadOnly")
    match why:
        case "boot":
            answer = {"status": "Accepted", "currentTime": TIME, "interval": 300}
            made_by = {"model": "m", "vendorName": "v"}
            talk.station("BootNotification", answer, reason="PowerUp", chargingStation=made_by)
        case "connection":
            talk.reconnect()
        case "wrong":
            talk.judge.said("csms", Call("x", "SetVariables", {}), talk.now, deviating=True)
        case "unreadable":
            talk.judge.said("csms", None, talk.now)
        case "vendor":
            talk.csms("DataTransfer", {"status": "Accepted"}, vendorId="org.example")
        case _:
            write(talk, item("Enabled"), "Accepted")
    read(talk, (item(), "UnknownVariable"))
    write(talk, item("Other"), "Accepted")
    assert talk.found() == []


@pytest.mark.parametrize("instance", ["", "x"])
def test_a_component_that_is_unknown_and_known(talk, instance):
    read(talk, (item("A", instance=instance), "UnknownComponent"), (item("B"), "UnknownVariable"))
    [breach] = talk.breaches()
    assert (breach.rule.id, breach.should) == ("component-known-or-unknown", not instance)
    read(talk, (item("A", "Other"), "UnknownComponent"), (item("B"), "UnknownVariable"))
    assert talk.found() == []


@pytest.mark.parametrize("status", ["UnknownComponent", "UnknownVariable", "Rejected", "NotSupportedAttributeType"])
def test_unknown_when_it_is_set(talk, status):
    read(talk, (item(), "Accepted"))
    write(talk, item(), status)
    assert talk.found() == (["variable-known-when-set"] if status.startswith("Unknown") else [])


@pytest.mark.parametrize("status", ["Accepted", "RebootRequired", "Rejected"])
@pytest.mark.parametrize(("mutability", "value"), [("ReadOnly", "1"), ("ReadWrite", "1"), ("ReadOnly", None)])
def test_a_variable_that_is_read_only(talk, status, mutability, value):
    report(talk, item(), mutability, value)
    write(talk, item(), "Accepted", "1.0")  # the same
    report(talk, item(), mutability, value)
    write(talk, item(), status)
    broken = mutability == "ReadOnly" and value is not None and status != "Rejected"
    assert talk.found() == (["readonly-variable-set"] if broken else [])


def test_it_is_no_longer_read_only(talk):
    report(talk, item(), "ReadOnly")
    report(talk, item(), "ReadWrite")
    write(talk, item(), "Accepted")
    assert talk.found() == []
