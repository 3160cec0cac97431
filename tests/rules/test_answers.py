"""Rules about answers that belong to their questions."""

import pytest
from dialogue import Dialogue

TX2 = ["2.0.1", "2.1"]


def entry(key):
    return {"key": key, "readonly": False, "value": "1"}


@pytest.mark.parametrize(
    ("known", "unknown", "broken"),
    [
        (["HeartbeatInterval"], ["NoSuchKey"], False),
        (["heartbeatinterval"], ["NoSuchKey"], False),  # CiString
        (["HeartbeatInterval", "ConnectionTimeOut"], ["NoSuchKey"], True),
        (["HeartbeatInterval"], [], True),
        (["HeartbeatInterval", "HeartbeatInterval"], ["NoSuchKey"], True),
    ],
)
def test_keys(known, unknown, broken):
    talk = Dialogue("1.6")
    answer = {"configurationKey": [entry(key) for key in known], "unknownKey": unknown}
    talk.csms("GetConfiguration", answer, key=["HeartbeatInterval", "NoSuchKey"])
    assert talk.found() == (["keys-asked-for"] if broken else [])


def test_all_keys():
    talk = Dialogue("1.6")
    talk.csms("GetConfiguration", {"configurationKey": [entry("HeartbeatInterval")]})
    assert talk.found() == ["required-keys"]  # and no other rule


A = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
B = {"component": {"name": "AuthCtrlr"}, "variable": {"name": "Enabled"}}


def read(item, **more):
    return item | {"attributeStatus": "Accepted", "attributeType": "Actual", "attributeValue": "1"} | more


@pytest.mark.parametrize("version", TX2)
@pytest.mark.parametrize(
    ("results", "broken"),
    [
        ([read(A), read(B)], []),
        ([read(B), read(A)], []),
        ([read(A), read(A)], ["variables-read"]),
        ([read(A)], ["variables-read"]),
        ([read(A), read(B, attributeType="Target")], ["variables-read"]),
    ],
)
def test_variables_read(version, results, broken):
    talk = Dialogue(version)
    talk.csms("GetVariables", {"getVariableResult": results}, getVariableData=[A, B])
    assert talk.found() == broken


@pytest.mark.parametrize("version", TX2)
def test_a_value(version):
    talk = Dialogue(version)
    result = A | {"attributeStatus": "Accepted", "attributeType": "Actual"}
    talk.csms("GetVariables", {"getVariableResult": [result]}, getVariableData=[A])
    assert talk.found() == ["value-of-a-variable-read"]


@pytest.mark.parametrize("version", TX2)
def test_variables_set(version):
    talk = Dialogue(version)
    data = [A | {"attributeValue": "5"}]
    told = {"attributeStatus": "Accepted", "attributeType": "Actual"}
    talk.csms("SetVariables", {"setVariableResult": [A | told]}, setVariableData=data)
    assert talk.found() == []
    talk.csms("SetVariables", {"setVariableResult": [B | told]}, setVariableData=data)
    assert talk.found() == ["variables-set"]


@pytest.mark.parametrize("version", TX2)
def test_what_is_unknown_has_no_value(version):
    talk = Dialogue(version)
    unknown = A | {"attributeStatus": "UnknownVariable", "attributeType": "Actual"}
    talk.csms("GetVariables", {"getVariableResult": [unknown]}, getVariableData=[A])
    assert talk.found() == []
    talk.csms("GetVariables", {"getVariableResult": [unknown | {"attributeValue": ""}]}, getVariableData=[A])
    assert talk.found() == ["no-value-of-what-is-unknown"]


@pytest.mark.parametrize("version", TX2)
def test_the_attribute_type_is_told(version):
    talk = Dialogue(version)
    for item in (A, A | {"attributeType": "Actual"}):
        result = A | {"attributeStatus": "Accepted", "attributeValue": "1"}
        talk.csms("GetVariables", {"getVariableResult": [result]}, getVariableData=[item])
        assert talk.found() == ["attribute-type-read"]
    result = A | {"attributeStatus": "Accepted"}
    talk.csms("SetVariables", {"setVariableResult": [result]}, setVariableData=[A | {"attributeValue": "5"}])
    assert talk.found() == ["attribute-type-set"]
    result["attributeStatus"] = "Rejected"
    talk.csms("SetVariables", {"setVariableResult": [result]}, setVariableData=[A | {"attributeValue": "5"}])
    assert [breach.should for breach in talk.breaches()] == [True]


def test_a_refusal_is_no_wrong_answer():
    talk = Dialogue("2.0.1")
    talk.csms("GetVariables", "InternalError", getVariableData=[A])
    talk.csms("GetVariables", None, getVariableData=[A])
    assert talk.found() == []


def test_a_key_that_is_asked_for_twice():
    talk = Dialogue("1.6")
    for times in (1, 2):
        talk.csms("GetConfiguration", {"configurationKey": [entry("A")] * times}, key=["A", "a"])
    assert talk.found() == []


@pytest.mark.parametrize(("most", "found"), [(None, [True]), (1, []), (2, [False])])
def test_more_keys_than_a_station_answers_about(most, found):
    talk = Dialogue("1.6", of=("station",))
    if most is not None:
        told = {"key": "GetConfigurationMaxKeys", "readonly": True, "value": str(most)}
        talk.csms("GetConfiguration", {"configurationKey": [told]}, key=["GetConfigurationMaxKeys"])
    talk.csms("GetConfiguration", {"configurationKey": [entry("A")]}, key=["A", "B"])
    assert [breach.should for breach in talk.breaches()] == found


def test_a_password_need_not_be_shown_to_be_there():
    talk = Dialogue("1.6")
    talk.csms("GetConfiguration", {}, key=["AuthorizationKey"])
    assert talk.found() == []


@pytest.mark.parametrize("version", TX2)
def test_the_monitors_that_were_to_be_set(version):
    talk = Dialogue(version)
    one = {"value": 5, "type": "UpperThreshold", "severity": 4}
    result = {"type": "UpperThreshold", "severity": 4, "status": "Accepted", "id": 1}
    for told in ([A | result, B | result], [B | result, A | result]):
        talk.csms("SetVariableMonitoring", {"setMonitoringResult": told}, setMonitoringData=[A | one, B | one])
    assert talk.found() == []
    for told in ([A | result], [A | result, A | result], [A | result, B | result, B | result]):
        talk = Dialogue(version)
        talk.csms("SetVariableMonitoring", {"setMonitoringResult": told}, setMonitoringData=[A | one, B | one])
        assert talk.found() == ["monitors-set"]


def schedule(version, place, status="Accepted"):
    periods = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6}]}
    if version == "1.6":
        return {"status": status} | ({} if place is None else {"connectorId": place}) | {"chargingSchedule": periods}
    time = "2026-12-01T00:00:00Z"
    return {"status": status, "schedule": periods | {"evseId": place, "duration": 60, "scheduleStart": time}}


@pytest.mark.parametrize("version", ["1.6", "2.0.1", "2.1"])
@pytest.mark.parametrize(
    ("asked", "told", "status", "broken"),
    [(1, 1, "Accepted", False), (1, 2, "Accepted", True), (1, 2, "Rejected", False), (0, 1, "Accepted", False)],
)
def test_a_schedule_of_what_was_asked_for(version, asked, told, status, broken):
    talk = Dialogue(version)
    place = {"connectorId" if version == "1.6" else "evseId": asked}
    talk.csms("GetCompositeSchedule", schedule(version, told, status), duration=60, **place)
    assert talk.found() == (["schedule-of-the-place-asked"] if broken else [])


def test_a_schedule_of_1_6_need_not_be_named():
    talk = Dialogue("1.6")
    talk.csms("GetCompositeSchedule", schedule("1.6", None), duration=60, connectorId=1)
    assert talk.found() == []
