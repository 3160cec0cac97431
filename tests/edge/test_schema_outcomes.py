"""What SCHEMA makes of a system that does not support an action, that leaves it unanswered, or that closes on it."""

import runner
from ocpp_fixtures.rpc import Peer
from ocpp_reports.model import Verdict
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
