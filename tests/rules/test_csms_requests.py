"""Rules about what a CSMS asks: profiles, local lists, variables, triggers."""

import pytest
from dialogue import Dialogue
from test_csms_answers import V2, boot, time

# --- 1.6


def schedule(**more):
    return {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6.0}]} | more


def profile16(purpose="TxProfile", **more):
    return {
        "chargingProfileId": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": "Relative",
        "chargingSchedule": schedule(),
    } | more


@pytest.mark.parametrize(
    ("profile", "broken"),
    [
        (profile16(), []),
        (profile16(transactionId=3), ["profile-of-a-remote-start"]),
        (profile16("TxDefaultProfile"), ["profile-of-a-remote-start"]),
    ],
)
def test_a_profile_in_a_remote_start_16(profile, broken):
    talk = Dialogue("1.6")
    talk.csms("RemoteStartTransaction", {"status": "Accepted"}, idTag="A", chargingProfile=profile)
    assert talk.found() == broken


@pytest.mark.parametrize(("connector", "broken"), [({}, []), ({"connectorId": 1}, []), ({"connectorId": 0}, True)])
def test_the_connector_of_a_remote_start(connector, broken):
    talk = Dialogue("1.6")
    talk.csms("RemoteStartTransaction", {"status": "Rejected"}, idTag="A", **connector)
    assert talk.found() == (["connector-of-a-remote-start"] if broken else [])


@pytest.mark.parametrize(
    ("profile", "broken"),
    [
        (profile16(transactionId=3), []),
        (profile16(), []),
        (profile16("TxDefaultProfile"), []),
        (profile16("TxDefaultProfile", transactionId=3), ["profile-names-its-transaction"]),
    ],
)
def test_a_profile_of_a_transaction_16(profile, broken):
    talk = Dialogue("1.6")
    talk.csms("SetChargingProfile", {"status": "Accepted"}, connectorId=1, csChargingProfiles=profile)
    assert talk.found() == broken


def test_the_first_period_16():
    talk = Dialogue("1.6")
    late = schedule(chargingSchedulePeriod=[{"startPeriod": 60, "limit": 6.0}])
    for made, broken in ((profile16(), []), (profile16(chargingSchedule=late), ["schedule-begins-at-zero"])):
        talk.csms("SetChargingProfile", None, connectorId=1, csChargingProfiles=made)
        assert talk.found() == broken
        talk.csms("RemoteStartTransaction", None, idTag="A", chargingProfile=made)
        assert talk.found() == broken


# --- local lists


@pytest.mark.parametrize(("version", "name"), [("1.6", "listVersion"), ("2.0.1", "versionNumber")])
@pytest.mark.parametrize(("number", "broken"), [(1, False), (0, True), (-1, True)])
def test_the_version_of_a_list(version, name, number, broken):
    talk = Dialogue(version)
    talk.csms("SendLocalList", {"status": "Accepted"}, updateType="Full", **{name: number})
    assert talk.found() == (["list-version-above-zero"] if broken else [])


@pytest.mark.parametrize("version", V2)
def test_a_token_once(version):
    def entry(value, type="ISO14443"):
        return {"idToken": {"idToken": value, "type": type}, "idTokenInfo": {"status": "Accepted"}}

    talk = Dialogue(version)
    rest = {"versionNumber": 1, "updateType": "Full"}
    good, bad = [entry("a1"), entry("A1", "Central")], [entry("a1"), entry("A1")]
    talk.csms("SendLocalList", {"status": "Accepted"}, localAuthorizationList=good, **rest)
    assert talk.found() == []
    talk.csms("SendLocalList", {"status": "Accepted"}, localAuthorizationList=bad, **rest)
    assert talk.found() == ["list-tokens-once"]


# --- 2.x profiles


def profile2(purpose="TxDefaultProfile", **more):
    return {
        "id": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": "Relative",
        "chargingSchedule": [schedule(id=1)],
    } | more


def periods(*starts, **more):
    return [schedule(id=1, chargingSchedulePeriod=[{"startPeriod": s, "limit": 6.0} | more for s in starts])]


START = [schedule(id=1, startSchedule=time())]
SINGLE = [
    (profile2(), []),
    (profile2("TxProfile", transactionId="t"), []),
    (profile2("TxProfile"), ["tx-profile-names-its-transaction"]),
    (profile2("ChargingStationExternalConstraints"), ["no-external-constraints-set"]),
    (profile2("ChargingStationMaxProfile"), ["station-maximum-not-relative"]),
    (profile2("ChargingStationMaxProfile", chargingProfileKind="Absolute", chargingSchedule=START), []),
    (profile2(chargingProfileKind="Absolute"), ["start-of-a-schedule-there"]),
    (profile2(chargingProfileKind="Recurring"), ["start-of-a-schedule-there"]),
    (profile2(chargingSchedule=START), ["relative-without-start"]),
    (profile2(chargingSchedule=periods(0, 60, 120)), []),
    (profile2(chargingSchedule=periods(60)), ["first-period-at-zero"]),
    (profile2(chargingSchedule=periods(0, 120, 60)), ["periods-in-order"]),
    (profile2(chargingSchedule=periods(0, 0)), ["periods-in-order"]),
    (profile2(chargingSchedule=periods(0, phaseToUse=2)), ["phase-only-for-one"]),
    (profile2(chargingSchedule=periods(0, phaseToUse=2, numberPhases=1)), []),
]


@pytest.mark.parametrize("version", V2)
@pytest.mark.parametrize(("profile", "broken"), SINGLE)
def test_a_profile(version, profile, broken):
    talk = Dialogue(version)
    talk.csms("SetChargingProfile", {"status": "Accepted"}, evseId=1, chargingProfile=profile)
    assert talk.found() == broken


def sets(talk, id, status="Accepted", *, evse=1, **more):
    profile = profile2(more.pop("purpose", "TxDefaultProfile"), id=id, **more)
    talk.csms("SetChargingProfile", {"status": status}, evseId=evse, chargingProfile=profile)


@pytest.mark.parametrize("version", V2)
def test_a_stack_level_is_taken_by_one(version):
    talk = Dialogue(version)
    sets(talk, 1)
    sets(talk, 1)  # replaced
    sets(talk, 2, stackLevel=1)
    sets(talk, 3, evse=2)
    sets(talk, 4, validTo=time(60))
    assert talk.found() == []
    sets(talk, 5)
    assert talk.found() == ["stack-level-once"]


@pytest.mark.parametrize("version", V2)
def test_a_stack_level_is_free_again(version):
    for frees in ("refused", "cleared", "restarted"):
        talk = Dialogue(version)
        sets(talk, 1, "Rejected" if frees == "refused" else "Accepted")
        if frees == "cleared":
            talk.csms("ClearChargingProfile", {"status": "Accepted"}, chargingProfileId=1)
        elif frees == "restarted":
            boot(talk)
        sets(talk, 2)
        assert talk.found() == []


@pytest.mark.parametrize("version", V2)
def test_a_stack_level_in_a_transaction(version):
    talk = Dialogue(version)
    sets(talk, 1, purpose="TxProfile", transactionId="t")
    sets(talk, 2, purpose="TxProfile", transactionId="u")
    assert talk.found() == []
    sets(talk, 3, purpose="TxProfile", transactionId="t")
    assert talk.found() == ["stack-level-once-a-transaction"]
    ended = {"eventType": "Ended", "timestamp": time(), "triggerReason": "EVDeparted", "seqNo": 1}
    talk.station("TransactionEvent", {}, **ended, transactionInfo={"transactionId": "t"})
    sets(talk, 4, purpose="TxProfile", transactionId="t")
    assert talk.found() == []


@pytest.mark.parametrize("version", V2)
def test_a_profile_in_a_remote_start(version):
    talk = Dialogue(version)
    rest = {"idToken": {"idToken": "a", "type": "Central"}, "remoteStartId": 1}
    for profile, broken in (
        (profile2("TxProfile"), []),
        (profile2("TxProfile", transactionId="t"), ["no-transaction-at-remote-start"]),
        (profile2("TxDefaultProfile"), ["purpose-at-remote-start"]),
    ):
        talk.csms("RequestStartTransaction", {"status": "Accepted"}, chargingProfile=profile, **rest)
        assert talk.found() == broken


@pytest.mark.parametrize("version", V2)
def test_which_profiles_are_meant(version):
    talk = Dialogue(version)
    talk.csms("GetChargingProfiles", {"status": "NoProfiles"}, requestId=1, chargingProfile={"stackLevel": 0})
    talk.csms("ClearChargingProfile", {"status": "Unknown"}, chargingProfileId=1)
    talk.csms("ClearChargingProfile", {"status": "Unknown"}, chargingProfileCriteria={"evseId": 1})
    assert talk.found() == []
    talk.csms("GetChargingProfiles", {"status": "NoProfiles"}, requestId=1, evseId=1, chargingProfile={})
    assert talk.found() == ["profiles-asked-for-named"]
    talk.csms("ClearChargingProfile", {"status": "Unknown"})
    assert talk.found() == ["profiles-cleared-named"]
    purpose = {"chargingProfilePurpose": "ChargingStationExternalConstraints"}
    talk.csms("ClearChargingProfile", {"status": "Unknown"}, chargingProfileCriteria=purpose)
    assert talk.found() == ["no-external-constraints-cleared"]


# --- variables and triggers

A = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
B = {"component": {"name": "ocppcommctrlr"}, "variable": {"name": "heartbeatinterval"}}


def limit(action, number):
    return {
        "component": {"name": "DeviceDataCtrlr"},
        "variable": {"name": "ItemsPerMessage", "instance": action},
        "variableAttribute": [{"value": str(number)}],
    }


@pytest.mark.parametrize("version", V2)
def test_an_attribute_is_set_once(version):
    talk = Dialogue(version)
    data = [A | {"attributeValue": "1"}, B | {"attributeValue": "2", "attributeType": "Target"}]
    talk.csms("SetVariables", None, setVariableData=data)
    assert talk.found() == []
    data[1]["attributeType"] = "Actual"
    talk.csms("SetVariables", None, setVariableData=data)
    assert talk.found() == ["variables-set-once"]


@pytest.mark.parametrize("version", V2)
def test_no_more_variables_than_the_station_has_told_of(version):
    talk = Dialogue(version)
    two = [A, {"component": {"name": "AuthCtrlr"}, "variable": {"name": "Enabled"}}]
    talk.csms("GetVariables", None, getVariableData=two)
    report = {"requestId": 1, "seqNo": 0, "generatedAt": time()}
    talk.station("NotifyReport", {}, reportData=[limit("GetVariables", 1), limit("SetVariables", 1)], **report)
    assert talk.found() == []
    talk.csms("GetVariables", None, getVariableData=two)
    assert talk.found() == ["variables-read-at-once"]
    talk.csms("SetVariables", None, setVariableData=[one | {"attributeValue": "1"} for one in two])
    assert talk.found() == ["variables-set-at-once"]
    talk.csms("GetVariables", None, getVariableData=two[:1])
    assert talk.found() == []


@pytest.mark.parametrize("version", V2)
def test_a_status_is_asked_for_at_a_connector(version):
    talk = Dialogue(version)
    talk.csms("TriggerMessage", None, requestedMessage="Heartbeat")
    talk.csms("TriggerMessage", None, requestedMessage="StatusNotification", evse={"id": 1, "connectorId": 1})
    assert talk.found() == []
    for evse in ({}, {"evse": {"id": 1}}):
        talk.csms("TriggerMessage", None, requestedMessage="StatusNotification", **evse)
        assert talk.found() == ["connector-of-a-triggered-status"]
