"""A sample of the wire mutants, and what a change is. All of them: `make mutants`."""

import random

import pytest
from changed_wire import Tap
from changes import NOT_SENT, Change, changed, changes, is_required
from mutants import Outcome, jobs, score, try_cases, unexplained
from ocpp_proof.ocppj.schemas import is_valid
from survivors import reason_for, reasons

SEED = 1
CASES, CHANGES = {"csms": 12, "station": 3}, {"csms": 3, "station": 2}
SLOW = ("TC_001_CS", "TC_002_CS", "TC_C_02_CS", "TC_E_40_CS")
"""Cases in which most changes cost a wait of seconds."""
BOOT = {"chargePointVendor": "Lade", "chargePointModel": "AC", "firmwareVersion": "1"}
STATUS = {"connectorId": 1, "errorCode": "NoError", "status": "Available", "timestamp": "2026-11-30T10:00:00Z"}
METER = {
    "connectorId": 1,
    "meterValue": [
        {"timestamp": "2026-11-30T10:00:00Z", "sampledValue": [{"value": "1", "unit": "Wh"}, {"value": "2"}]}
    ],
}


def made(action, payload, kind="request"):
    return list(changes("1.6", kind, action, 0, payload))


@pytest.mark.parametrize(
    ("action", "payload"), [("BootNotification", BOOT), ("StatusNotification", STATUS), ("MeterValues", METER)]
)
def test_a_change_is_one_and_leaves_the_message_valid(action, payload):
    for change in made(action, payload):
        if change.operation != NOT_SENT:
            other = changed(change, payload)
            assert other not in (None, payload)
            assert is_valid("1.6", action, "request", other), change.text()
            assert changed(change, {}) is None


def test_what_is_changed():
    told = {(change.field, change.operation) for change in made("StatusNotification", STATUS)}
    assert {("", NOT_SENT), ("connectorId", "plus one"), ("timestamp", "long ago"), ("timestamp", "left out")} <= told
    assert ("status", "left out") not in told
    assert ("meterValue[].sampledValue[].unit", "left out") in {
        (change.field, change.operation) for change in made("MeterValues", METER)
    }
    assert not [c for c in made("Heartbeat", {"currentTime": "x"}, "response") if c.operation == NOT_SENT]


def test_which_fields_are_required():
    required = {change.field for change in made("StatusNotification", STATUS) if is_required("1.6", change)}
    assert required == {"", "connectorId", "errorCode", "status"}
    value = Change("request", "MeterValues", 0, ("meterValue", 0, "sampledValue", 0, "value"), "another text")
    assert is_required("1.6", value)


def test_a_tap_changes_the_message_it_is_for_and_no_other():
    change = Change("request", "StatusNotification", 1, ("status",), "= Faulted")
    tap = Tap(change)
    text = '[2, "1", "StatusNotification", {"status": "Available"}]'
    assert tap.passes(None, None, text) == text
    assert not tap.made
    assert "Faulted" in tap.passes(None, None, text)
    assert tap.made
    assert tap.passes(None, None, text) == text
    assert [nth for _, _, nth, _ in tap.came] == [0, 1, 2]
    assert tap.passes(None, None, "no JSON") == "no JSON"


def test_the_score_counts_changes_and_fields():
    status = Change("request", "StatusNotification", 0, ("status",), "= Faulted")
    info = Change("request", "StatusNotification", 0, ("info",), "left out")
    outcome = Outcome("TC_1", noticed=[status], survived=[info, status])
    assert score("csms", "1.6", [outcome]) == (
        "required: 1 of 2 changes (50 %), 1 of 1 fields (100 %; 0 left open); "
        "all: 1 of 3 changes (33 %), 1 of 2 fields (50 %; 0 left open)"
    )
    interval = Change("response", "BootNotification", 0, ("interval",), "plus one")
    assert "0 of 1 fields (0 %; 1 left open)" in score("csms", "1.6", [Outcome("TC_1", survived=[interval])])


def test_each_reason_cites_something():
    for row in reasons():
        assert row.kind in ("elsewhere", "open")
        assert row.by
        assert row.note


def test_a_survivor_without_a_reason_is_told():
    nowhere = Change("request", "Heartbeat", 0, (), NOT_SENT)
    assert reason_for(reasons(), "station", "1.6", "TC_1", nowhere) is None
    found = unexplained("station", "1.6", [Outcome("TC_1", survived=[nowhere])])
    assert found == {"Heartbeat request: the message not sent": ["TC_1"]}


@pytest.mark.parametrize("ocpp", ["1.6", "2.0.1", "2.1"])
@pytest.mark.parametrize("role", ["csms", "station"])
def test_what_no_case_and_no_rule_notices_has_a_reason(role, ocpp):
    work = [job for job in jobs(role, ocpp, "official", sample=CHANGES[role], seed=SEED) if job.case not in SLOW]
    outcomes = try_cases(random.Random(SEED).sample(work, CASES[role]))
    assert not [outcome.unhealthy for outcome in outcomes if outcome.unhealthy]
    assert any(outcome.noticed for outcome in outcomes)
    assert not unexplained(role, ocpp, outcomes)
