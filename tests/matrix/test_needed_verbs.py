"""What a case is said to need of a driver is done in every run of it that passes, and nothing is done that it is not
said to ask for perhaps: nothing is asked for in vain, and `--only-manual` forgets no case."""

import os
import re
from pathlib import Path

import pytest
import runner
from ocpp_proof.source.possible_verbs import possible_verbs
from ocpp_proof.source.verbs import needed_verbs
from ocpp_proof.sut.drivers.base import CSMS_VERBS, QUESTIONS, STATION_VERBS
from ocpp_reports.model import Verdict

WHOLE = bool(os.environ.get("OCPP_PROOF_WHOLE_MATRIX"))
SOURCES = {case.id: function for case, function in runner.functions()}


def needed(id, ocpp):
    code = SOURCES[id].__wrapped__.__code__
    return needed_verbs(Path(code.co_filename), code.co_name, ocpp)


def possible(id, ocpp):
    code = SOURCES[id].__wrapped__.__code__
    return possible_verbs(Path(code.co_filename), code.co_name, ocpp)


def done(result):
    """The verbs in the wire log of a result; requests with their action."""
    found = set()
    for record in result.wire:
        if record.kind == "driver" and ": " in str(record.data):
            verb, _, arguments = str(record.data).partition(": ")[2].partition(" ")
            action = re.search(r"'action': '(\w+)'", arguments) if verb == "request" else None
            found |= {verb, f"request {action[1]}"} if action else {verb}
    return found


@pytest.mark.parametrize("ocpp", ["1.6", "2.0.1", "2.1"])
@pytest.mark.parametrize("system", ["station", "csms", "plain"])
def test_every_needed_verb_is_done(system, ocpp):
    config = runner.config(system)
    if ocpp not in config.versions:
        pytest.skip(f"{system} is no system of {ocpp}")
    results, _, _ = runner.run(config, ocpp, 0, select="TC_* or X_SIM* or X_LIMIT*" if WHOLE else "TC_*")
    passed = [r for r in results if r.verdict is Verdict.PASS]
    assert passed
    in_vain = {r.id: sorted(missing) for r in passed if (missing := needed(r.id, ocpp) - done(r))}
    assert not in_vain
    assert any(needed(r.id, ocpp) for r in passed)
    between_cases = {"power_cycle", "unplug", "add_token", *QUESTIONS}  # also to bring a station back, and for tokens
    all_verbs = {*STATION_VERBS, *CSMS_VERBS} - between_cases
    verbs = {r.id: {verb.partition(" ")[0] for verb in done(r)} & all_verbs for r in results}
    forgotten = {id: sorted(more) for id, asked in verbs.items() if (more := asked - possible(id, ocpp))}
    assert not forgotten
