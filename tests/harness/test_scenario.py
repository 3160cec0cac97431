"""Scenarios read from the code: `show`, `list --coverage` and the pages under docs/cases."""

from pathlib import Path

import pytest
from ocpp_proof.cli import main
from ocpp_proof.commands.coverage import coverage
from ocpp_proof.source.cases import find_cases
from ocpp_proof.source.scenario import read

PAGES = Path(__file__).parents[2] / "docs" / "cases"
COMPLETE = "BDEFGJLP"
"""Blocks of 2.x of which every official case is here."""
SOURCES = {source.id: source for source in find_cases()}


def test_every_case_has_steps_and_judges_something():
    rows = {id: read(source).rows for id, source in SOURCES.items()}
    assert not [id for id, made in rows.items() if not any(row.title for row in made)]
    assert not [id for id, made in rows.items() if not any(row.judged for row in made)]


def test_what_a_state_judges_in_a_step_is_seen():
    steps = read(SOURCES["TC_003_CS"]).rows
    assert any(j.requirement == "1.6 §4.8" for row in steps for j in row.judged)
    assert any(m.startswith("← StartTransaction") for row in steps for m in row.messages)


def test_the_pages_are_those_of_the_code(tmp_path, capsys):
    assert main(["docs", str(tmp_path)]) == 0
    made = {p.name: p.read_text(encoding="utf-8") for p in tmp_path.iterdir()}
    kept = {p.name: p.read_text(encoding="utf-8") for p in PAGES.iterdir()}
    assert made == kept, "run `make docs`"


def test_coverage_is_told_both_ways(capsys):
    assert main(["list", "--coverage", "--ocpp", "1.6"]) == 0
    told = capsys.readouterr().out
    assert "Requirements of each case" in told
    assert "Cases and rules of each requirement" in told
    assert "Judged by nothing" in told


@pytest.mark.parametrize("ocpp", ["2.0.1", "2.1"])
def test_each_requirement_of_a_complete_block_is_judged_or_has_a_reason(ocpp):
    found = coverage(ocpp, [source for source in SOURCES.values() if ocpp in (source.ocpp or source.case.versions)])
    assert not [id for id, _, line in found.unjudged if id[:1] in COMPLETE and ".FR." in id and not line]
