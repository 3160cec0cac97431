"""A station that sends what it was triggered to send at once: one read brings the answer and the message."""

import json

import pytest
import runner
from ocpp_proof.roles.conversation import Conversation
from ocpp_reports.model import Verdict


@pytest.fixture
def trigger_and_message_in_one_read(monkeypatch):
    """The answer to TriggerMessage comes when the message that was triggered does, with nothing in between."""
    received, held = Conversation._received, []

    def together(self, endpoint, number, text):
        if self.plays == "csms" and json.loads(text)[2] == {"status": "Accepted"}:
            held.append(text)
            return
        for each in (*held, text):
            received(self, endpoint, number, each)
        held.clear()

    monkeypatch.setattr(Conversation, "_received", together)


@pytest.mark.parametrize("ocpp", ["1.6", "2.0.1"])
def test_what_was_taken_is_answered_before_the_case_goes_on(trigger_and_message_in_one_read, ocpp):
    results, _, problems = runner.run(runner.config("station"), ocpp, 0, select="X_FRAME_07_CS")
    assert not problems
    assert {result.verdict for result in results} == {Verdict.PASS}
    texts = [(r.direction, json.loads(r.data)) for result in results for r in result.wire if r.kind == "text"]
    beats = [(number, frame[1]) for number, (_, frame) in enumerate(texts) if frame[2] == "Heartbeat"]
    assert len(beats) == 2
    for number, id in beats:
        said = next(frame for direction, frame in texts[number:] if direction == "out")
        assert said[:2] == [3, id]
