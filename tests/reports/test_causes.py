"""One fault is one cause, and different faults stay apart."""

import pytest
from ocpp_reports.fresh_values import without_fresh_values
from ocpp_reports.model import Verdict
from ocpp_reports.summary import page
from sample_results import UUID, causes, check, failed, passed, run, unjudged, unreached


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


@pytest.mark.parametrize(
    ("expected", "received", "found"),
    [
        ("this field, which is required", "nothing", "None"),
        ("this field, which is required", "nothing", "currentTime None in {'status': 'Accepted'}"),
        ("an RFC 3339 date and time", '"2026-11-30T12:40:11.852"', "2026-11-30T12:40:11.852"),
        ("an RFC 3339 date and time", '"now"', "currentTime 'now' in {}"),
    ],
)
def test_a_field_is_one_cause_for_its_schema_and_for_what_it_means(expected, received, found):
    schema = check("schema Heartbeat response", f"$.currentTime: {expected}", received)
    meaning = check("1.6 §4.6", "currentTime 2026-11-30T12:39:21+00:00, at most 60 s off", found)
    (cause,) = causes(failed("TC_A_CS", schema, meaning), failed("TC_B_CS", meaning, schema))
    assert (cause.kind, cause.count) == ("schema", 4)
    assert cause.requirements == ["1.6 §4.6", "schema Heartbeat response"]
    for other in (check("1.6 §4.6", "interval = 300", found), check("1.6 §4.6", "currentTime = now", "then")):
        assert len(causes(failed("TC_A_CS", schema, other))) == 2
    assert len(causes(failed("TC_A_CS", schema), failed("TC_B_CS", meaning))) == 2


def test_a_message_that_another_step_had_taken_is_none():
    took = "BootNotification which an earlier step had taken: {{'model': '{}'}}; also came: Heartbeat {{}}"
    found = [check("B02.FR.04", "BootNotification within 5 s", took.format(name)) for name in ("One", "Two")]
    (cause,) = causes(failed("TC_A_CS", found[0]), failed("TC_B_CS", found[1]))
    assert cause.sentence == "B02.FR.04: no BootNotification; received none but an earlier one"


def test_a_field_is_not_there_whether_or_not_others_are():
    wanted = "idTokenInfo.status = 'Accepted', idTokenInfo.language = None"
    lacks = "idTokenInfo.status None, idTokenInfo.language None"
    found = [check(expected=wanted, received=text) for text in ("{}", f"{lacks} in {{'totalCost': 0.0}}")]
    assert len(causes(failed("TC_A_CS", found[0]), failed("TC_B_CS", found[1]))) == 1
    assert len(causes(failed("TC_A_CS", found[0]), failed("TC_B_CS", check(expected=wanted, received="[]")))) == 2


def test_what_no_driver_can_do_is_one_cause():
    needs = "needs {}: no driver (none is named) can do that; name another one under [driver] in sut.toml"
    reasons = ("request Reset", "request ReserveNow", "request CancelReservation, request ReserveNow")
    (cause,) = causes(*(unjudged(f"TC_{n}_CSMS", needs.format(reason)) for n, reason in enumerate(reasons)))
    assert (cause.count, cause.verdict) == (3, Verdict.INCONCLUSIVE)
    told = "request ReserveNow (2), request Reset (1), request CancelReservation (1)"
    assert cause.sentence == f"no driver (none is named) can do what is needed: {told}"


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
    elsewhere = check(
        expected=expected.format(0, 10),
        received="StatusNotification with status = Finishing, with connectorId = 1: {}; also came: nothing",
    )
    found = causes(failed("A", one), failed("B", other), failed("C", wrong), failed("D", elsewhere))
    assert [c.cases for c in found] == [["A", "B", "D"], ["C"]]


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
    cut = failed("TC_019_CS", check("1.6 §9.1", "every required key", f"{names}, ResetRetr…"))
    assert causes(cut, one, ocpp="1.6")[0].sentence.count("ResetRetr") == 0
    assert first.cases == ["TC_019_CS", "TC_A_CS", "TC_B_CS"]
    assert first.example.case == "TC_019_CS"
    assert second.cases == ["TC_C_CS"]


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
