"""Rules about reports: their numbers, whether more comes, and what they are about."""

import pytest
from dialogue import Dialogue
from ocpp_proof.ocppj.frames import Call
from ocpp_proof.rules.common.consequences import Consequences
from ocpp_proof.rules.ocpp2.report_contents import ReportContents
from ocpp_proof.rules.ocpp2.reports import Reports

SUBJECTS = (Reports, ReportContents, Consequences)

pytestmark = pytest.mark.parametrize("version", ["2.0.1", "2.1"])
TIME = "2026-11-30T10:00:00Z"
STATUS = {"status": "Accepted"}


def component(name="AuthCtrlr", **more):
    return {"name": name} | more


def entry(component_name="AuthCtrlr", variable="Enabled", **more):
    attribute = [{"value": "true"}]
    return {
        "component": component(component_name, **more),
        "variable": {"name": variable},
        "variableAttribute": attribute,
    }


class Talk(Dialogue):
    def __init__(self, version):
        super().__init__(version, of=("station",), in_time=60, subjects=SUBJECTS)
        self.later(100)

    def ask(self, id=7, status="Accepted", **more):
        self.csms("GetReport", status and {"status": status}, requestId=id, **more)

    def part(self, number=0, id=7, *, answer=None, data=None, **more):
        data = [entry()] if data is None else data
        answer = {} if answer is None else answer
        self.station("NotifyReport", answer, requestId=id, generatedAt=TIME, seqNo=number, reportData=data, **more)

    def broken(self):
        self.later(100)
        self.station("Heartbeat", {"currentTime": TIME})
        return self.found()


@pytest.fixture
def talk(version):
    return Talk(version)


def test_a_report(talk):
    talk.ask()
    talk.part(tbc=True)
    talk.later(50)
    talk.part(1, tbc=True)
    talk.part(2)
    talk.ask()
    talk.part(tbc=False)
    assert talk.broken() == []


@pytest.mark.parametrize("numbers", [[1], [0, 0], [0, 2], [1, 2]])
def test_numbers(talk, numbers):
    talk.ask()
    for number in numbers:
        talk.part(number, tbc=True)
    talk.part(max(numbers) + 1)
    assert "report-numbers" in talk.broken()


def test_numbers_of_other_reports(talk):
    where = {"component": component(), "variable": {"name": "Enabled"}}
    monitor = {"id": 1, "transaction": False, "value": 1, "type": "Delta", "severity": 5}
    monitor |= {"eventNotificationType": "CustomMonitor"} if talk.version == "2.1" else {}
    talk.csms("GetMonitoringReport", STATUS, requestId=3)
    monitors = [where | {"variableMonitoring": [monitor]}]
    talk.station("NotifyMonitoringReport", {}, requestId=3, seqNo=1, generatedAt=TIME, monitor=monitors)
    talk.csms("CustomerInformation", STATUS, requestId=3, report=True, clear=False, customerIdentifier="x")
    talk.station("NotifyCustomerInformation", {}, requestId=3, seqNo=1, generatedAt=TIME, data="x")
    assert talk.broken() == ["report-part-numbers"] * 2


def test_after_the_last(talk):
    talk.ask()
    talk.part()
    talk.part(1)
    assert talk.broken() == ["report-part-after-the-last"]


def test_no_more(talk):
    talk.ask()
    talk.part(tbc=True)
    assert talk.broken() == ["report-continued"]


@pytest.mark.parametrize("why", ["lost connection", "refused part", "wrong part", "asked again"])
def test_no_more_perhaps(talk, why):
    talk.ask()
    talk.part(tbc=True, answer="InternalError" if why == "refused part" else None)
    match why:
        case "lost connection":
            talk.reconnect()
            talk.part(0)
        case "wrong part":
            talk.judge.said("station", Call("x", "NotifyReport", {"requestId": 7}), talk.now, broken=True)
        case "asked again":
            talk.ask()
            talk.part(1, tbc=True)
    talk.part(2)
    assert talk.broken() == []


def test_another_number(talk):
    talk.ask()
    talk.part(id=8)
    assert talk.broken() == ["report-asked-for", "report-follows"]


def test_a_number_from_before(version):
    talk = Talk(version)
    talk.now -= 90
    talk.part(id=8)
    talk.judge.said("csms", Call("x", "GetReport", {"requestId": 9}), talk.now, deviating=True)
    talk.later(200)
    talk.part(id=9)
    assert talk.found() == []


@pytest.mark.parametrize(("status", "should"), [("EmptyResultSet", True), ("Rejected", True), ("NotSupported", True)])
def test_refused(talk, status, should):
    talk.ask(status=status)
    talk.part()
    assert [(b.rule.id, b.should) for b in talk.breaches()] == [("report-accepted", should)]


def test_base_report_that_is_not_supported(talk):
    talk.csms("GetBaseReport", {"status": "NotSupported"}, requestId=7, reportBase="SummaryInventory")
    talk.part()
    assert [(b.rule.id, b.should) for b in talk.breaches()] == [("report-accepted", False)]


def test_refused_once_and_accepted_once(talk):
    talk.ask(status="Rejected")
    talk.ask()
    talk.part()
    talk.ask(status="Rejected")
    assert talk.broken() == []


def test_before_the_answer(talk):
    talk.judge.said("csms", Call("q", "GetReport", {"requestId": 7}), talk.now)
    talk.part()
    assert [(b.rule.id, b.should) for b in talk.breaches()] == [("report-after-answer", True)]


@pytest.mark.parametrize(
    ("asked", "told", "broken"),
    [
        ({"component": component()}, entry(), False),
        ({"component": component("authctrlr")}, entry(), False),
        ({"component": component(), "variable": {"name": "ENABLED"}}, entry(), False),
        ({"component": component(), "variable": {"name": "Active"}}, entry(), True),
        ({"component": component("EVSE")}, entry("EVSE", evse={"id": 2}), False),
        ({"component": component("EVSE", evse={"id": 1})}, entry("EVSE", evse={"id": 1, "connectorId": 2}), False),
        ({"component": component("EVSE", evse={"id": 1})}, entry("EVSE", evse={"id": 2}), True),
        ({"component": component("EVSE", evse={"id": 1})}, entry("EVSE"), True),
        ({"component": component("TxCtrlr")}, entry(), True),
    ],
)
def test_variables(talk, asked, told, broken):
    talk.ask(componentVariable=[{"component": component("Other")}, asked])
    talk.part(data=[told])
    assert talk.broken() == (["report-about-what-was-asked"] if broken else [])


def test_monitors(talk):
    monitor = {"id": 1, "transaction": False, "value": 1, "type": "Delta", "severity": 5}
    monitor |= {"eventNotificationType": "CustomMonitor"} if talk.version == "2.1" else {}
    asked = [{"component": component("TxCtrlr")}]
    talk.csms("GetMonitoringReport", STATUS, requestId=3, componentVariable=asked)
    told = [{"component": component(), "variable": {"name": "Enabled"}, "variableMonitoring": [monitor]}]
    talk.station("NotifyMonitoringReport", {}, requestId=3, seqNo=0, generatedAt=TIME, monitor=told)
    assert talk.broken() == ["monitoring-report-about-what-was-asked"]


PERIOD = {"startPeriod": 0, "limit": 6}
SCHEDULE = {"id": 1, "chargingRateUnit": "A", "chargingSchedulePeriod": [PERIOD]}
PROFILE = {
    "id": 5,
    "stackLevel": 0,
    "chargingProfilePurpose": "TxDefaultProfile",
    "chargingProfileKind": "Absolute",
    "chargingSchedule": [SCHEDULE],
}


@pytest.mark.parametrize(
    ("asked", "evse", "broken"),
    [
        ({"chargingProfileId": [4, 5]}, None, []),
        ({"chargingProfilePurpose": "TxDefaultProfile", "stackLevel": 0}, 1, []),
        ({"chargingLimitSource": ["CSO", "EMS"]}, 1, []),
        ({"chargingProfileId": [4]}, 1, ["profiles-as-asked-for"]),
        ({"chargingProfilePurpose": "TxProfile"}, 1, ["profiles-as-asked-for"]),
        ({"stackLevel": 1}, 1, ["profiles-as-asked-for"]),
        ({"chargingLimitSource": ["EMS"]}, 1, ["profiles-as-asked-for"]),
        ({"stackLevel": 0}, 2, ["profiles-as-asked-for"]),
        ({"stackLevel": 0}, 0, ["profiles-as-asked-for"]),
    ],
)
def test_profiles(talk, asked, evse, broken):
    where = {} if evse is None else {"evseId": evse}
    talk.csms("GetChargingProfiles", STATUS, requestId=3, chargingProfile=asked, **where)
    told = {"chargingLimitSource": "CSO", "evseId": 1, "chargingProfile": [PROFILE]}
    talk.station("ReportChargingProfiles", {}, requestId=3, tbc=False, **told)
    assert talk.broken() == broken


def test_what_may_be_for_another_request(talk):
    talk.csms("GetChargingProfiles", STATUS, requestId=3, chargingProfile={"stackLevel": 1})
    talk.csms("GetChargingProfiles", STATUS, requestId=3, chargingProfile={"stackLevel": 0})
    told = {"chargingLimitSource": "CSO", "evseId": 1, "chargingProfile": [PROFILE]}
    talk.station("ReportChargingProfiles", {}, requestId=3, **told)
    assert talk.broken() == []


def test_a_part_that_was_not_answered_is_sent_again(talk):
    talk.ask()
    told = {"requestId": 7, "generatedAt": TIME, "seqNo": 0, "reportData": [entry()]}
    talk.station("NotifyReport", None, **told)
    talk.station("NotifyReport", {}, **told)
    assert talk.broken() == []


@pytest.mark.parametrize("request_", [None, [], "x", {}, {"requestId": {}}, {"requestId": []}])
def test_a_request_that_is_wrong_in_any_way(talk, request_):
    """A station may make a report of it, under a number that is not known."""
    for number, action in enumerate(["GetReport", "GetBaseReport", "GetMonitoringReport", "GetChargingProfiles"]):
        talk.judge.said("csms", Call(f"w{number}", action, request_), talk.now, deviating=True)
    talk.part()
    assert talk.broken() == []


def test_a_report_that_waited_for_a_connection(talk):
    talk.later(500)
    talk.reconnect()
    talk.part()
    assert talk.broken() == []


def test_many_reports(talk):
    for id in range(500):
        talk.ask(id)
        talk.part(id=id)
    assert talk.broken() == []
    talk.part(1, id=3)  # nothing is known of it any more
    talk.part(1, id=499)
    assert talk.broken() == ["report-part-after-the-last"]


def test_a_profile_of_the_whole_station(talk):
    talk.csms("GetChargingProfiles", STATUS, requestId=7, evseId=1, chargingProfile={"chargingLimitSource": ["CSO"]})
    period = {"startPeriod": 0, "limit": 6.0}
    schedule = {"id": 1, "chargingRateUnit": "A", "chargingSchedulePeriod": [period]}
    profile = {
        "id": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": [schedule],
    }
    talk.station(
        "ReportChargingProfiles", {}, requestId=7, evseId=0, chargingLimitSource="CSO", chargingProfile=[profile]
    )
    assert [(breach.rule.id, breach.should) for breach in talk.breaches()] == [("profiles-as-asked-for", True)]
