"""A variable that was set reads back."""

import pytest
from dialogue import about
from ocpp_proof.ocppj.frames import Call
from ocpp_proof.rules.ocpp2.variables import Variables

Dialogue = about(Variables)

pytestmark = pytest.mark.parametrize("version", ["2.0.1", "2.1"])


@pytest.fixture
def talk(version):
    return Dialogue(version, of=("station",))


def item(name="OfflineThreshold", component="OCPPCommCtrlr", **more):
    return {"component": {"name": component}, "variable": {"name": name}} | more


def write(talk, value, status="Accepted", **more):
    answer = status and {"setVariableResult": [item(**more) | {"attributeStatus": status, "attributeType": "Actual"}]}
    talk.csms("SetVariables", answer, setVariableData=[item(**more) | {"attributeValue": value}])


def read(talk, value, status="Accepted", **more):
    result = item(**more) | {"attributeStatus": status, "attributeType": "Actual"}
    result |= {} if value is None else {"attributeValue": value}
    talk.csms("GetVariables", {"getVariableResult": [result]}, getVariableData=[item(**more)])


@pytest.mark.parametrize(
    ("set_to", "value", "broken"),
    [
        ("60", "60", False),
        ("60", "60.0", False),
        ("60", "61", True),
        ("true", "True", False),
        ("true", "false", True),
        ("A,B", "b, a", False),
        ("A,B", "A", True),
        ("text", "other", True),
    ],
)
def test_values(talk, set_to, value, broken):
    write(talk, set_to)
    read(talk, value)
    assert talk.found() == (["variable-reads-back"] if broken else [])


@pytest.mark.parametrize("status", ["Rejected", "RebootRequired", None])
def test_not_set(talk, status):
    write(talk, "60", status)
    read(talk, "61")
    assert talk.found() == []


@pytest.mark.parametrize("why", ["connection", "reset", "set again", "unanswered", "wrong", "not read", "no value"])
def test_what_may_have_changed_it(talk, why):
    write(talk, "60")
    match why:
        case "connection":
            talk.reconnect()
        case "reset":
            talk.csms("Reset", {"status": "Scheduled"}, type="OnIdle")
        case "set again":
            write(talk, "61", name="offlinethreshold")
        case "unanswered":
            write(talk, "61", None)
        case "wrong":
            talk.judge.said("csms", Call("x", "SetVariables", {}), talk.now, deviating=True)
    status = "Rejected" if why == "not read" else "Accepted"
    read(talk, None if why in ("not read", "no value") else "61", status)
    kept = why in ("connection", "reset")
    assert talk.found() == (["variable-kept-over-a-restart"] if kept else [])


def test_another_variable_and_a_clock(talk):
    write(talk, "60")
    read(talk, "61", name="MessageTimeout")
    write(talk, "2026-01-01T00:00:00Z", name="DateTime", component="ClockCtrlr")
    read(talk, "2026-01-01T00:00:01Z", name="DateTime", component="ClockCtrlr")
    assert talk.found() == []


@pytest.mark.parametrize("value", ["12E456", "nan", "1e400"])
def test_a_text_that_looks_like_a_number(talk, value):
    write(talk, value)
    read(talk, value)
    assert talk.found() == []


def test_the_interval_that_a_boot_tells(talk):
    write(talk, "300", name="HeartbeatInterval")
    answer = {"status": "Accepted", "interval": 60, "currentTime": "2026-11-30T10:00:00Z"}
    talk.station("BootNotification", answer, chargingStation={"model": "m", "vendorName": "v"}, reason="Triggered")
    read(talk, "60", name="HeartbeatInterval")
    assert talk.found() == []


@pytest.mark.parametrize("name", ["OfflineThreshold", "offlinethreshold", "xVendorMode"])
def test_what_a_maker_keeps_over_a_restart_is_its_own(talk, name):
    write(talk, "60", name=name)
    talk.reconnect()
    read(talk, "61", name=name)
    [breach] = talk.breaches()
    assert (breach.rule.id, breach.should) == ("variable-kept-over-a-restart", name == "xVendorMode")


@pytest.mark.parametrize("verb", ["power_cycle", "set_security_profile"])
def test_somebody_at_the_station_may_change_it(talk, verb):
    write(talk, "60")
    talk.judge.operated(verb, None, talk.now)
    talk.reconnect()
    read(talk, "61")
    assert talk.found() == (["variable-kept-over-a-restart"] if verb == "power_cycle" else [])
