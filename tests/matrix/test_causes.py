"""One fault of a station is one cause in a run, and cases that only met it say where it is judged."""

import pytest
import runner
from ocpp_reports.causes import causes_of
from ocpp_reports.model import RunResult, Verdict
from survey import SHORT

TRIGGERED = "X_FRAME_07_CS or X_FRAME_08_CS or X_FRAME_09_CS or X_LIMIT_04_CS or X_LIMIT_05_CS or X_NET_05_CS"
CHARGING = " or ".join(f"TC_{name}_CS" for name in ("003", "004_1", "010", "012", "019", "024", "026", "053_1", "069"))


def ran(ocpp, *defects, select, role="station"):
    sut = runner.config(role, defects=defects, timing=SHORT)
    results, rules, _ = runner.run(sut, ocpp, 0, select=select)
    return RunResult(sut.name, sut.role, ocpp, 0, cases=results, rules=rules)


def ids(run, verdict):
    return {case.id for case in run.cases if case.verdict is verdict}


@pytest.mark.parametrize(
    ("ocpp", "judges", "defect"),
    [
        ("1.6", "TC_054_CS", "trigger-without-effect"),
        ("2.0.1", "TC_F_20_CS", "heartbeat-trigger-ignored"),
        ("2.1", "TC_F_20_CS", "trigger-without-effect"),
    ],
)
def test_a_trigger_without_effect_fails_the_case_that_is_about_it(ocpp, judges, defect):
    run = ran(ocpp, defect, select=f"{judges} or {TRIGGERED}")
    assert ids(run, Verdict.FAIL) == {judges}
    named = [case for case in run.cases if case.verdict is Verdict.INCONCLUSIVE and " came in " in case.reason]
    assert {case.id for case in named} >= {"X_FRAME_09_CS", "X_LIMIT_04_CS"}
    (cause,) = causes_of(run)
    assert (cause.kind, cause.verdict, cause.example.case) == ("no effect", Verdict.FAIL, judges)
    assert {case.key for case in named} < set(cause.cases)


def test_what_was_asked_for_in_vain_is_not_waited_for_again():
    run = ran("2.0.1", "heartbeat-trigger-ignored", select="TC_F_20_CS or X_FRAME_08_CS or X_FRAME_09_CS")
    asked = [
        case.key
        for case in run.cases
        for record in case.wire
        if record.direction == "out" and "TriggerMessage" in str(record.data)
    ]
    assert asked == ["TC_F_20_CS"]


def test_missing_keys_are_one_finding_of_one_case():
    run = ran("1.6", "required-keys-missing", "keys-not-filtered", select=CHARGING)
    assert ids(run, Verdict.FAIL) == {"TC_019_CS"}
    assert not ids(run, Verdict.INCONCLUSIVE)
    (told,) = [cause for cause in causes_of(run) if cause.kind == "missing key"]
    for key in ("AuthorizeRemoteTxRequests", "LocalPreAuthorize", "NumberOfConnectors", "StopTransactionOnInvalidId"):
        assert key in told.sentence
    assert (told.count, told.cases) == (1, ["TC_019_CS"])


def test_keys_that_nobody_asked_for_are_judged_once():
    run = ran(
        "1.6", "keys-not-filtered", select="TC_019_CS or TC_021_CS or X_LIMIT_02_CS or X_LIMIT_03_CS or X_SIM_03_CS"
    )
    assert ids(run, Verdict.FAIL) == {"TC_019_CS"}
    assert ids(run, Verdict.INCONCLUSIVE) == {"X_LIMIT_02_CS", "X_LIMIT_03_CS"}


def test_a_boot_notification_of_16_is_one_cause():
    run = ran("2.0.1", "boots-as-1.6", select="TC_B_01_CS or TC_B_02_CS or TC_B_20_CS or TC_L_01_CS or TC_C_02_CS")
    (cause,) = causes_of(run)
    assert cause.kind == "payload of 1.6"
    assert set(cause.cases) == ids(run, Verdict.FAIL)
    assert ids(run, Verdict.PASS) == {"TC_C_02_CS"}


def test_descriptions_that_are_too_long_are_one_cause_and_answers_all_the_same():
    run = ran("2.0.1", "descriptions-too-long", select="X_LIMIT_02_CS or X_LIMIT_03_CS or X_SCHEMA_01_CS or TC_B_06_CS")
    assert not ids(run, Verdict.FAIL) | ids(run, Verdict.INCONCLUSIVE)
    (cause,) = causes_of(run)
    (rule,) = [rule for rule in run.rules if rule.findings]
    assert (rule.id, cause.count) == ("RULE_FRAME", rule.count)
    assert cause.count == len(rule.findings) > 1


@pytest.mark.parametrize(
    ("defect", "kind"), [("dead-after-unknown-action", "connection"), ("deaf-after-unknown-action", "mute")]
)
def test_the_message_after_which_a_station_is_gone_or_mute_is_the_cause(defect, kind):
    run = ran("2.0.1", defect, select="X_FRAME_02_CS or X_FRAME_06_CS or TC_C_02_CS")
    assert ids(run, Verdict.FAIL) == {"X_FRAME_02_CS"}
    assert not ids(run, Verdict.INCONCLUSIVE)
    (cause,) = causes_of(run)
    assert cause.kind == kind


def test_two_faults_are_two_causes():
    run = ran("2.0.1", "boots-as-1.6", "heartbeat-trigger-ignored", select="TC_B_01_CS or TC_F_20_CS or X_FRAME_07_CS")
    assert {cause.kind for cause in causes_of(run)} == {"payload of 1.6", "no effect"}


def test_what_a_csms_recorded_wrongly_is_a_cause_for_each_field():
    run = ran("2.0.1", "end-of-transaction-not-recorded", select="TC_E_53_CSMS or TC_E_15_CSMS", role="csms")
    assert len(ids(run, Verdict.FAIL)) == 2
    assert len(causes_of(run)) == 2  # active, stoppedReason
    select = "TC_005_1_CSMS or TC_012_CSMS or TC_018_1_CSMS or TC_028_CSMS"
    run = ran("1.6", "transaction-id-repeated", select=select, role="csms")
    recorded = [cause.sentence for cause in causes_of(run) if cause.requirements == ["operator record"]]
    assert {sentence.partition(" transaction 1: ")[2].split()[0] for sentence in recorded} == {"active", "meterStart"}
    assert len(recorded) == 2


@pytest.mark.parametrize(
    ("ocpp", "defect", "select", "requirement"),
    [
        ("2.0.1", "local-time-called-utc", "TC_B_01_CSMS or TC_B_02_CSMS or TC_B_06_CSMS or TC_B_20_CSMS", "B01.FR.02"),
        ("1.6", "heartbeat-time-of-yesterday", "TC_001_CSMS or TC_054_CSMS", "1.6 §4.6"),
        ("2.1", "heartbeat-time-of-yesterday", "TC_F_20_CSMS", "G02.FR.03"),
    ],
)
def test_a_wrong_time_is_one_cause_whoever_finds_it(ocpp, defect, select, requirement):
    (cause,) = causes_of(ran(ocpp, defect, select=select, role="csms"))
    assert cause.sentence.startswith(f"{requirement}: expected currentTime ")
