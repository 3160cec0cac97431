"""Files without a case of a run are passed over, and what is said of it is the same."""

import sys
from collections import Counter
from itertools import product
from pathlib import Path

import ocpp_fixtures
import pytest
from ocpp_proof.cases.declaration import ALL, case_of
from ocpp_proof.run.left_out import LeftOut
from ocpp_proof.run.session import RunOptions, Session
from ocpp_proof.source.cases import cases_folder, find_cases

sys.path.insert(0, str(Path(__file__).parent.parent / "matrix"))
from runner import functions  # the cases with their functions

EXAMPLES = Path(ocpp_fixtures.__file__).parent / "examples"
FILES = {source.file for source in find_cases()}


def test_what_a_case_is_for_is_read_from_its_source_as_its_decorator_says_it():
    def identity(case):
        return case.id, case.sut, case.versions, case.title, case.rows, case.family

    sources = {source.id: identity(source.case) for source in find_cases()}
    assert sources == {case.id: identity(case) for case, _ in functions()}


@pytest.mark.parametrize(
    ("role", "ocpp", "select"),
    [*product(("station", "csms"), ALL, ("",)), ("csms", "2.0.1", "TC_C_* or X_NET_07"), ("station", "1.6", "nothing")],
)
def test_what_is_left_out_is_counted_whether_it_is_read_or_passed_over(role, ocpp, select):
    session = Session(EXAMPLES / f"reference-{role}.toml", RunOptions(ocpp=ocpp, select=select))
    left_out = LeftOut(session.why_left_out)
    read = [file for file in FILES if not left_out.passes_over(file)]
    kept = []
    for case, function in functions():
        assert case is case_of(function)
        if Path(function.__wrapped__.__code__.co_filename) in read:
            if why := session.why_left_out(case):
                left_out.add(why, case.id)
            else:
                kept.append(case.id)
    wanted = Counter(session.why_left_out(case) for case, _ in functions())
    assert len(kept) == wanted.pop("", 0)
    assert left_out.counts() == wanted
    assert len(read) < len(FILES)


def test_a_file_that_is_not_ours_is_read(tmp_path):
    left_out = LeftOut(lambda case: "not selected")
    theirs = tmp_path / "test_b01_boot.py"
    theirs.write_text((cases_folder() / "edge" / "net" / "test_lost_connections.py").read_text())
    assert not left_out.passes_over(theirs)
    assert not left_out.passes_over(cases_folder() / "edge" / "__init__.py")
    assert not left_out.counts()
