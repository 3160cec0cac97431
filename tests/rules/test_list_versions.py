"""The version of the local list is that of the list."""

import pytest
from dialogue import about
from ocpp_proof.ocppj.frames import Call
from ocpp_proof.rules.common.list_versions import ListVersions

Dialogue = about(ListVersions)

pytestmark = pytest.mark.parametrize("version", ["1.6", "2.0.1", "2.1"])
TIME = "2026-12-01T00:00:00Z"


@pytest.fixture
def talk(version):
    return Dialogue(version, of=("station",))


def field(talk):
    return "listVersion" if talk.version == "1.6" else "versionNumber"


def token(talk, removed=False):
    if talk.version == "1.6":
        return {"idTag": "A"} | ({} if removed else {"idTagInfo": {"status": "Accepted"}})
    name = {"idToken": {"idToken": "A", "type": "ISO14443"}}
    return name | ({} if removed else {"idTokenInfo": {"status": "Accepted"}})


def send(talk, number, status="Accepted", kind="Full", empty=False, removed=False):
    data = {} if empty else {"localAuthorizationList": [token(talk, removed)]}
    answer = None if status is None else {"status": status}
    talk.csms("SendLocalList", answer, **{field(talk): number}, updateType=kind, **data)


def ask(talk, number):
    talk.csms("GetLocalListVersion", {field(talk): number})


def boot(talk):
    answer = {"status": "Accepted", "currentTime": TIME, "interval": 300}
    if talk.version == "1.6":
        talk.station("BootNotification", answer, chargePointModel="m", chargePointVendor="v")
    else:
        talk.station("BootNotification", answer, reason="PowerUp", chargingStation={"model": "m", "vendorName": "v"})


def test_the_version_that_was_sent(talk):
    send(talk, 5)
    ask(talk, 5)
    boot(talk)
    ask(talk, 5)
    assert talk.found() == []
    send(talk, 6)
    ask(talk, 5)
    assert talk.found() == ["list-version-told"]


@pytest.mark.parametrize("number", [0, 3])
@pytest.mark.parametrize("by", ["boot", "connection"])
def test_another_version_after_a_restart(talk, number, by):
    ask(talk, 5)
    boot(talk) if by == "boot" else talk.reconnect()
    ask(talk, number)
    assert talk.found() == ["list-version-kept"]
    ask(talk, number)
    assert talk.found() == []


def test_lists_may_be_off(talk):
    send(talk, 5)
    ask(talk, 0)
    assert talk.found() == []
    ask(talk, 5)
    ask(talk, 0)
    assert talk.found() == ["list-version-told"]


@pytest.mark.parametrize("why", ["refused", "unanswered", "switched", "vendor", "wrong", "unreadable"])
def test_what_may_be_another_list(talk, why):
    ask(talk, 4)
    send(talk, 5, "Failed" if why == "refused" else None if why == "unanswered" else "Accepted")
    match why:
        case "switched" if talk.version == "1.6":
            talk.csms("ChangeConfiguration", {"status": "Accepted"}, key="LocalAuthListEnabled", value="false")
        case "switched":
            one = {"component": {"name": "LocalAuthListCtrlr"}, "variable": {"name": "Enabled"}}
            result = {"setVariableResult": [one | {"attributeStatus": "Accepted"}]}
            talk.csms("SetVariables", result, setVariableData=[one | {"attributeValue": "false"}])
        case "vendor":
            talk.csms("DataTransfer", {"status": "Accepted"}, vendorId="org.example")
        case "wrong":
            talk.judge.said("csms", Call("x", "SendLocalList", {}), talk.now, deviating=True)
        case "unreadable":
            talk.judge.said("csms", None, talk.now)
    ask(talk, 4 if why == "refused" else 0)
    assert talk.found() == []


@pytest.mark.parametrize("how", ["empty", "removed"])
def test_a_list_that_may_be_empty(talk, how):
    ask(talk, 4)
    send(talk, 5, empty=how == "empty", removed=how == "removed", kind="Differential" if how == "removed" else "Full")
    ask(talk, 0)
    assert talk.found() == ([] if talk.version == "1.6" else ["list-version-told"])  # D01.FR.04
