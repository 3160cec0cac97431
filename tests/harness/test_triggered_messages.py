"""What a station promised to send and did not is known for the rest of the run."""

import pytest
from ocpp_proof.roles.message import Answer, ErrorAnswer, Message, Payload
from ocpp_proof.roles.triggered_messages import TriggeredMessages, in_vain_text
from ocpp_reports.case_findings import findings_of
from ocpp_reports.model import CaseResult, RunResult, Verdict

WITHIN = 5.0


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def triggered(clock):
    return TriggeredMessages(clock)


def ask(triggered, *, action="TriggerMessage", status="Accepted", message="Heartbeat"):
    triggered.answered(action, {"requestedMessage": message}, Answer({"status": status}), "TC_F_20_CS")


def came(action="Heartbeat"):
    return Message(action, Payload({}), "1", 0, 0.0, 0)


def test_a_promise_is_missed_when_its_time_is_over(triggered, clock):
    ask(triggered)
    clock.now += WITHIN - 0.1
    assert triggered.missed("Heartbeat", WITHIN) == ""
    clock.now += 0.1
    assert triggered.missed("Heartbeat", WITHIN) == "TC_F_20_CS"
    assert triggered.missed("StatusNotification", WITHIN) == ""


def test_a_message_that_comes_late_is_not_missed(triggered, clock):
    ask(triggered)
    clock.now += 2 * WITHIN
    triggered.heard(came("StatusNotification"))
    assert triggered.missed("Heartbeat", WITHIN)
    triggered.heard(came())
    assert not triggered.missed("Heartbeat", WITHIN)


def test_a_message_that_comes_with_the_answer_is_not_missed(triggered, clock):
    accepted = Answer({"status": "Accepted"})
    triggered.answered("TriggerMessage", {"requestedMessage": "Heartbeat"}, accepted, "TC_F_20_CS", {"Heartbeat"})
    clock.now += 2 * WITHIN
    assert not triggered.missed("Heartbeat", WITHIN)


@pytest.mark.parametrize("asked", [{"status": "Rejected"}, {"action": "Reset"}])
def test_what_was_not_promised_is_not_missed(triggered, clock, asked):
    ask(triggered, **asked)
    triggered.answered("TriggerMessage", {"requestedMessage": "Heartbeat"}, _error(), "TC_F_20_CS")
    clock.now += 2 * WITHIN
    assert not triggered.missed("Heartbeat", WITHIN)


def _error():
    answer = ErrorAnswer({})
    answer.error, answer.description = "NotImplemented", ""
    return answer


def test_a_promise_may_be_lost_with_its_connection(triggered, clock):
    ask(triggered)
    clock.now += WITHIN
    ask(triggered, message="StatusNotification")
    triggered.connected_anew(WITHIN)
    clock.now += WITHIN
    assert triggered.missed("Heartbeat", WITHIN)
    assert not triggered.missed("StatusNotification", WITHIN)


@pytest.mark.parametrize("where", ["", "TC_F_20_CS"])
def test_the_reports_read_the_reason(where):
    case = CaseResult("X_A_CS", "", "2.0.1", 0, "station", "", Verdict.INCONCLUSIVE, in_vain_text("Heartbeat", where))
    (finding,) = findings_of(RunResult("", "station", "2.0.1", 0, cases=[case]))
    assert (finding.kind, finding.key, finding.names) == ("no effect", ("TriggerMessage",), ("Heartbeat",))
