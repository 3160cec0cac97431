"""1.6: configuration keys."""

import pytest
from dialogue import about
from ocpp_proof.ocppj.frames import Call, CallResult
from ocpp_proof.rules.common.secrets import Secrets
from ocpp_proof.rules.ocpp16.configuration import _REQUIRED, Configuration
from test_registration import boot, reset

Dialogue = about(Configuration, Secrets)


def entry(key, value="1", readonly=False):
    return {"key": key, "readonly": readonly, "value": value}


def read(talk, key, value, readonly=False):
    talk.csms("GetConfiguration", {"configurationKey": [entry(key, value, readonly)]}, key=[key])


def change(talk, key, value, answer="Accepted"):
    talk.csms("ChangeConfiguration", {"status": answer} if answer else None, key=key, value=value)


def test_required_keys():
    talk = Dialogue("1.6")
    talk.csms("GetConfiguration", {"configurationKey": [entry(key.lower()) for key in _REQUIRED]})
    assert talk.found() == []
    talk = Dialogue("1.6")
    read(talk, _REQUIRED[0], "1")  # what was told when asked for is there
    talk.csms("GetConfiguration", {"configurationKey": [entry(key) for key in _REQUIRED[1:]]})
    assert talk.found() == []
    talk = Dialogue("1.6")
    talk.csms("GetConfiguration", {"configurationKey": [entry(key) for key in _REQUIRED[1:]]})
    [breach] = talk.breaches()
    assert breach.received == f"missing: {_REQUIRED[0]}"


@pytest.mark.parametrize(
    ("value", "told", "broken"),
    [
        ("60", "60", False),
        ("60", "060", False),
        ("60", "60.0", False),
        ("true", "True", False),
        ("Voltage,Current.Import", "Current.Import, Voltage", False),
        ("60", "30", True),
        ("true", "false", True),
        ("Voltage", "", True),
    ],
)
def test_a_value_reads_back(value, told, broken):
    talk = Dialogue("1.6")
    change(talk, "MeterValuesSampledData", value)
    read(talk, "meterValuesSampledData", told)
    assert talk.found() == ["accepted-value-kept"] * broken


@pytest.mark.parametrize("between", ["Rejected", "", "other", "boot", "vendor", "person"])
def test_what_else_may_have_changed_it(between):
    talk = Dialogue("1.6")
    change(talk, "Key", "60")
    if between == "other":
        change(talk, "Key", "30")
    elif between == "boot":
        boot(talk)
    elif between == "vendor":
        talk.csms("DataTransfer", {"status": "Accepted"}, vendorId="V")
    elif between == "person":
        talk.judge.operated("configure", None, talk.now)
    else:
        change(talk, "Key", "30", between)
    read(talk, "Key", "30")
    assert talk.found() == []


def test_after_a_reboot():
    talk = Dialogue("1.6")
    change(talk, "Key", "60", "RebootRequired")
    read(talk, "Key", "30")
    reset(talk)
    boot(talk)
    assert talk.found() == []
    read(talk, "Key", "30")
    assert talk.found() == ["accepted-value-kept"]


def test_readonly():
    talk = Dialogue("1.6")
    read(talk, "Key", "5", True)
    change(talk, "Key", "5")  # the value that it has
    read(talk, "Key", "5", True)
    change(talk, "Key", "6", "Rejected")
    change(talk, "BlinkRepeat", "6")
    assert talk.found() == []
    change(talk, "Key", "6")
    assert talk.found() == ["readonly-key-changed"]


@pytest.mark.parametrize("what", ["a maker's key", "boot", "vendor", "person"])
def test_what_was_readonly_may_be_no_more(what):
    talk = Dialogue("1.6")
    read(talk, "LightIntensity", "5", True)
    match what:
        case "boot":
            reset(talk)
            boot(talk)
        case "vendor":
            talk.csms("DataTransfer", {"status": "Accepted"}, vendorId="V")
        case "person":
            talk.judge.operated("configure", None, talk.now)
        case _:
            change(talk, "ServicePin", "1234")
    change(talk, "LightIntensity", "6")
    assert talk.found() == []


def test_what_a_maker_has_keys_for():
    talk = Dialogue("1.6")
    for value in ("", "****"):  # a secret of its own
        change(talk, "ApnPassword", "secret")
        read(talk, "ApnPassword", value)
    assert talk.found() == []
    change(talk, "ClearLog", "true")
    read(talk, "ClearLog", "false")  # done
    [breach] = talk.breaches()
    assert breach.should


def test_a_key_that_somebody_may_have_changed_since():
    talk = Dialogue("1.6")
    change(talk, "BlinkRepeat", "3")
    talk.later(3600)
    read(talk, "BlinkRepeat", "2")
    [breach] = talk.breaches()
    assert breach.should


def test_what_is_the_same_value():
    talk = Dialogue("1.6")
    change(talk, "LocalPreAuthorize", "1")
    read(talk, "LocalPreAuthorize", "true")
    change(talk, "CpoName", "NaN")
    read(talk, "CpoName", "NaN")
    change(talk, "ConnectorPhaseRotation", "1.RST")
    read(talk, "ConnectorPhaseRotation", "0.Unknown, 1.RST, 2.Unknown")
    assert talk.found() == []


def test_a_soft_reset_may_be_no_reboot():
    talk = Dialogue("1.6")
    change(talk, "BlinkRepeat", "3", "RebootRequired")
    talk.csms("Reset", {"status": "Accepted"}, type="Soft")
    boot(talk)
    read(talk, "BlinkRepeat", "2")
    assert talk.found() == []


def test_secrets():
    talk = Dialogue("1.6")
    for value in ("", "****"):
        read(talk, "AuthorizationKey", value)
    assert talk.found() == []
    read(talk, "authorizationKey", "hidden")  # what has nothing to do with the key (OCPP-J 6.2.2)
    [breach] = talk.breaches()
    assert breach.should
    change(talk, "AuthorizationKey", "AB0123456789")
    read(talk, "authorizationKey", "ab0123456789")
    [breach] = talk.breaches()
    assert (breach.rule.id, breach.should) == ("password-readable", False)


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
def test_secrets_of_2(version):
    talk = Dialogue(version)
    name = {"component": {"name": "SecurityCtrlr"}, "variable": {"name": "BasicAuthPassword"}}
    for result in ({"attributeStatus": "Rejected"}, {"attributeStatus": "Accepted", "attributeValue": "secret"}):
        assert talk.found() == []
        talk.csms("GetVariables", {"getVariableResult": [name | result]}, getVariableData=[name])
    [breach] = talk.breaches()
    assert not breach.should
    limit = {"attributeStatus": "Accepted", "attributeType": "MaxSet", "attributeValue": "64"}
    talk.csms("GetVariables", {"getVariableResult": [name | limit]}, getVariableData=[name])
    when = "2026-11-30T12:00:00Z"
    for attribute in ({"mutability": "WriteOnly"}, {"value": "secret"}):
        assert talk.found() == []
        data = name | {"variableAttribute": [attribute], "variableCharacteristics": None}
        data = {key: value for key, value in data.items() if value is not None}
        talk.station("NotifyReport", {}, requestId=1, generatedAt=when, seqNo=0, reportData=[data])
    assert talk.found() == ["password-readable"]


def test_what_was_read_before_it_was_changed():
    talk = Dialogue("1.6")
    talk.judge.said("csms", Call("read", "GetConfiguration", {"key": ["BlinkRepeat"]}), talk.now)
    change(talk, "BlinkRepeat", "3")
    talk.judge.said("station", CallResult("read", {"configurationKey": [entry("BlinkRepeat", "2")]}), talk.now)
    assert talk.found() == []
