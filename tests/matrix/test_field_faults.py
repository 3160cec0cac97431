"""Every fault that was once missed, in the field or by an audit of the official cases, is found today.

`field_faults.csv`: where it was reported, the defect that has it, at which version, and what finds it: a case that
fails, a case that warns (WARNED in test_net_warnings), a rule, or a test. Without a defect the fault was the harness's.
"""

import ast
import csv
import dataclasses
from pathlib import Path

import pytest
import runner
import test_matrix
import test_net_warnings
import test_rules
from ocpp_fixtures.csms import DEFECTS as OF_CSMS
from ocpp_fixtures.station import DEFECTS as OF_STATION
from ocpp_proof.run.generation import Generation
from ocpp_reports.model import Verdict
from survey import SHORT

ROOT = Path(__file__).parents[2]
SOURCES = {
    "field-reports.md",
    "findings-audit16.md",
    "official-16-station.md",
    "official-csms-2x.md",
    "real-stations.md",
}
FAILS = {
    (*sut_and_defect, ocpp, case)
    for sut_and_defect, found in test_matrix.EXPECTED.items()
    for (ocpp, _), cases in found.items()
    for case in cases
}
BREAKS = {(row["sut"], row["defect"], row["ocpp"], row["rule"]) for row in test_rules.rows()}
WARNS = {(sut, defect, ocpp, f"{case} warns") for sut, ocpp, defect, case in test_net_warnings.WARNED}
TYPE = "ChangeAvailability.type:enum:1"


def rows():
    with (Path(__file__).parent / "field_faults.csv").open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


def functions_in(file):
    return {node.name for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8"))) if _is_function(node)}


def _is_function(node):
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


@pytest.mark.parametrize("row", [pytest.param(r, id=f"{r['source']}-{r['row']}-{r['defect']}") for r in rows()])
def test_it_is_found(row):
    assert row["source"] in SOURCES
    assert row["note"]
    if row["defect"]:
        known = OF_CSMS if row["role"] == "csms" else OF_STATION
        assert row["ocpp"] in known[row["defect"]].versions
    file, _, test = row["found_by"].partition("::")
    if test:
        assert test in functions_in(file)
    else:
        assert (row["role"], row["defect"], row["ocpp"], row["found_by"]) in FAILS | BREAKS | WARNS


def ran(role, ocpp, *defects, select, freedoms=(), **options):
    config = runner.config(role, defects=defects, freedoms=freedoms, timing=SHORT)
    return runner.run(config, ocpp, 0, select=select, **options)


def test_authorize_is_asked_for_where_tokens_may_be_known():
    cases, _, _ = ran(
        "station", "1.6", "remote-start-unauthorized", select="TC_010_CS", freedoms=("known-tokens-not-asked-for",)
    )
    assert [case.verdict for case in cases] == [Verdict.FAIL]


@pytest.mark.parametrize(
    ("case", "tokens"),
    [("TC_023_2_CSMS", {"expired"}), ("TC_023_3_CSMS", {"blocked"}), ("TC_053_CSMS", {"member", "sibling"})],
)
def test_without_its_token_a_mandatory_case_is_inconclusive(case, tokens):
    config = runner.config("csms", timing=SHORT)
    plans = {name: plan for name, plan in config.token_plans.items() if name not in tokens}
    cases, _, _ = runner.run(dataclasses.replace(config, token_plans=plans), "1.6", 0, select=case)
    assert [found.verdict for found in cases] == [Verdict.INCONCLUSIVE]
    assert f"values.tokens.{min(tokens)}" in cases[0].reason


def test_the_form_of_an_error_does_not_hide_its_code():
    wrong = ("error-details-as-text", "error-codes-of-another-version")
    cases, rules, _ = ran("station", "1.6", *wrong, select="X_SCHEMA_02_CS")
    assert Verdict.FAIL in {case.verdict for case in cases}
    (frame,) = [rule for rule in rules if rule.id == "RULE_FRAME"]
    assert frame.verdict is Verdict.FAIL
    assert all("error details are not an object" in finding.received for finding in frame.findings)


def test_a_word_that_is_none_of_its_enumeration():
    cases, _, _ = ran(
        "station", "1.6", "requests-unchecked", select="X_SCHEMA_02_CS", generation=Generation(message=TYPE)
    )
    (judged,) = [case for case in cases if case.verdict is not Verdict.NOT_RUN]
    assert judged.verdict is Verdict.WARN
    assert "taken" in judged.reason


@pytest.mark.parametrize("ocpp", ["2.0.1", "2.1"])
def test_a_station_that_the_clean_up_kills_is_named(ocpp):
    cases, _, problems = ran("station", ocpp, "cancellation-ends-the-program", select="TC_H_01_CS")
    assert [case.verdict for case in cases] == [Verdict.PASS]
    told = "\n".join(problems)
    assert "TC_H_01_CS: could not take back: Cancel the reservation" in told
    assert "since TC_H_01_CS, after this frame" in told
