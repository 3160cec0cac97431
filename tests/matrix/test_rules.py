"""Every rule about what messages mean is broken by a defect of a reference system, and finds it.

`rules/*.csv`: the rule, the defect, and where they meet: in cases, or in a conversation of `asked`. That rules find
nothing in a sound system is shown wherever one runs: test_healthy, test_freedoms.
"""

import csv
import dataclasses
import os
from pathlib import Path
from unittest.mock import patch

import asked
import pytest
import runner
from ocpp_proof.roles import conversation
from ocpp_proof.rules.judge import Judge
from ocpp_proof.rules.register import SUBJECTS
from ocpp_reports.model import Verdict
from survey import SHORT

HERE = Path(__file__).parent / "rules"
WHOLE = bool(os.environ.get("OCPP_PROOF_WHOLE_MATRIX"))
EACH = 3
RULES = {rule.id: rule for subject in SUBJECTS for rule in subject.rules}


def rows():
    for file in sorted(HERE.glob("*.csv")):
        with file.open(encoding="utf-8") as lines:
            yield from csv.DictReader(lines)


def shown():
    for number, row in enumerate(rows()):
        if WHOLE or number % EACH == 0:
            yield pytest.param(row, id=f"{row['rule']}-{row['defect']}-{row['ocpp']}-sp{row['security_profile']}")


def _soon(*arguments, **options):
    """A judge that waits for consequences as short as the cases here go on, and knows that there is one clock."""
    return Judge(*arguments, **(options | {"in_time": 1.2, "deviation": 0.5}))


def broken(row, *defects):
    """The rules that were broken: of the run, or as a finding of a case that is about it."""
    every = (*runner.functions(), *asked.CASES)
    with patch.object(conversation, "Judge", _soon), patch.object(runner, "functions", lambda: every):
        return _broken(row, *defects)


def _broken(row, *defects):
    config = runner.config(row["sut"], defects=defects, timing=SHORT)
    if row["rule"] == "boot-interval":  # what comes at once is to be told from what waits, also on a busy machine
        config = dataclasses.replace(config, values=config.values | {"short_interval": 2})
    results, rules, _ = runner.run(config, row["ocpp"], int(row["security_profile"]), select=row["select"])
    assert results
    assert defects or not row["select"].startswith("ASKED") or {r.verdict for r in results} == {Verdict.PASS}
    found = {rule.id.removeprefix("RULE_") for rule in rules if rule.count}
    noted = {check.note.removeprefix("rule ") for result in results for check in result.checks()}
    return (found | noted) & set(RULES)


@pytest.mark.parametrize("row", list(shown()))
def test_a_defect_breaks_the_rule(row):
    assert row["rule"] in broken(row, row["defect"])
    assert row["rule"] not in broken(row)


def test_every_rule_is_broken_by_a_defect():
    assert {row["rule"] for row in rows()} == set(RULES)
    for row in rows():
        assert row["ocpp"] in RULES[row["rule"]].requirements
