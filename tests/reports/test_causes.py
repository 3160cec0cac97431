"""One fault is one cause, and different faults stay apart."""

import json
import re
import xml.etree.ElementTree as ElementTree

import pytest
from ocpp_reports import allure
from ocpp_reports.bundle import Bundle, load
from ocpp_reports.causes import causes_of, ids_by_case
from ocpp_reports.fresh_values import without_fresh_values
from ocpp_reports.junit import junit
from ocpp_reports.model import CaseResult, CheckRecord, RunResult, StepRecord, Verdict, WireRecord
from ocpp_reports.summary import page

HOSTILE = "<script>alert(1)</script>\"'&<img src=x onerror=alert(1)>"
UUID = "b6253eb7-7d93-4468-8fc5-15d58feef7c{}"


def check(requirement="B01.FR.02", expected="status 'Accepted'", received="status 'Rejected'", time=50.0, note=""):
    return CheckRecord(requirement, "MUST", Verdict.FAIL, expected, received, note, time)


def failed(id, *checks, wire=(), findings=()):
    scenario = StepRecord("scenario", kind="root", steps=[StepRecord("a step", checks=list(checks))])
    reason = "\n\n".join(f"{c.requirement} (MUST): why\nexpected: {c.expected}\nreceived: {c.received}" for c in checks)
    return CaseResult(
        id,
        "a title",
        "2.0.1",
        0,
        "station",
        "Acme",
        Verdict.FAIL,
        reason,
        started=1.0,
        duration=99.0,
        scenario=scenario,
        wire=list(wire),
        findings=list(findings),
    )


def unjudged(id, reason, *, wire=(), ended=50.0):
    given = StepRecord("a state", kind="given", ended=ended, verdict=Verdict.INCONCLUSIVE, error="it is not reached")
    result = failed(id, wire=wire)
    result.scenario.steps = [given]
    result.verdict, result.reason = Verdict.INCONCLUSIVE, reason
    return result


def unreached(id, one, **options):
    """A case whose precondition was not reached because this was not as it must be."""
    lines = f"{one.requirement} (MUST): why\nexpected: {one.expected}\nreceived: {one.received}"
    return unjudged(id, f"could not reach the state: Charging\n{lines}", **options)


def passed(id, *findings):
    result = failed(id, findings=findings)
    result.verdict, result.reason = Verdict.PASS, ""
    return result


def run(*cases, ocpp="2.0.1", role="station"):
    return RunResult("Acme", role, ocpp, 0, started=1.0, ended=2.0, cases=list(cases))


def causes(*cases, **options):
    return causes_of(run(*cases, **options))


def sent(time, *frame):
    return WireRecord(time, "out", "text", json.dumps(frame), 1)


def came(time, *frame):
    return WireRecord(time, "in", "text", json.dumps(frame), 1)


def opened(time=1.0):
    return WireRecord(time, "-", "tcp-open", "127.0.0.1:1", 1)


def lost(time):
    return WireRecord(time, "-", "tcp-lost", "closed without a close frame", 1)


def note(time, text):
    return WireRecord(time, "-", "note", text, 0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"an answer to {UUID.format(1)}", f"an answer to {UUID.format(2)}"),
        ("{'at': '2026-11-30T11:32:04.210Z'}", "{'at': '2026-11-30T11:32:05Z'}"),
        ("within 5 s", "within 60.5 s"),
        ("idTag = 04211637983964 in upper", "idTag = DEADBEEF in upper"),
        ("{'idTag': 'AB12'}", "{'idTag': 'a text of many words'}"),
        ("connectors [1, 2]", "connectors [1, 2, 3]"),
        ("0.5 A", "16 A"),
    ],
)
def test_what_is_fresh_in_every_case_does_not_count(one, other):
    assert without_fresh_values(one) == without_fresh_values(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("status 'Rejected'", "status 'Accepted'"),
        ("refused: HTTP 401", "refused: HTTP 404"),
        ("closed with code 1002", "closed with code 1009"),
        ("the station's key A isn't there", "the station's key B isn't there"),
        ("{'status': 'Available'}", "{'status': 'Faulted'}"),
        ("''", "'Accepted'"),
        ("a transaction runs since TC_011_1_CS", "a transaction runs since TC_012_1_CS"),
        ("against B01.FR.02", "against B01.FR.03"),
        ("1.6 §4.2 says so", "1.6 §4.9 says so"),
    ],
)
def test_what_says_what_happened_counts(one, other):
    assert without_fresh_values(one) != without_fresh_values(other)


def test_findings_of_the_same_requirement_and_the_same_answer_are_one_cause():
    first, second = check(received=f"'Rejected' to {UUID.format(1)}"), check(received=f"'Rejected' to {UUID.format(2)}")
    (cause,) = causes(failed("TC_A_CS", first), failed("TC_B_CS", second), passed("TC_C_CS"))
    assert (cause.id, cause.kind, cause.count, cause.cases) == ("C1", "finding", 2, ["TC_A_CS", "TC_B_CS"])
    assert cause.requirements == ["B01.FR.02"]
    assert cause.example.case == "TC_A_CS"


def test_the_rows_of_official_cases_are_one_requirement():
    one, other = check("TC_A_CS step 3"), check("TC_B_CS precondition")
    assert len(causes(failed("TC_A_CS", one), failed("TC_B_CS", other))) == 1


def test_a_wrong_field_is_one_cause_whatever_else_its_message_holds():
    told = "reason {} in {{'reason': {}, 'chargingStation': {}}}"
    one, other = told.format("'PowerUp'", "'PowerUp'", "{'model': 'One'}"), told.format("'PowerUp'", "'PowerUp'", "{}")
    third = told.format("'Triggered'", "'Triggered'", "{}")
    found = causes(*(failed(received, check(received=received)) for received in (one, other, third)))
    assert [c.count for c in found] == [2, 1]


def test_a_precondition_that_another_case_judges_is_the_same_cause():
    (cause,) = causes(unreached("TC_A_CS", check()), failed("TC_B_CS", check()), unreached("TC_C_CS", check()))
    assert cause.verdict is Verdict.FAIL
    assert cause.cases == ["TC_A_CS", "TC_B_CS", "TC_C_CS"]
    assert cause.example.case == "TC_B_CS"


@pytest.mark.parametrize(
    "other",
    [
        {"requirement": "B01.FR.03"},
        {"received": "status 'Scheduled'"},
        {"expected": "status 'Scheduled'"},
        {"received": "HTTP 404"},
    ],
)
def test_different_findings_stay_apart(other):
    assert len(causes(failed("TC_A_CS", check()), failed("TC_B_CS", check(**other)))) == 2


def test_a_message_that_does_not_come_is_one_cause_whatever_else_came():
    expected = "StatusNotification(connectorId = {}, status = 'Available') within {} s"
    one = check(expected=expected.format(1, 5), received="Heartbeat {}; Heartbeat {}")
    other = check(expected=expected.format(2, 10), received="nothing")
    wrong = check(
        expected=expected.format(2, 10),
        received="StatusNotification with status = 'Faulted': {'status': 'Faulted'}; also came: nothing",
    )
    assert [c.count for c in causes(failed("A", one), failed("B", other), failed("C", wrong))] == [2, 1]


def schema(path="$.chargingStation.model", expected="at most 20 characters", action="BootNotification"):
    return check(f"schema {action} request", f"{path}: {expected}", '"something long"', note="rule SCHEMA")


def test_the_field_that_breaks_its_schema_in_every_message_is_one_cause():
    (cause,) = causes(failed("TC_A_CS", schema()), passed("TC_B_CS", schema()), passed("TC_C_CS", schema(), schema()))
    assert (cause.kind, cause.count) == ("schema", 4)
    assert (cause.cases, cause.seen) == (["TC_A_CS"], ["TC_B_CS", "TC_C_CS"])


def test_elements_of_a_list_are_one_field():
    paths = ("$.meterValue[0].timestamp", "$.meterValue[11].timestamp")
    assert len(causes(*(failed(path, schema(path, action="MeterValues")) for path in paths))) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"path": "$.chargingStation.vendorName"},
        {"expected": "a text"},
        {"action": "StatusNotification"},
    ],
)
def test_different_fields_stay_apart(other):
    assert len(causes(failed("TC_A_CS", schema()), failed("TC_B_CS", schema(**other)))) == 2


def frame(received, requirement="OCPP-J 4.2.3", expected="a well-formed message", rule="FRAME"):
    return check(requirement, expected, received, note=f"rule {rule} in the answer to Reset")


def test_what_is_wrong_with_the_form_of_messages_is_one_cause_whatever_they_say():
    long = 'the error description has {} characters, 255 are allowed: [4,"36aba28e","NotImplemented","{} is not ...'
    details = 'the error details are not an object but a text: [4,"36aba28e","NotImplemented","","x"]'
    first, second = causes(
        failed("TC_A_CS", frame(long.format(570, "SetChargingProfile"))),
        failed("TC_B_CS", frame(long.format(612, "ReserveNow"))),
        failed("TC_C_CS", frame(details)),
    )
    assert first.cases == ["TC_A_CS", "TC_B_CS"]
    assert second.cases == ["TC_C_CS"]


def test_which_messages_met_is_chance_and_which_rule_is_not():
    never = ("OCPP-J 4.1.4", "a message id never used before", "MESSAGE_ID")
    one = ("OCPP-J 4.1.1", "no CALL before Heartbeat is answered", "ONE_OUTSTANDING")
    found = causes(
        passed("TC_A_CS", frame("7 of Heartbeat, used before for BootNotification", *never)),
        passed("TC_B_CS", frame("7 of TransactionEvent, used before for Heartbeat", *never)),
        passed("TC_C_CS", frame("Heartbeat, 0.004 s after it", *one)),
    )
    assert [(c.count, c.seen) for c in found] == [(2, ["TC_A_CS", "TC_B_CS"]), (1, ["TC_C_CS"])]


def payload_of_16():
    wrong = [schema(f"$.{name}", "no such field") for name in ("chargePointVendor", "chargePointModel")]
    return [*wrong, *(schema(f"$.{name}", "this field, which is required") for name in ("reason", "chargingStation"))]


def test_a_boot_notification_of_16_is_one_cause_in_2x():
    (cause,) = causes(failed("TC_A_CS", *payload_of_16()), passed("TC_B_CS", *payload_of_16()))
    assert cause.kind == "payload of 1.6"
    assert "this is the payload of OCPP 1.6" in cause.sentence
    assert cause.count == 8


def test_what_is_judged_of_a_payload_of_16_is_the_same_cause():
    shown = "{'chargePointVendor': 'Acme', 'chargePointModel': 'One'}"
    missing_reason = check("B01.FR.09", "reason = 'PowerUp'", f"reason None in {shown}")
    nearest = check("B01.FR.01", "BootNotification within 60 s", f"BootNotification in the shape of OCPP 1.6: {shown}")
    cases = [failed("TC_A_CS", *payload_of_16(), missing_reason), failed("TC_B_CS", nearest)]
    assert [(c.kind, c.cases) for c in causes(*cases)] == [("payload of 1.6", ["TC_A_CS", "TC_B_CS"])]
    assert causes(failed("TC_A_CS", missing_reason), ocpp="1.6")[0].kind == "finding"


def test_a_field_that_is_missing_alone_is_no_payload_of_16():
    alone = failed("TC_B_CS", schema("$.reason", "this field, which is required"))
    assert {c.kind for c in causes(failed("TC_A_CS", *payload_of_16()), alone)} == {"payload of 1.6", "schema"}


def test_in_16_a_wrong_vendor_is_a_field():
    wrong = schema("$.chargePointVendor", "at most 20 characters")
    assert causes(failed("TC_A_CS", wrong), ocpp="1.6")[0].kind == "schema"


NO_ANSWER = check(
    "OCPP-J answer", "an answer to GetVariables", "no answer; the connection was lost without a close frame"
)


def died_on(*frame, on_purpose=True):
    """The wire of a station that answered, got this and a probe behind it, and went."""
    return [
        opened(),
        sent(2.0, 2, "1", "GetVariables", {}),
        came(3.0, 3, "1", {}),
        *([note(4.0, "on purpose: a text as the case has it")] if on_purpose else []),
        sent(4.1, *frame),
        sent(4.2, 2, "3", "GetVariables", {}),
        lost(5.0),
    ]


def test_the_message_after_which_the_connection_went_is_the_cause_and_not_the_probe_behind_it():
    cases = [
        failed("X_A_CS", NO_ANSWER, wire=died_on(9, UUID.format(1), {})),
        failed("X_B_CS", NO_ANSWER, wire=died_on(17, UUID.format(2), "x", {})),
        unreached("X_C_CS", NO_ANSWER, wire=died_on(99, UUID.format(3), {})),
    ]
    (cause,) = causes(*cases)
    assert (cause.kind, cause.count) == ("connection", 3)
    assert "no message of OCPP-J" in cause.sentence
    assert UUID.format(1) in cause.sentence


def test_two_messages_that_end_connections_stay_apart():
    one = failed("X_A_CS", NO_ANSWER, wire=died_on(9, "7", {}))
    other = failed(
        "X_B_CS", NO_ANSWER, wire=died_on(2, "7", "CancelReservation", {"reservationId": 1}, on_purpose=False)
    )
    malformed = failed("X_C_CS", NO_ANSWER, wire=died_on(2, "7", "Reset"))
    assert {c.kind for c in causes(one, other, malformed)} == {"connection"}
    assert [c.cases for c in causes(one, other, malformed)] == [["X_A_CS", "X_C_CS"], ["X_B_CS"]]
    assert "CancelReservation" in causes(other)[0].sentence


def test_a_connection_that_the_harness_ended_is_no_cause():
    for end in (
        note(4.5, "the harness cuts the connection"),
        WireRecord(4.5, "out", "frame", {"opcode": 8, "code": 1000, "reason": ""}, 1),
    ):
        wire = [*died_on(2, "7", "Reset", {}, on_purpose=False)[:-1], end, lost(5.0)]
        assert causes(failed("X_A_CS", NO_ANSWER, wire=wire))[0].kind == "finding"


def test_what_comes_after_a_reconnect_is_not_the_loss_before():
    wire = [*died_on(9, "7", {}), opened(6.0)]
    assert causes(failed("X_A_CS", check(), wire=wire))[0].kind == "finding"
    assert causes(failed("X_A_CS", missing(), wire=wire))[0].kind == "finding"
    assert causes(failed("X_A_CS", NO_ANSWER, wire=wire))[0].kind == "connection"


def test_since_a_message_the_station_is_mute():
    noted = WireRecord(3.0, "-", "mute", {"since": "TC_001_CS", "frame": '[3,"1",{"status":"Rejected"}]'})
    silent = check("OCPP-J answer", "an answer to {} within 5 s", "no answer; nothing")
    told = 'since TC_001_CS, after this frame: [3,"1",{"status":"Rejected"}], the station answers nothing'
    cases = [
        failed("TC_A_CS", check("OCPP-J answer", "an answer to Reset within 5 s", "no answer; nothing"), wire=[noted]),
        unreached("TC_B_CS", silent, wire=[noted]),
        unjudged("TC_C_CS", told),
        failed("TC_D_CS", check()),
    ]
    mute, other = causes(*cases)
    assert (mute.kind, mute.cases) == ("mute", ["TC_A_CS", "TC_B_CS", "TC_C_CS"])
    assert "TC_001_CS" in mute.sentence
    assert "Rejected" in mute.sentence
    assert other.cases == ["TC_D_CS"]


@pytest.mark.parametrize(
    "told",
    [
        'since X_FRAME_02_CS[case=that does not exist], after this frame: [2,"1","A",{}], the station answers nothing',
        "since X_FRAME_02_CS[case=that does not exist], the station does not connect, and no driver can switch it off",
        "since X_FRAME_02_CS[case=that does not exist], after this frame: [2], the station answers nothing, not over a "
        "new connection, and not after it was switched off and on; the rest was not tried",
    ],
)
def test_what_the_bench_says_of_a_silence_names_its_case(told):
    (cause,) = causes(unjudged("TC_B_CS", told), unjudged("TC_C_CS", f"could not reach the state: Booted\n{told}"))
    assert (cause.kind, cause.count) == ("mute", 2)
    assert "since X_FRAME_02_CS[case=that does not exist]" in cause.sentence


def test_the_case_in_which_the_silence_began_has_the_same_cause():
    noted = WireRecord(3.0, "-", "mute", {"since": "TC_A_CS", "frame": '[2,"1","Reset",{}]'})
    silent = check("survival", "Heartbeat answered with a CALLRESULT", "no answer, and the connection is open")
    back = passed("TC_B_CS")
    back.wire = [noted]
    (cause,) = causes(failed("TC_A_CS", silent), back)
    assert (cause.kind, cause.cases) == ("mute", ["TC_A_CS"])
    assert [c.kind for c in causes(failed("TC_A_CS", check()), back)] == ["finding"]


def test_a_key_that_is_missing_is_one_cause_and_each_other_key_another():
    needs = "the charge point does not have the key {}, and the case needs it to be true"
    found = causes(
        unjudged("TC_A_CS", f"could not reach the state: Configured\n{needs.format('LocalAuthListEnabled')}"),
        unjudged("TC_B_CS", needs.format("LocalAuthListEnabled")),
        unjudged("TC_C_CS", needs.format("AuthorizationCacheEnabled")),
        ocpp="1.6",
    )
    assert [(c.kind, c.count) for c in found] == [("missing key", 2), ("missing key", 1)]
    assert "LocalAuthListEnabled" in found[0].sentence


def test_the_case_that_names_all_missing_keys_is_the_cause_of_those_that_need_one():
    names = "missing: LocalPreAuthorize, NumberOfConnectors"
    listed = failed("TC_019_CS", check("1.6 §9.1", "every required key", names))
    one = unjudged(
        "TC_A_CS", "the charge point does not have the key LocalPreAuthorize, and the case needs it to be true"
    )
    other = unjudged("TC_B_CS", "NumberOfConnectors (9.1.21, required) is None, which is no number")
    apart = unjudged("TC_C_CS", "the charge point does not have the key ResetRetries, and the case needs it to be 0")
    first, second = causes(listed, one, other, apart, ocpp="1.6")
    assert first.cases == ["TC_019_CS", "TC_A_CS", "TC_B_CS"]
    assert first.example.case == "TC_019_CS"
    assert second.cases == ["TC_C_CS"]


def triggered(*after, message="Heartbeat", status="Accepted"):
    call = sent(2.0, 2, "1", "TriggerMessage", {"requestedMessage": message})
    return [opened(), call, came(3.0, 3, "1", {"status": status}), *after]


def missing(message="Heartbeat"):
    return check("F06.FR.10", f"{message} within 8 s", "nothing")


def test_what_was_accepted_without_effect_is_one_cause():
    cases = [
        failed("TC_F_20_CS", missing(), wire=triggered()),
        unjudged("X_A_CS", "TriggerMessage of Heartbeat was accepted, and no Heartbeat came (TC_F_20_CS)"),
        unreached("X_B_CS", check("STEP", "Heartbeat within 5 s", "nothing"), wire=triggered()),
    ]
    (cause,) = causes(*cases)
    assert (cause.kind, cause.count) == ("no effect", 3)
    assert cause.example.case == "TC_F_20_CS"


@pytest.mark.parametrize(
    "wire",
    [
        triggered(status="Rejected"),
        triggered(came(4.0, 2, "9", "Heartbeat", {})),
        triggered(sent(60.0, 2, "2", "Reset", {}))[:1],
        triggered(message="StatusNotification"),
    ],
)
def test_not_without_effect(wire):
    """It was refused, or the message came, or nothing was asked for, or something else."""
    assert causes(failed("TC_A_CS", missing(), wire=wire))[0].kind == "finding"


def test_two_requests_without_effect_stay_apart_and_one_names_what_did_not_come():
    one = failed("TC_A_CS", missing(), wire=triggered())
    other = failed("TC_B_CS", missing("StatusNotification"), wire=triggered(message="StatusNotification"))
    reset = [opened(), sent(2.0, 2, "1", "Reset", {}), came(3.0, 3, "1", {"status": "Accepted"})]
    triggers, restart = causes(one, other, failed("TC_C_CS", missing("BootNotification"), wire=reset))
    expected = "TriggerMessage is accepted without effect: no Heartbeat, no StatusNotification comes"
    assert triggers.sentence == expected
    assert restart.cases == ["TC_C_CS"]


def test_a_csms_is_not_told_of_what_a_station_accepts():
    assert causes(failed("TC_A_CSMS", missing(), wire=triggered()), role="csms")[0].kind == "finding"


def refused(action, code="NotImplemented"):
    return check("claimed feature", f"{action} answered with a CALLRESULT", f"CALLERROR {code}: {action} {{…}}")


def test_an_action_that_is_not_implemented_is_one_cause_for_each_action():
    found = causes(
        failed("TC_A_CS", refused("ReserveNow")),
        unreached("TC_B_CS", refused("ReserveNow", "NotSupported")),
        failed("TC_C_CS", refused("SetDisplayMessage")),
        failed("TC_D_CS", refused("ReserveNow", "InternalError")),
    )
    assert [(c.kind, c.count) for c in found] == [("not implemented", 2), ("finding", 1), ("not implemented", 1)]
    assert "claimed feature" in found[0].sentence


def test_the_same_unmet_precondition_is_one_cause():
    told = "could not reach the state: {}\nno driver can do: plug_in_halfway"
    (cause,) = causes(unjudged("TC_A_CS", told.format("Charging")), unjudged("TC_B_CS", told.format("Occupied")))
    assert (cause.kind, cause.verdict, cause.count) == ("reason", Verdict.INCONCLUSIVE, 2)
    assert len(causes(unjudged("TC_A_CS", told), unjudged("TC_B_CS", "no driver can do: fault"))) == 2


def test_a_case_that_began_with_what_another_left_is_of_that_cause_and_its_findings_do_not_count():
    left = "the station was not idle when the case began: connector {} is reserved (left by {})\n\nB01.FR.02 (MUST): x"
    cases = []
    for number, by in enumerate(["TC_046_1_CS", "TC_046_1_CS", "TC_051_CS"]):
        case = failed(f"TC_{number}_CS", check())
        case.verdict, case.reason = Verdict.INCONCLUSIVE, left.format(number, by)
        cases.append(case)
    found = causes(*cases)
    assert [(c.kind, c.verdict, c.count) for c in found] == [
        ("reason", Verdict.INCONCLUSIVE, 2),
        ("reason", Verdict.INCONCLUSIVE, 1),
    ]
    assert "left by TC_046_1_CS" in found[0].sentence


def test_what_a_rule_saw_again_of_what_a_case_judged_counts_once():
    (cause,) = causes(failed("TC_A_CS", schema(), findings=[schema()]))
    assert cause.count == 1


def test_the_order_is_by_the_cases_that_are_explained_then_by_the_verdict():
    cases = [
        unjudged("TC_A_CS", "no driver can do: fault"),
        failed("TC_B_CS", check("B02.FR.01")),
        *(unjudged(f"TC_{n}_CS", "no driver can do: plug_in") for n in range(3)),
    ]
    found = causes(*cases)
    assert [(c.id, len(c.cases), c.verdict) for c in found] == [
        ("C1", 3, Verdict.INCONCLUSIVE),
        ("C2", 1, Verdict.FAIL),
        ("C3", 1, Verdict.INCONCLUSIVE),
    ]
    assert found == causes(*cases)


def test_a_sound_run_has_no_cause():
    assert causes(passed("TC_A_CS")) == []
    assert "<h2>Causes" not in page(run(passed("TC_A_CS")))


def both():
    return run(failed("X_01_CS", check()), failed("TC_A_CS", check("B02.FR.01"), check()), passed("TC_B_CS"))


def test_the_page_begins_with_the_causes_and_links_both_ways():
    html = page(both())
    assert html.index("Verdict of the run") < html.index("<h2>Causes</h2>") < html.index("<h2>Cases</h2>")
    for target in re.findall(r'href="#([^"]*)"', html):
        assert f'id="{target}"' in html
    case = html.split('id="TC_A_CS"', 1)[1].split("</details>", 1)[0]
    assert 'href="#C1"' in case
    assert 'href="#C2"' in case


def test_the_page_escapes_what_came_from_the_sut():
    hostile = failed(HOSTILE, check(HOSTILE, HOSTILE, HOSTILE))
    told = unjudged(f"X{HOSTILE}", HOSTILE)
    hostile.parameters = {"case": HOSTILE}
    html = page(run(hostile, told, passed("TC_B_CS", check(HOSTILE, HOSTILE, HOSTILE))))
    assert "<script>alert" not in html
    assert "<img" not in html
    assert html.count("<script>") == 1


def test_junit_has_the_ids():
    root = ElementTree.fromstring(junit(both()))
    items = {item.get("name").split()[0]: item for item in root.iter("testcase")}
    told = items["TC_A_CS"].find("properties/property")
    assert (told.get("name"), set(told.get("value").split())) == ("causes", {"C1", "C2"})
    assert items["X_01_CS"].find("failure").get("message").startswith("[C1] ")
    assert items["TC_B_CS"].find("properties") is None
    assert "C1 (2): " in root.find("testsuite/system-out").text


def test_allure_has_the_ids(tmp_path):
    allure.write(tmp_path / "allure-results", both())
    results = [json.loads(f.read_text()) for f in (tmp_path / "allure-results").glob("*-result.json")]
    labels = {r["testCaseId"]: {(one["name"], one["value"]) for one in r["labels"]} for r in results}
    assert {("cause", "C1"), ("cause", "C2"), ("tag", "cause C1")} <= labels["TC_A_CS"]
    assert not {name for name, _ in labels["TC_B_CS"]} & {"cause"}


def test_the_reports_of_a_folder_have_them_again(tmp_path):
    result = both()
    bundle = Bundle.create(tmp_path, result)
    for case in result.cases:
        bundle.case_finished(case)
    result.cases = []
    bundle.settle(result)
    first = (bundle.path / "summary.html").read_text()
    bundle.settle(load(bundle.path))
    assert ids_by_case(causes_of(result)) == {"X_01_CS": ["C1"], "TC_A_CS": ["C1", "C2"]}
    assert 'id="C2"' in first
    assert (bundle.path / "summary.html").read_text() == first
