"""A run is repeated by its seed, and a failing generated message by its name."""

import re
import shlex

import pytest
import runner
from ocpp_proof.run.generation import Generation
from ocpp_reports.model import Verdict

WRONG = "enumerations-unchecked"


def failed(role, **options):
    config = runner.config(role, defects=(WRONG,))
    results, _, _ = runner.run(config, "2.0.1", 0, select="X_SCHEMA_02", **options)
    return [r for r in results if r.verdict is Verdict.FAIL]


def requests(result):
    """What the harness sent, without the ids and the times of its messages, and without those of events."""
    sent = [w.data for w in result.wire if w.kind == "text" and w.direction == "out" and w.data.startswith("[2,")]
    never_again = r'"timestamp":"[^"]*"|"eventId":[0-9]+|"[0-9a-f-]{36}"'
    return [re.sub(never_again, "id", text) for text in sent]


@pytest.mark.parametrize("role", ["station", "csms"])
def test_the_same_seed_sends_the_same_messages(role):
    def sent(seed):
        results, _, _ = runner.run(runner.config(role), "2.0.1", 0, select="X_SCHEMA_02", seed=seed)
        return [requests(r) for r in results]

    first = sent(5)
    assert first == sent(5)
    assert first != sent(6)


@pytest.mark.parametrize("role", ["station", "csms"])
def test_a_failure_tells_its_smallest_message_and_the_line_that_repeats_it(role):
    (result,) = failed(role, seed=5)
    notes = [c.note for c in result.checks() if c.verdict is Verdict.FAIL]
    smallest, _, line = notes[0].partition("; repeat: ")
    assert smallest.startswith("smallest message: ")
    words = shlex.split(line)
    options = dict(zip(words[2::2], words[3::2], strict=True))
    assert options["--seed"] == "5"
    assert options["--defect"] == WRONG
    again = failed(role, seed=5, generation=Generation(message=options["--message"]))
    assert len(again) == 1
    assert len([c for c in again[0].checks() if c.verdict is Verdict.FAIL]) == 1
    assert len(requests(again[0])) < len(requests(result))
