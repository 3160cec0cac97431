"""The harness's default answers: one for every CALL of every version, always valid, and sound where it can be said."""

from typing import Any

import pytest
from ocpp_proof.ocppj.actions import Action, actions
from ocpp_proof.ocppj.frames import VERSIONS
from ocpp_proof.ocppj.schemas import build, violations
from ocpp_proof.roles.defaults import DefaultAnswers, NoDefault

CALLS = [(version, action) for version in VERSIONS for action in actions(version) if action.kind == "call"]


def played(action: Action) -> list[Any]:
    """Who of us is asked that."""
    return {"station": ["csms"], "csms": ["station"], "both": ["csms", "station"]}[action.sender]


@pytest.mark.parametrize(("version", "action"), CALLS, ids=lambda part: getattr(part, "name", part))
def test_every_call_has_a_valid_answer(version: str, action: Action) -> None:
    for role in played(action):
        for full in (False, True):
            request = build(version, action.name, "request", full=full)
            answer = DefaultAnswers(version, role).answer(action.name, request)
            assert violations(version, action.name, "response", answer) == []


def test_the_numbers_of_calls() -> None:
    assert [sum(version == v for v, _ in CALLS) for version in VERSIONS] == [39, 64, 90]


def test_what_a_role_is_not_asked_has_none() -> None:
    for version, role, action in (
        ("1.6", "csms", "Reset"),
        ("1.6", "station", "BootNotification"),
        ("1.6", "csms", "TransactionEvent"),
        ("2.1", "csms", "NotifyPeriodicEventStream"),
        ("2.0.1", "csms", "Nonsense"),
    ):
        with pytest.raises(NoDefault):
            DefaultAnswers(version, role).answer(action, {})  # type: ignore[arg-type]


def test_transactions_get_fresh_ids() -> None:
    csms = DefaultAnswers("1.6", "csms")
    ids = {csms.answer("StartTransaction", {})["transactionId"] for _ in range(50)}
    assert len(ids) == 50
    assert min(ids) > 0
    assert DefaultAnswers("1.6", "csms", first_transaction=7).answer("StartTransaction", {})["transactionId"] == 7


def test_boot_carries_the_interval() -> None:
    assert DefaultAnswers("2.1", "csms", interval=42).answer("BootNotification", {})["interval"] == 42


def test_a_token_is_answered_only_when_there_is_one() -> None:
    csms = DefaultAnswers("2.0.1", "csms")
    assert csms.answer("TransactionEvent", {}) == {}
    assert csms.answer("TransactionEvent", {"idToken": {}})["idTokenInfo"]["status"] == "Accepted"


def told_station(station: DefaultAnswers, action: str, payload: Any) -> Any:
    """The answer of a station that was asked this, and stands by its answer."""
    answer = station.answer(action, payload)
    station.remember(action, payload, answer)
    return answer


def variable(component: str, name: str, value: str | None = None, **more: Any) -> dict[str, Any]:
    data = {"component": {"name": component}, "variable": {"name": name}, **more}
    return data if value is None else {**data, "attributeValue": value}


def test_variables_are_remembered_and_strangers_named() -> None:
    station = DefaultAnswers("2.0.1", "station")
    told = [
        variable("OCPPCommCtrlr", "HeartbeatInterval", "17"),
        variable("OCPPCommCtrlr", "HeartbeatInterval", "soon"),
        variable("TxCtrlr", "StopTxOnEVSideDisconnect", "false"),
        variable("TxCtrlr", "Colour", "red"),
        variable("Rainbow", "Colour", "red"),
        variable("AuthCtrlr", "Enabled", "false", attributeType="MaxSet"),
    ]
    results = told_station(station, "SetVariables", {"setVariableData": told})["setVariableResult"]
    assert [result["attributeStatus"] for result in results] == [
        "Accepted",
        "Rejected",
        "Rejected",
        "UnknownVariable",
        "UnknownComponent",
        "NotSupportedAttributeType",
    ]
    asked = [
        variable("OCPPCommCtrlr", "HeartbeatInterval"),
        variable("SecurityCtrlr", "BasicAuthPassword"),
        variable("ClockCtrlr", "DateTime"),
    ]
    results = told_station(station, "GetVariables", {"getVariableData": asked})["getVariableResult"]
    assert results[0]["attributeValue"] == "17"
    assert results[1]["attributeStatus"] == "Rejected"
    assert results[2]["attributeValue"].endswith("Z")


@pytest.mark.parametrize("way", ["StatusNotification", "NotifyEvent"])
def test_a_connector_is_as_the_station_has_told(way: str) -> None:
    station = DefaultAnswers("2.1", "station")
    connector = {"name": "Connector", "evse": {"id": 2, "connectorId": 1}}

    def state(**component: Any) -> str:
        asked = {"component": component, "variable": {"name": "AvailabilityState"}}
        answer = station.answer("GetVariables", {"getVariableData": [asked]})
        return str(answer["getVariableResult"][0]["attributeValue"])

    assert state(**connector) == "Available"
    event = {"component": connector, "variable": {"name": "AvailabilityState"}, "actualValue": "Occupied"}
    other = {"component": connector, "variable": {"name": "Problem"}, "actualValue": "true"}
    by_event = {"generatedAt": "2026-12-01T00:00:00Z", "seqNo": 0, "eventData": [event, other, "wrong"]}
    by_status = {"timestamp": "2026-12-01T00:00:00Z", "evseId": 2, "connectorId": 1, "connectorStatus": "Occupied"}
    station.told(way, by_event if way == "NotifyEvent" else by_status)
    station.told("StatusNotification", "wrong on purpose")
    assert state(**connector) == state(name="EVSE", evse={"id": 2}) == "Occupied"
    assert (
        state(name="Connector", evse={"id": 1, "connectorId": 1}) == state(name="EVSE", evse={"id": 1}) == "Available"
    )
    assert state(name="ChargingStation") == "Available"


def test_configuration_keys_are_remembered_and_strangers_named() -> None:
    station = DefaultAnswers("1.6", "station")
    statuses = [
        told_station(station, "ChangeConfiguration", {"key": key, "value": value})["status"]
        for key, value in (
            ("HeartbeatInterval", "17"),
            ("NumberOfConnectors", "9"),
            ("Colour", "red"),
            ("HeartbeatInterval", "x"),
        )
    ]
    assert statuses == ["Accepted", "Rejected", "NotSupported", "Rejected"]
    answer = told_station(station, "GetConfiguration", {"key": ["HeartbeatInterval", "Colour", "AuthorizationKey"]})
    assert answer["unknownKey"] == ["Colour"]
    assert answer["configurationKey"] == [
        {"key": "HeartbeatInterval", "readonly": False, "value": "17"},
        {"key": "AuthorizationKey", "readonly": False},
    ]
    assert len(told_station(station, "GetConfiguration", {})["configurationKey"]) > 30


def test_lists_and_reservations_are_remembered() -> None:
    station = DefaultAnswers("1.6", "station")
    assert told_station(station, "CancelReservation", {"reservationId": 5}) == {"status": "Rejected"}
    told_station(station, "ReserveNow", {"reservationId": 5})
    assert told_station(station, "CancelReservation", {"reservationId": 5}) == {"status": "Accepted"}
    assert told_station(station, "GetLocalListVersion", {}) == {"listVersion": 0}
    entry = {"idTag": "A", "idTagInfo": {"status": "Accepted"}}
    told_station(station, "SendLocalList", {"listVersion": 3, "updateType": "Full", "localAuthorizationList": [entry]})
    assert told_station(station, "GetLocalListVersion", {}) == {"listVersion": 3}
    assert told_station(station, "SendLocalList", {"listVersion": 3, "updateType": "Differential"}) == {
        "status": "VersionMismatch"
    }


@pytest.mark.parametrize("how", ["Full", "Differential"])
def test_an_empty_list_of_a_charge_point_has_the_version_0(how: str) -> None:
    """1.6, 5.10; in 2.x a version of 0 says that none was ever sent (D02.FR.02)."""
    old, new = DefaultAnswers("1.6", "station"), DefaultAnswers("2.0.1", "station")
    entry: dict[str, Any] = {"idTag": "A", "idTagInfo": {"status": "Accepted"}}
    told_station(old, "SendLocalList", {"listVersion": 3, "updateType": "Full", "localAuthorizationList": [entry]})
    gone = {} if how == "Full" else {"localAuthorizationList": [{"idTag": "A"}]}
    told_station(old, "SendLocalList", {"listVersion": 4, "updateType": how} | gone)
    assert told_station(old, "GetLocalListVersion", {}) == {"listVersion": 0}
    told_station(new, "SendLocalList", {"versionNumber": 4, "updateType": "Full"})
    assert told_station(new, "GetLocalListVersion", {}) == {"versionNumber": 4}


def test_what_a_case_has_chosen_is_kept_by_the_station() -> None:
    """A CSMS that configures each station at its boot would make it behave otherwise than the case does."""
    station = DefaultAnswers("2.0.1", "station")
    station.have("TxCtrlr.TxStartPoint", "Authorized")
    for value, status in (("PowerPathClosed", "Rejected"), ("Authorized", "Accepted")):
        told = {"setVariableData": [variable("TxCtrlr", "TxStartPoint", value)]}
        assert told_station(station, "SetVariables", told)["setVariableResult"][0]["attributeStatus"] == status
    asked = {"getVariableData": [variable("TxCtrlr", "TxStartPoint")]}
    (result,) = told_station(station, "GetVariables", asked)["getVariableResult"]
    assert result["attributeValue"] == "Authorized"


@pytest.mark.parametrize("has_it", [True, False])
def test_what_the_station_does_not_have_cannot_be_switched_on(has_it: bool) -> None:
    """A CSMS that switches on the calculation of costs would take it for done, and tell none."""
    station = DefaultAnswers("2.1", "station")
    if has_it:
        station.have("TariffCostCtrlr.Available[Cost]", "true")
    enabled = {"component": {"name": "TariffCostCtrlr"}, "variable": {"name": "Enabled", "instance": "Cost"}}
    for value, status in (("false", "Accepted"), ("true", "Accepted" if has_it else "Rejected")):
        told = {"setVariableData": [enabled | {"attributeValue": value}]}
        assert told_station(station, "SetVariables", told)["setVariableResult"][0]["attributeStatus"] == status


def test_a_reservation_that_no_case_asked_for_is_refused() -> None:
    """Accepted it would have to be told of (Reserved), and be kept."""
    station = DefaultAnswers("1.6", "station")
    assert station.answer("ReserveNow", {"reservationId": 5}, for_a_case=False) == {"status": "Rejected"}


def test_monitors_are_remembered() -> None:
    station = DefaultAnswers("2.1", "station")
    told = variable("EVSE", "Power") | {"type": "Delta", "severity": 5, "value": 1}
    result = told_station(station, "SetVariableMonitoring", {"setMonitoringData": [told]})["setMonitoringResult"][0]
    cleared = told_station(station, "ClearVariableMonitoring", {"id": [result["id"], 99]})["clearMonitoringResult"]
    assert [one["status"] for one in cleared] == ["Accepted", "NotFound"]


def test_what_was_refused_is_not_remembered() -> None:
    station = DefaultAnswers("1.6", "station")
    told = {"key": "MeterValueSampleInterval", "value": "7"}
    assert station.answer("ChangeConfiguration", told) == {"status": "Accepted"}
    station.remember("ChangeConfiguration", told, {"status": "Rejected"})  # a case has it refused
    answer = station.answer("GetConfiguration", {"key": [told["key"]]})
    assert answer["configurationKey"][0]["value"] == "60"
    assert station.answer("ChangeConfiguration", told | {"value": "-1"}) == {"status": "Rejected"}


def test_profiles_are_reported_and_cleared() -> None:
    station = DefaultAnswers("2.0.1", "station")
    asked = {"requestId": 7, "chargingProfile": {}}
    assert station.answer("GetChargingProfiles", asked) == {"status": "NoProfiles"}
    common = {"chargingProfilePurpose": "TxDefaultProfile", "chargingProfileKind": "Absolute"}
    period = {"startPeriod": 0, "limit": 6.0}
    schedule = [{"id": 1, "chargingRateUnit": "A", "chargingSchedulePeriod": [period]}]
    for evseId, number, level in ((1, 11, 0), (2, 12, 0), (1, 13, 1), (1, 14, 1)):  # the last replaces the third
        profile = {"id": number, "stackLevel": level, "chargingSchedule": schedule, **common}
        told_station(station, "SetChargingProfile", {"evseId": evseId, "chargingProfile": profile})
    reports = station.follow_ups("GetChargingProfiles", asked, station.answer("GetChargingProfiles", asked))
    assert [[p["id"] for p in report["chargingProfile"]] for _, report in reports] == [[11, 14], [12]]
    assert [report["tbc"] for _, report in reports] == [True, False]
    assert not [fault for name, report in reports for fault in violations("2.0.1", name, "request", report)]
    meant = {"chargingProfileCriteria": {"evseId": 1, "stackLevel": 0}}
    assert told_station(station, "ClearChargingProfile", meant) == {"status": "Accepted"}
    assert station.answer("ClearChargingProfile", {"chargingProfileId": 11}) == {"status": "Unknown"}


def test_what_only_a_case_shows_is_not_accepted_for_nobody() -> None:
    for version, action, payload, status in (
        ("2.0.1", "Reset", {"type": "Immediate"}, "Rejected"),
        ("2.0.1", "ChangeAvailability", {"operationalStatus": "Inoperative"}, "Rejected"),
        ("1.6", "ChangeAvailability", {"connectorId": 1, "type": "Operative"}, "Accepted"),
        ("1.6", "TriggerMessage", {"requestedMessage": "MeterValues"}, "Rejected"),
        ("2.1", "TriggerMessage", {"requestedMessage": "SignCombinedCertificate"}, "NotImplemented"),
        ("1.6", "TriggerMessage", {"requestedMessage": "Heartbeat"}, "Accepted"),
        ("2.0.1", "TriggerMessage", {"requestedMessage": "StatusNotification"}, "Rejected"),
    ):
        station = DefaultAnswers(version, "station")
        assert station.answer(action, payload)["status"] == "Accepted"
        assert station.answer(action, payload, for_a_case=False)["status"] == status


def test_a_station_boots_again_when_it_is_asked_to_before_it_is_accepted() -> None:
    asked = {"requestedMessage": "BootNotification"}
    station = DefaultAnswers("2.1", "station")
    assert station.answer("TriggerMessage", asked) == {"status": "Rejected"}  # it is accepted (F06.FR.17)
    station.register(accepted=False)
    answer = station.answer("TriggerMessage", asked, for_a_case=False)
    assert answer["status"] == "Accepted"
    assert station.follow_ups("TriggerMessage", asked, answer) == [("BootNotification", {"reason": "Triggered"})]
    station.register(accepted=True)
    assert station.answer("TriggerMessage", asked, for_a_case=False)["status"] == "Rejected"
    assert station.follow_ups("TriggerMessage", asked, answer) == []


def test_what_must_follow_is_valid() -> None:
    for version, action, payload, expected in (
        ("2.0.1", "GetBaseReport", {"requestId": 7, "reportBase": "FullInventory"}, ["NotifyReport"]),
        (
            "2.1",
            "GetReport",
            {"requestId": 7, "componentVariable": [{"component": {"name": "TxCtrlr"}}]},
            ["NotifyReport"],
        ),
        ("2.1", "GetReport", {"requestId": 7, "componentVariable": [{"component": {"name": "Rainbow"}}]}, []),
        ("2.1", "CustomerInformation", {"requestId": 7, "report": True, "clear": False}, ["NotifyCustomerInformation"]),
        ("2.0.1", "GetLog", {"requestId": 7, "logType": "SecurityLog"}, ["LogStatusNotification"] * 2),
        ("1.6", "GetLog", {"requestId": 7, "logType": "SecurityLog"}, ["LogStatusNotification"] * 2),
        ("1.6", "TriggerMessage", {"requestedMessage": "Heartbeat"}, ["Heartbeat"]),
        (
            "1.6",
            "TriggerMessage",
            {"requestedMessage": "DiagnosticsStatusNotification"},
            ["DiagnosticsStatusNotification"],
        ),
        ("2.0.1", "TriggerMessage", {"requestedMessage": "FirmwareStatusNotification"}, ["FirmwareStatusNotification"]),
        ("2.0.1", "ClearCache", {}, []),
    ):
        station = DefaultAnswers(version, "station")
        following = station.follow_ups(action, payload, station.answer(action, payload))
        assert [name for name, _ in following] == expected
        for name, sent in following:
            assert violations(version, name, "request", sent) == []
            assert sent.get("requestId", 7) == 7
    assert DefaultAnswers("2.1", "csms").follow_ups("Heartbeat", {}, {}) == []
