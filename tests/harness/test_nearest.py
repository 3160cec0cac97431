"""An unmet expectation tells of the message that came nearest before it tells of anything else."""

import json

from ocpp_proof.cases.evidence import ALSO, CaseRun
from ocpp_proof.cases.timing import Timing
from ocpp_proof.roles.message import Message, Payload
from ocpp_proof.roles.nearest import nearest
from ocpp_proof.roles.peer import Expected
from ocpp_proof.roles.station import Credentials, Station
from ocpp_proof.rules.protocol import RuleBook
from ocpp_proof.run.terminal_output import _shown
from ocpp_reports.model import CaseResult, StepRecord


def nearest_text(*arguments, **since):
    return nearest(*arguments, **since)[1]


def message(action, payload, index=0, findings=(), taken=False):
    made = Message(action, Payload(payload), f"m{index}", index, 0.0, 0, list(findings))
    made.taken = taken
    return made


STOP = {
    "transactionId": -1,
    "idTag": "A",
    "meterStop": 5,
    "timestamp": "2026-01-01T00:00:00Z",
    "reason": "DeAuthorized",
}


def test_the_one_difference_comes_first_and_then_the_whole_message():
    came = [
        message("StatusNotification", {"connectorId": 1, "errorCode": "NoError", "status": "Charging"}),
        message("StopTransaction", STOP | {"reason": "Local", "transactionId": 7}, 1),
        message("StopTransaction", STOP, 2),
    ]
    text = nearest_text("1.6", came, [("StopTransaction", {"transactionId": 505205, "reason": "DeAuthorized"})])
    assert text.startswith("StopTransaction with transactionId = -1: {")
    assert repr(STOP["timestamp"]) in text
    assert text.endswith(ALSO)


def test_the_shape_of_another_version_is_named():
    payload = {"connectorId": 1, "errorCode": "NoError", "status": "Available", "timestamp": "2026-01-01T00:00:00Z"}
    _, findings = RuleBook("2.0.1").received(f'[2,"1","StatusNotification",{json.dumps(payload)}]', 0.0)
    text = nearest_text(
        "2.0.1", [message("StatusNotification", payload, 0, findings)], [("StatusNotification", {"evseId": 1})]
    )
    assert text.startswith("StatusNotification in the shape of OCPP 1.6, without evseId: {")


def test_what_was_taken_or_came_too_early_is_said():
    came = [message("Heartbeat", {}, 0, taken=True)]
    assert nearest_text("1.6", came, [("Heartbeat", {})]).startswith("Heartbeat which an earlier step had taken: {}")
    came = [message("Heartbeat", {}, 0)]
    assert nearest_text("1.6", came, [("Heartbeat", {})], since=1).startswith("Heartbeat before this step: {}")


def test_nothing_of_that_action_is_no_nearest():
    assert nearest_text("1.6", [message("Heartbeat", {})], [("StopTransaction", {})]) == ""


def test_the_nearest_message_is_told_once():
    role = Station(ocpp="1.6", timing=Timing(), url="ws://127.0.0.1:1", credentials=Credentials("CS001"))
    role.inbox += [message("Heartbeat", {}), message("StopTransaction", STOP, 1)]
    text = role._nearest_text([Expected("StopTransaction", {"transactionId": 5})], None)
    assert text.endswith(f"}}{ALSO}Heartbeat {{}}")
    role.inbox.pop(0)
    assert role._nearest_text([Expected("StopTransaction", {"transactionId": 5})], None).endswith(f"{ALSO}nothing")


def test_neither_the_evidence_nor_the_console_cuts_it():
    nearest = f"StopTransaction with transactionId = -1: {'x' * 50}{'ab' * 400}end"
    run = CaseRun(CaseResult("TC_1", "t", "1.6", 0, "station", "s", scenario=StepRecord("scenario", kind="root")))
    run.check("OCPP-J 4.2.2", False, expected="a", received=f"{nearest}{ALSO}{'Heartbeat {}; ' * 100}")
    received = run.step.checks[-1].received
    assert "end; also came: Heartbeat" in received
    assert len(received) < 2000
    assert _shown(f"received: {received}").endswith("end") is True
    assert _shown("received: " + "y" * 300) == "received: " + "y" * 149 + "…"  # and what is cut says so
