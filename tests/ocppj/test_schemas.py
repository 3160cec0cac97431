"""Schemas: completeness, corrections, number and format traps, error texts."""

import copy

import pytest
from jsonschema import Draft4Validator, Draft6Validator
from ocpp_proof.ocppj import schema_files
from ocpp_proof.ocppj.actions import actions, find_action
from ocpp_proof.ocppj.formats import is_date_time, is_uri, is_uri_reference
from ocpp_proof.ocppj.frames import VERSIONS
from ocpp_proof.ocppj.schemas import UnverifiedSchemas, build, is_valid, schema, violations

MESSAGES = [
    (version, action.name, kind)
    for version in VERSIONS
    for action in actions(version)
    for kind in (("request",) if action.kind == "send" else ("request", "response"))
]


def test_every_action_is_listed_with_its_sender() -> None:
    assert {version: len(actions(version)) for version in VERSIONS} == {"1.6": 39, "2.0.1": 64, "2.1": 91}
    assert [action.name for action in actions("2.1") if action.kind == "send"] == ["NotifyPeriodicEventStream"]
    for version, folder in (("1.6", "v16"), ("2.0.1", "v201"), ("2.1", "v21")):
        files = {path.stem for path in schema_files._folder(version).glob("*.json")}
        named = {
            schema_files._file_name(*message).removesuffix(".json") for message in MESSAGES if message[0] == version
        }
        assert files == named, folder
    assert find_action("1.6", "GetVariables") is None


@pytest.mark.parametrize("version", VERSIONS)
def test_built_payloads_are_valid(version: str) -> None:
    for _, action, kind in (message for message in MESSAGES if message[0] == version):
        base = Draft4Validator if "draft-04" in schema(version, action, kind)["$schema"] else Draft6Validator
        base.check_schema(schema(version, action, kind))
        for full in (False, True):
            payload = build(version, action, kind, full=full)
            assert violations(version, action, kind, payload) == [], (version, action, kind, full)
            assert list(base(schema(version, action, kind)).iter_errors(payload)) == []


def test_the_draft_is_the_one_that_the_file_names() -> None:
    """In draft 4 the number 1.0 is no integer, in draft 6 it is."""
    for version, action, kind in MESSAGES:
        draft4 = "draft-04" in schema(version, action, kind)["$schema"]
        assert draft4 == (version == "1.6" and action not in _security_actions()), (version, action)
    whole = {"idTag": "a", "connectorId": 1.0, "meterStart": 1, "timestamp": "2026-01-01T00:00:00Z"}
    assert [v.path for v in violations("1.6", "StartTransaction", "request", whole)] == ["$.connectorId"]
    assert violations("2.0.1", "ClearedChargingLimit", "request", {"chargingLimitSource": "EMS", "evseId": 1.0}) == []


def _security_actions() -> set[str]:
    return {a.name for a in actions("1.6") if "draft-06" in schema("1.6", a.name, "request")["$schema"]}


def test_corrections() -> None:
    meter = build("1.6", "MeterValues", "request", full=True)
    sampled = meter["meterValue"][0]["sampledValue"][0]
    for unit, count in (("Hertz", 1), ("Celsius", 0), ("Celcius", 0), ("Wh", 0)):
        sampled["unit"] = unit
        assert len(violations("1.6", "MeterValues", "request", meter)) == count, unit
    assert [v.keyword for v in violations("1.6", "MeterValues", "request", {"connectorId": 1, "meterValue": []})] == [
        "minItems"
    ]
    for version, longest in (("2.0.1", 5600), ("2.1", 17000)):
        answer = {"status": "Accepted", "exiResponse": "x" * longest}
        assert violations(version, "Get15118EVCertificate", "response", answer) == []
        answer["exiResponse"] += "x"
        assert [v.keyword for v in violations(version, "Get15118EVCertificate", "response", answer)] == ["maxLength"]


def test_schema_files_of_another_release_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema_files, "digest", lambda version: "0" * 64)
    with pytest.raises(UnverifiedSchemas, match=r"install ocpp 2\.1\.0"):
        schema_files._verified_folder.__wrapped__("1.6")


def test_steps_of_a_tenth_are_exact() -> None:
    profile = build("1.6", "SetChargingProfile", "request", full=False)
    period = profile["csChargingProfiles"]["chargingSchedule"]["chargingSchedulePeriod"] = [{"startPeriod": 0}]
    for tenths in range(1, 4000):
        period[0]["limit"] = tenths / 10
        assert violations("1.6", "SetChargingProfile", "request", profile) == []
    for limit in (22.05, 0.01, 1e-8):
        period[0]["limit"] = limit
        assert [v.keyword for v in violations("1.6", "SetChargingProfile", "request", profile)] == ["multipleOf"]
    for limit in (1e30, 1.7976931348623157e308):  # more digits than decimals have by default
        period[0]["limit"] = limit
        assert violations("1.6", "SetChargingProfile", "request", profile) == []


def test_truth_is_no_number_and_no_text() -> None:
    assert [
        v.keyword
        for v in violations("2.0.1", "GetBaseReport", "request", {"requestId": True, "reportBase": "FullInventory"})
    ] == ["type"]


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        ("2026-11-20T20:15:00Z", True),
        ("2026-11-20T20:15:00.123456789+01:00", True),
        ("2026-11-20t20:15:00z", True),
        ("2016-12-31T23:59:60Z", True),
        ("2024-02-29T00:00:00-00:00", True),
        ("2026-02-29T00:00:00Z", False),
        ("2026-11-20T20:15:00", False),
        ("2026-11-20 20:15:00Z", False),
        ("2026-11-20T24:00:00Z", False),
        ("2026-11-20T20:15Z", False),
        ("2026-11-20T20:15:00+0100", False),
        ("2026-11-20T20:15:00+24:00", False),
        ("٢٠٢٦-11-20T20:15:00Z", False),
        ("yesterday", False),
        ("", False),
    ],
)
def test_date_time(text: str, sound: bool) -> None:
    assert is_date_time(text) is sound


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        ("ftp://user:secret@host/dir/file.zip", True),
        ("https://[::1]:8080/a%20b?c=d#e", True),
        ("no scheme", False),
        ("/path/only", False),
        ("http://a b", False),
        ("http://a%2", False),
    ],
)
def test_uri(text: str, sound: bool) -> None:
    assert is_uri(text) is sound
    found = violations("1.6", "GetDiagnostics", "request", {"location": text})
    assert (found == []) is is_uri_reference(text)


def test_a_violation_says_where_and_what() -> None:
    boot = {
        "chargingStation": {"model": "x" * 21, "vendorName": 5, "colour": "red"},
        "reason": "Boredom",
    }
    texts = [v.text() for v in violations("2.0.1", "BootNotification", "request", boot)]
    assert '$.chargingStation.colour: expected no such field, received "red"' in texts
    assert "$.chargingStation.vendorName: expected a text, received 5" in texts
    assert any(
        text.startswith('$.chargingStation.model: expected at most 20 characters, received "xxx') for text in texts
    )
    assert any(text.startswith("$.reason: expected one of ApplicationReset, ") for text in texts)
    missing = violations("2.0.1", "BootNotification", "request", {"reason": "PowerUp"})
    assert [v.text() for v in missing] == [
        "$.chargingStation: expected this field, which is required, received nothing"
    ]


def test_unknown_messages_are_key_errors() -> None:
    for version, action, kind in (
        ("1.6", "GetVariables", "request"),
        ("2.1", "NotifyPeriodicEventStream", "response"),
        ("2.1", "../Heartbeat", "request"),
        ("2.0.1", "Heartbeat", "refusal"),
    ):
        with pytest.raises(KeyError):
            violations(version, action, kind, {})
    with pytest.raises(ValueError, match="unknown OCPP version"):
        violations("2.2", "Heartbeat", "request", {})


def test_judging_changes_nothing() -> None:
    before = copy.deepcopy(schema("1.6", "MeterValues", "request"))
    violations("1.6", "MeterValues", "request", {})
    assert schema("1.6", "MeterValues", "request") == before


@pytest.mark.parametrize("text", ["y", "files/one", "ftp://u@h/x", ""])
def test_a_location_of_1_6_may_be_a_relative_reference(text: str) -> None:
    assert is_uri_reference(text)
    assert is_valid("1.6", "GetDiagnostics", "request", {"location": text})
    assert not is_valid("1.6", "GetDiagnostics", "request", {"location": "yesterday at noon"})
    assert violations("1.6", "GetDiagnostics", "request", {"location": "a b"})
