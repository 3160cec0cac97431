"""What the cases cite: every requirement whole, in each version of its case, and no check that cannot fail."""

import ast
import csv
import re
from pathlib import Path

import ocpp_testcases
import pytest
from ocpp_proof import ALL
from ocpp_proof.cases.declaration import catalog
from ocpp_proof.cases.requirements import STEP, level_of, line_of
from ocpp_proof.source.cases import find_cases
from ocpp_proof.source.scenario import read

PAGES = Path(__file__).parents[2] / "docs" / "cases"
CASES = Path(ocpp_testcases.__file__).parent
SOURCES = {source.id: source for source in find_cases()}


def versions(source):
    return [v for v in ALL if (source.id, v) in catalog()] or list(source.ocpp)


SIDES = dict(csv.reader((Path(__file__).parent / "requirement_sides.csv").read_text(encoding="utf-8").splitlines()[1:]))
"""Whose duty a requirement of 2.x is, by the subject of its sentence; those that bind both or nobody are not there."""
SUBJECT = re.compile(r"(?:A|The) (charge point|Central System)\b(?!'s)")
"""Whose duty a requirement of 1.6 is: its line, which is ours, begins so."""
OF_BOTH = {
    "OCPP-J connection",  # in what both sides share this and the next three are the other branch
    "1.6 comes back",
    "1.6 §4.2",
    "1.6 §5.17 trigger",
    "1.6S A00.FR.407",  # not letting in is the Central System's part
    "1.6S A05.FR.09",
    "B01.FR.02",
    "B02.FR.01",  # the Central System may ask, and the station answers
    "F06.FR.10",
}


def side_of(requirement, ocpp):
    """The system whose duty a requirement is; empty where no sentence says so."""
    if requirement in OF_BOTH:
        return ""
    if ocpp != "1.6":
        return SIDES.get(requirement, "")
    found = SUBJECT.match(line_of(requirement, ocpp))
    return {"charge point": "station", "Central System": "csms"}[found[1]] if found else ""


@pytest.mark.parametrize("side", ["station", "csms"])
def test_what_is_cited_exists_in_each_version_and_is_the_duty_of_the_side(side):
    wrong = []
    for id, source in SOURCES.items():
        if id.endswith("_CSMS") != (side == "csms"):
            continue
        rows = [(row, v) for v in versions(source) for row in read(source, v).rows]
        cited = {(judged.requirement, v) for row, v in rows for judged in row.judged}
        wrong += [(id, "no requirement", requirement, v) for requirement, v in cited if not level_of(requirement, v)]
        wrong += [(id, "another's duty", r, v) for r, v in cited if side_of(r, v) not in ("", side)]
        official = {requirement for requirement, _ in cited if STEP in requirement or requirement.startswith("X_")}
        wrong += [(id, "cites a case", requirement) for requirement in official if id.startswith("X_")]
    assert not wrong


def test_the_pages_print_no_code():
    for page in PAGES.iterdir():
        assert "‹" not in page.read_text(encoding="utf-8"), page.name


def unfailing_checks(tree):
    """Calls of check whose condition is a constant that is true, or a comparison of a thing with itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "check":
            condition = node.args[1] if len(node.args) > 1 else None
            constant = isinstance(condition, ast.Constant) and condition.value
            same = isinstance(condition, ast.Compare) and ast.dump(condition.left) == ast.dump(condition.comparators[0])
            sizes = (
                isinstance(condition, ast.Compare)
                and isinstance(condition.left, ast.Call)
                and getattr(condition.left.func, "id", "") == "len"
                and isinstance(condition.ops[0], ast.GtE)
                and getattr(condition.comparators[0], "value", None) == 0
            )
            if constant or same or sizes:
                yield node.lineno


def test_a_check_that_cannot_fail_is_found():
    tree = ast.parse('check("a", True, expected="", received="")\ncheck("a", len(x) >= 0)\ncheck("a", x == 1)')
    assert list(unfailing_checks(tree)) == [1, 2]


def test_every_check_can_fail():
    trees = {file: ast.parse(file.read_text(encoding="utf-8")) for file in CASES.rglob("*.py")}
    assert not [(file, line) for file, tree in trees.items() for line in unfailing_checks(tree)]


OFFICIAL = [file for file in CASES.rglob("test_*.py") if "edge" not in file.parts]


def untyped(tree):
    """Functions beside the cases of a module that do not say the types of what goes in and out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if any(getattr(getattr(d, "func", d), "id", "") == "case" for d in node.decorator_list):
                continue
            arguments = [a for a in (*node.args.args, *node.args.kwonlyargs) if a.arg != "self"]
            if node.returns is None or not all(a.annotation for a in arguments):
                yield node.name


def test_what_stands_beside_official_cases_is_typed():
    """The arguments of a case carry no types, helpers do: one rule for every version."""
    trees = {file: ast.parse(file.read_text(encoding="utf-8")) for file in OFFICIAL}
    assert not [(file, name) for file, tree in trees.items() for name in untyped(tree)]
