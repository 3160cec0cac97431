"""2.x: charging profiles outlive a restart."""

import pytest
from dialogue import about
from ocpp_proof.ocppj.frames import Call
from ocpp_proof.rules.ocpp2.kept_profiles import KeptProfiles

Dialogue = about(KeptProfiles)

pytestmark = pytest.mark.parametrize("version", ["2.0.1", "2.1"])
TIME = "2026-12-01T00:00:00Z"


@pytest.fixture
def talk(version):
    return Dialogue(version, of=("station",))


def profile(id=5, purpose="TxDefaultProfile", kind="Relative", level=0, schedule=None, **more):
    periods = {"id": 1, "chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6}]}
    made = {"id": id, "stackLevel": level, "chargingProfilePurpose": purpose, "chargingProfileKind": kind}
    return made | {"chargingSchedule": [periods | (schedule or {})]} | more


def put(talk, one=None, evse=1, status="Accepted"):
    talk.csms("SetChargingProfile", {"status": status}, evseId=evse, chargingProfile=one or profile())


def boot(talk, reason="PowerUp"):
    answer = {"status": "Accepted", "currentTime": TIME, "interval": 300}
    talk.station("BootNotification", answer, reason=reason, chargingStation={"model": "m", "vendorName": "v"})


def get(talk, *found, status=None, **asked):
    asked = {"chargingProfile": {"chargingProfilePurpose": "TxDefaultProfile"}} | asked
    status = status or ("Accepted" if found else "NoProfiles")
    talk.csms("GetChargingProfiles", {"status": status}, requestId=3, **asked)
    for number, one in enumerate(found):
        data = {"requestId": 3, "evseId": 1, "chargingLimitSource": "CSO", "chargingProfile": [one]}
        talk.station("ReportChargingProfiles", {}, **data, tbc=number + 1 < len(found))


def test_one_that_is_there(talk):
    put(talk)
    boot(talk)
    get(talk, profile(4), profile())
    assert talk.found() == []


@pytest.mark.parametrize("others", [(), (4,), (4, 6)])
@pytest.mark.parametrize("asked", [{}, {"evseId": 1}, {"chargingProfile": {"chargingProfileId": [5, 9]}}])
def test_one_that_is_gone(talk, others, asked):
    put(talk)
    get(talk, profile())
    boot(talk)
    get(talk, *map(profile, others), **asked)
    assert talk.found() == ["profiles-kept"]


@pytest.mark.parametrize(
    "asked",
    [
        {"evseId": 2},
        {"chargingProfile": {"chargingProfileId": [9]}},
        {"chargingProfile": {"stackLevel": 3}},
        {"chargingProfile": {"chargingProfilePurpose": "ChargingStationMaxProfile"}},
        {"chargingProfile": {"chargingLimitSource": ["EMS"]}},
        {"status": "Accepted"},
    ],
)
def test_it_was_not_asked_for_or_may_come(talk, asked):
    put(talk)
    boot(talk)
    get(talk, **asked)
    assert talk.found() == []


@pytest.mark.parametrize(
    "one",
    [
        profile(purpose="TxProfile", transactionId="T"),
        profile(validTo="2030-01-01T00:00:00Z"),
        profile(kind="Absolute", schedule={"startSchedule": TIME, "duration": 60}),
        profile(purpose="ChargingStationExternalConstraints"),
    ],
)
def test_one_that_need_not_stay(talk, one):
    put(talk, one)
    boot(talk)
    get(talk, chargingProfile={"chargingProfileId": [5]})
    assert talk.found() == []


@pytest.mark.parametrize(
    "why", ["refused", "cleared", "replaced", "switched off", "triggered", "no boot", "wrong", "vendor"]
)
def test_one_that_may_be_gone(talk, why):
    put(talk, status="Rejected" if why == "refused" else "Accepted")
    match why:
        case "cleared":
            talk.csms("ClearChargingProfile", {"status": "Accepted"}, chargingProfileId=5)
        case "replaced":
            put(talk, profile(8))
        case "wrong":
            talk.judge.said("csms", Call("x", "ClearChargingProfile", {}), talk.now, deviating=True)
        case "switched off":
            one = {"component": {"name": "SmartChargingCtrlr"}, "variable": {"name": "Enabled"}}
            result = {"setVariableResult": [one | {"attributeStatus": "Accepted"}]}
            talk.csms("SetVariables", result, setVariableData=[one | {"attributeValue": "false"}])
        case "vendor":
            talk.csms("DataTransfer", {"status": "Accepted"}, vendorId="org.example")
    if why != "no boot":
        boot(talk, "Triggered" if why == "triggered" else "PowerUp")
    get(talk, profile(8))
    assert talk.found() == []


def test_a_connection_that_is_lost_within_the_report(talk):
    put(talk)
    boot(talk)
    talk.csms("GetChargingProfiles", {"status": "Accepted"}, requestId=3, chargingProfile={"stackLevel": 0})
    talk.reconnect()
    data = {"requestId": 3, "evseId": 1, "chargingLimitSource": "CSO", "chargingProfile": [profile(4)]}
    talk.station("ReportChargingProfiles", {}, **data)
    assert talk.found() == []
