"""2.x: the EVSEs of the full inventory are those that there are."""

import pytest
from dialogue import about
from ocpp_proof.ocppj.frames import Call
from ocpp_proof.rules.ocpp2.inventory import Inventory

Dialogue = about(Inventory)

pytestmark = pytest.mark.parametrize("version", ["2.0.1", "2.1"])
TIME = "2026-12-01T00:00:00Z"


@pytest.fixture
def talk(version):
    return Dialogue(version, of=("station",))


def part(talk, *evses, no=0, more=False, number=7):
    data = [
        {"component": {"name": "EVSE"} | ({"evse": {"id": one}} if one else {})}
        | {"variable": {"name": "AvailabilityState"}, "variableAttribute": [{"value": "Available"}]}
        for one in evses
    ]
    talk.station("NotifyReport", {}, requestId=number, generatedAt=TIME, seqNo=no, tbc=more, reportData=data)


def ask(talk, base="FullInventory", status="Accepted", number=7):
    talk.csms("GetBaseReport", status and {"status": status}, requestId=number, reportBase=base)


def inventory(talk, *evses):
    ask(talk)
    part(talk, 0, *evses)


def boot(talk, status="Accepted", reason="PowerUp"):
    answer = {"status": status, "currentTime": TIME, "interval": 300}
    talk.station("BootNotification", answer, reason=reason, chargingStation={"model": "m", "vendorName": "v"})


def tells(talk, evse):
    talk.station("StatusNotification", {}, timestamp=TIME, connectorStatus="Available", evseId=evse, connectorId=1)


def test_those_that_there_are(talk):
    inventory(talk, 1, 2)
    for evse in (1, 2):
        tells(talk, evse)
    talk.station("MeterValues", {}, evseId=0, meterValue=[{"timestamp": TIME, "sampledValue": [{"value": 1}]}])
    assert talk.found() == []


def test_one_that_is_not_there(talk):
    inventory(talk, 1, 2)
    tells(talk, 3)
    [breach] = talk.breaches()
    assert (breach.rule.id, breach.field, breach.received) == ("evse-exists", "evseId", "EVSE 3")
    assert "names 2 EVSEs" in breach.contradicts


@pytest.mark.parametrize("where", ["event", "report", "transaction"])
def test_each_place_of_an_evse(talk, where):
    inventory(talk, 1)
    thing = {"component": {"name": "Connector", "evse": {"id": 2, "connectorId": 1}}, "variable": {"name": "Problem"}}
    match where:
        case "event":
            event = {"eventId": 1, "timestamp": TIME, "trigger": "Delta", "actualValue": "1"}
            data = [event | thing | {"eventNotificationType": "HardWiredNotification"}]
            talk.station("NotifyEvent", {}, generatedAt=TIME, seqNo=0, eventData=data)
        case "report":
            part(talk, 2, number=9)
        case _:
            event = {"eventType": "Started", "triggerReason": "CablePluggedIn", "seqNo": 0, "timestamp": TIME}
            talk.station("TransactionEvent", {}, **event, transactionInfo={"transactionId": "T"}, evse={"id": 2})
    assert talk.found() == ["evse-exists"]


@pytest.mark.parametrize("evses", [(1, 3), (2,), (2, 3)])
def test_a_gap(talk, evses):
    inventory(talk, *evses)
    assert talk.found() == ["evse-numbers-without-gap"]


@pytest.mark.parametrize(
    "why", ["no evse", "other base", "refused", "before the answer", "part missing", "not over", "connection", "wrong"]
)
def test_where_it_is_not_known(talk, why):
    ask(
        talk,
        "SummaryInventory" if why == "other base" else "FullInventory",
        "Rejected" if why == "refused" else None if why == "before the answer" else "Accepted",
    )
    if why == "wrong":
        talk.judge.said("csms", Call("x", "GetReport", {"requestId": 7}), talk.now, deviating=True)
    if why == "connection":
        part(talk, 0, more=True)
        talk.reconnect()
    part(
        talk, 0 if why == "no evse" else 1, no=1 if why in ("part missing", "connection") else 0, more=why == "not over"
    )
    tells(talk, 2)
    assert talk.found() == []


def test_a_report_in_parts(talk):
    ask(talk)
    part(talk, 1, more=True)
    part(talk, 2, no=1, more=True)
    part(talk, 3, no=2)
    tells(talk, 3)
    assert talk.found() == []
    tells(talk, 4)
    assert talk.found() == ["evse-exists"]


def test_the_same_number_for_two_reports(talk):
    ask(talk)
    talk.csms("GetReport", {"status": "Accepted"}, requestId=7)
    part(talk, 1)
    tells(talk, 2)
    assert talk.found() == []


@pytest.mark.parametrize("why", ["boot", "pending", "triggered"])
def test_a_boot(talk, why):
    if why == "pending":
        boot(talk, "Pending")
    inventory(talk, 1)
    boot(talk, reason="Triggered" if why == "triggered" else "PowerUp")
    tells(talk, 2)
    assert talk.found() == ([] if why == "boot" else ["evse-exists"])


ASKED = {
    "unlock-of-an-unknown-evse": ("UnlockConnector", "UnknownConnector", "Unlocked", {"connectorId": 1}),
    "schedule-of-an-unknown-evse": ("GetCompositeSchedule", "Rejected", "Accepted", {"duration": 60}),
    "profile-for-an-unknown-evse": (
        "SetChargingProfile",
        "Rejected",
        "Accepted",
        {
            "chargingProfile": {
                "id": 1,
                "stackLevel": 0,
                "chargingProfilePurpose": "TxDefaultProfile",
                "chargingProfileKind": "Relative",
                "chargingSchedule": [
                    {"id": 1, "chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6}]}
                ],
            }
        },
    ),
}


@pytest.mark.parametrize("rule", ASKED)
@pytest.mark.parametrize("known", [True, False])
def test_a_request_about_an_evse(talk, rule, known):
    action, right, wrong, payload = ASKED[rule]
    if known:
        inventory(talk, 1)
    for evse, status in ((1, wrong), (2, right), (2, wrong)):
        talk.csms(action, {"status": status}, **payload, evseId=evse)
    talk.csms(action, "NotSupported", **payload, evseId=2)
    assert talk.found() == ([rule] if known else [])
