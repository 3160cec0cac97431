"""What SCHEMA makes of a system that does not support an action, that leaves it unanswered, or that closes on it."""

import runner
from ocpp_fixtures.rpc import Peer
from ocpp_proof.run.generation import Generation
from ocpp_reports.model import Verdict
from ocpp_testcases.edge.schema.test_generated import EDGES
from survey import SHORT


def verdicts(monkeypatch, reply):
    """What X_SCHEMA_01 (required, type, enum ...) finds of a CSMS that answers Authorize so, even where it is right."""
    sound = Peer._answer

    async def answer(self, message_id, action, payload):
        if action != "Authorize":
            await sound(self, message_id, action, payload)
        elif reply == "closed":
            await self.close()
        elif reply:
            await self._write([4, message_id, reply, "", {}])

    monkeypatch.setattr(Peer, "_answer", answer)
    results, _, _ = runner.run(runner.config("csms", timing=SHORT), "2.0.1", 0, select="X_SCHEMA_01")
    return [r.verdict for r in results][:2]


def test_an_action_that_is_not_supported_is_not_passed(monkeypatch):
    assert set(verdicts(monkeypatch, "NotImplemented")) == {Verdict.NOT_APPLICABLE}


def test_a_right_message_without_an_answer_fails(monkeypatch):
    assert Verdict.FAIL in verdicts(monkeypatch, "")


def test_a_connection_that_ends_at_a_right_message_fails(monkeypatch):
    assert set(verdicts(monkeypatch, "closed")) == {Verdict.FAIL}


EDGE = "GetReport.componentVariable[0].component.instance:maxLength:1"


def edges_of_reports(monkeypatch, *, without_variable, whole):
    """What X_SCHEMA_03 (maxLength) finds of a station that answers both reports so: only to a component, or else."""
    sound = Peer._answer

    async def answer(self, message_id, action, payload):
        if action not in ("GetReport", "GetMonitoringReport"):
            await sound(self, message_id, action, payload)
        elif all("variable" in element for element in payload.get("componentVariable", [])):
            await self._write([4, message_id, whole, "", {}])
        else:
            await self._write([4, message_id, without_variable, "", {}])

    monkeypatch.setattr(Peer, "_answer", answer)
    config = runner.config("station", timing=SHORT)
    results, _, _ = runner.run(config, "2.0.1", 0, select="X_SCHEMA_03_CS", generation=Generation(message=EDGE))
    return results[list(EDGES).index("maxLength")]


def requirements(result, verdict):
    return {c.requirement for c in result.checks() if c.verdict is verdict}


def test_a_report_that_is_not_there_is_not_blamed_for_what_its_check_says_first(monkeypatch):
    result = edges_of_reports(monkeypatch, without_variable="OccurrenceConstraintViolation", whole="NotSupported")
    assert result.verdict is Verdict.WARN
    assert requirements(result, Verdict.WARN) == {"OCPP-J 4.3"}


def test_a_report_that_is_there_and_refuses_what_is_right_is_blamed(monkeypatch):
    result = edges_of_reports(monkeypatch, without_variable="OccurrenceConstraintViolation", whole="InternalError")
    assert result.verdict is Verdict.FAIL
    assert requirements(result, Verdict.FAIL) == {"OCPP-J 4.2.2"}
