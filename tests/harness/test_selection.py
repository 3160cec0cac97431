"""Which cases run."""

import pytest
from ocpp_proof.cases.declaration import Case, catalog
from ocpp_proof.cases.errors import ConfigurationError
from ocpp_proof.run.selection import Selection


def case(id, ocpp="2.0.1"):
    row = catalog()[id, ocpp]
    return Case(id, row.sut, (ocpp,), row.title, "", {ocpp: row})


EDGE = Case("X_FRAME_01", "csms", ("2.0.1",), "t", "", {}, family="frame")


@pytest.mark.parametrize(
    ("expression", "id", "included"),
    [
        ("", "TC_E_03_CSMS", True),
        ("TC_E_03_CSMS", "TC_E_03_CSMS", True),
        ("tc_e_*", "TC_E_03_CSMS", True),
        ("TC_E_* or edge", "TC_B_01_CSMS", False),
        ("not TC_E_*", "TC_B_01_CSMS", True),
        ("(TC_B_* or TC_C_*) and not TC_C_06_CSMS", "TC_C_06_CSMS", False),
        ("core", "TC_B_01_CSMS", True),
        ("official", "TC_B_01_CSMS", True),
        ("edge", "TC_B_01_CSMS", False),
        ("E", "TC_E_03_CSMS", True),
    ],
)
def test_expressions(expression, id, included):
    assert Selection(expression).includes(case(id), "2.0.1") is included


def test_cases_of_ours_have_families():
    assert Selection("frame").includes(EDGE, "2.0.1")
    assert Selection("edge and not net").includes(EDGE, "2.0.1")
    assert not Selection("official").includes(EDGE, "2.0.1")


@pytest.mark.parametrize("expression", ["(", "TC_A and", "or", "a b", "(a"])
def test_expressions_that_cannot_be_read(expression):
    with pytest.raises(ConfigurationError, match="--select"):
        Selection(expression).includes(EDGE, "2.0.1")


def test_profiles():
    assert Selection(profile="core").includes(case("TC_B_01_CSMS"), "2.0.1")
    assert not Selection(profile="Reservation").includes(case("TC_B_01_CSMS"), "2.0.1")
