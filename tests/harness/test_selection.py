"""Which cases run."""

import pytest
from ocpp_proof.cases.declaration import Case, case_of, catalog, profile_names
from ocpp_proof.cases.errors import ConfigurationError
from ocpp_proof.run.official_list import official_cases
from ocpp_proof.run.selection import Selection, applicability
from ocpp_proof.sut.config import Connection, SutConfig
from ocpp_proof.sut.pics import check_profiles, claims
from ocpp_testcases.edge.sim import test_tokens as token_cases


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


def product(*profiles, **features):
    return SutConfig("P", "station", ("1.6", "2.0.1"), Connection(), profiles=profiles, features=features)


@pytest.mark.parametrize(
    ("profiles", "id", "ocpp", "why"),
    [
        (("Core",), "TC_K_01_CS", "2.0.1", "belongs to the certification profile Smart Charging or ISO 15118 Support"),
        (("Core",), "TC_H_01_CS", "2.0.1", "belongs to the certification profile Reservation; sut.profiles"),
        (("Core", "smart charging"), "TC_K_01_CS", "2.0.1", ""),
        (("Core", "SmartCharging"), "TC_K_01_CS", "2.0.1", ""),  # one file for 1.6 and 2.0.1
        (("Core", "LocalAuthListManagement"), "TC_D_01_CS", "2.0.1", ""),
        (("Core", "Smart Charging"), "TC_056_CS", "1.6", ""),
        (("Core",), "TC_B_01_CS", "2.0.1", ""),
        ((), "TC_K_01_CS", "2.0.1", ""),  # nobody said what it is to be certified for
        (("Core",), "TC_056_CS", "1.6", "needs smart charging"),  # by its features
        (("Core",), "TC_P_04_CS", "2.0.1", "needs Smart Charging or ISO 15118 support"),  # its table's prerequisite
        (("Core", "ISO 15118 Support"), "TC_P_04_CS", "2.1", ""),
    ],
)
def test_cases_of_profiles_that_are_not_claimed_do_not_apply(profiles, id, ocpp, why):
    found = applicability(case(id, ocpp), product(*profiles), ocpp, 0)
    assert found.startswith(why) and bool(found) == bool(why)
    row = next(c for c in official_cases(product(*profiles), ocpp) if c.id == id)
    assert row.applies == (not why)


def test_a_profile_claims_what_conditions_call_by_its_name():
    assert claims(("Smart Charging",), {}, "2.0.1")["Smart Charging"]
    assert claims(("SmartCharging", "Reservation"), {}, "1.6") == {"Smart Charging": True, "reservation": True}
    assert claims(("Reservation",), {"reservation": False}, "1.6") == {"reservation": False}


def test_a_misspelt_profile_is_named():
    check_profiles(("core", "ISO 15118 support", "DER Control", "SmartCharging"), profile_names(), "sut.toml")
    with pytest.raises(ConfigurationError, match="'Smart Charing'; did you mean 'Smart Charging'"):
        check_profiles(("Smart Charing",), profile_names(), "sut.toml")


@pytest.mark.parametrize(("claimed", "applies"), [({"C-35": True}, True), ({"C-35": False}, False), ({}, False)])
def test_a_start_button_is_asked_of_a_csms_that_claims_it(claimed, applies):
    """C02 is a feature of its own: stations of an operator who has none never send such a token."""
    found = applicability(case_of(token_cases.test_no_authorization), product(**claimed), "2.0.1", 0)
    assert bool(found) is not applies
