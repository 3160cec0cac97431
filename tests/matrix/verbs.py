"""What a case is said to need of a driver is done in every run of it that passes, and nothing is done that it is not
said to ask for perhaps: nothing is asked for in vain, and `--only-manual` forgets no case."""

import re
from pathlib import Path

import runner
from ocpp_proof.source.possible_verbs import possible_verbs
from ocpp_proof.source.verbs import needed_verbs
from ocpp_proof.sut.drivers.base import CSMS_VERBS, QUESTIONS, STATION_VERBS
from ocpp_reports.model import Verdict

JUDGED = ("TC_", "X_SIM_", "X_LIMIT_")
"""Cases of the other families are not asked for: they repeat what a driver does, by the seed."""
BETWEEN_CASES = {"power_cycle", "unplug", "add_token", *QUESTIONS}
"""Also to bring a station back, and for tokens."""
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


def not_done(results, ocpp):
    """The verbs that a case that passed is said to need and did not ask for."""
    passed = [r for r in results if r.verdict is Verdict.PASS and r.id.startswith(JUDGED)]
    return {r.id: sorted(missing) for r in passed if (missing := needed(r.id, ocpp) - done(r))}


def not_foretold(results, ocpp):
    """The verbs that a case asked for and is not said to need, perhaps or always."""
    all_verbs = {*STATION_VERBS, *CSMS_VERBS} - BETWEEN_CASES
    asked = {r.id: {verb.partition(" ")[0] for verb in done(r)} & all_verbs for r in results if r.id.startswith(JUDGED)}
    return {id: sorted(more) for id, verbs in asked.items() if (more := verbs - possible(id, ocpp))}
