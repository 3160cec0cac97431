"""The security profiles that a product covers: what sut.toml says, else what its certification profiles demand."""

import re
import sys
from pathlib import Path

import ocpp_fixtures
import pytest
from ocpp_proof import cli
from ocpp_proof.cases.errors import ConfigurationError
from ocpp_proof.run.official_list import claimed_profiles, official_cases
from ocpp_proof.run.security_profiles import check_security_profiles, covered_security_profiles
from ocpp_proof.run.session import RunOptions, Session
from ocpp_proof.sut.config import Connection, SutConfig, parse

sys.path.insert(0, str(Path(__file__).parent.parent / "matrix"))
import runner

EXAMPLES = Path(ocpp_fixtures.__file__).parent / "examples"


def product(*profiles, covers=(), features=None):
    connection = Connection(security_profiles=covers)
    return SutConfig("P", "station", ("1.6", "2.0.1", "2.1"), connection, profiles=profiles, features=features or {})


@pytest.mark.parametrize(
    ("profiles", "ocpp", "at", "covered"),
    [
        ((), "2.0.1", 0, [0]),
        (("Core",), "1.6", 1, [1]),
        (("Core", "Security"), "1.6", 0, [0, 1, 2, 3]),
        (("Core",), "2.0.1", 1, [1, 2]),
        (("core", "Advanced Security"), "2.0.1", 2, [2, 3]),
        (("Core", "ISO 15118 support"), "2.1", 2, [2, 3]),
    ],
)
def test_what_nobody_said_is_demanded_by_the_certification_profiles(profiles, ocpp, at, covered):
    assert covered_security_profiles(product(*profiles), ocpp, at) == covered


def test_security_profile_1_is_a_feature_of_core():
    assert covered_security_profiles(product("Core", features={"C-61": True}), "2.1", 2) == [1, 2]


def test_what_sut_toml_says_counts():
    assert covered_security_profiles(product("Security", covers=(1, 2)), "1.6", 0) == [1, 2]


@pytest.mark.parametrize(
    ("profiles", "ocpp", "covers", "wanted"),
    [
        (("Core",), "2.0.1", (0,), "Core in sut.profiles, which in OCPP 2.0.1 demands security profile 2;"),
        (("Core", "Advanced Security"), "2.1", (2,), "Advanced Security in sut.profiles"),
        (("Security",), "1.6", (0,), "demands security profile 1 or 2 or 3;"),
    ],
)
def test_claims_that_contradict_each_other_are_named(profiles, ocpp, covers, wanted):
    with pytest.raises(ConfigurationError, match=re.escape(wanted)):
        check_security_profiles(product(*profiles, covers=covers), ocpp, "sut.toml")


@pytest.mark.parametrize(
    ("profiles", "ocpp", "covers"),
    [
        ((), "2.0.1", (0,)),
        (("Core",), "2.0.1", ()),
        (("Core",), "2.0.1", (2, 3)),
        (("Core", "Security"), "1.6", (2,)),
        (("Core",), "1.6", (0,)),
    ],
)
def test_claims_that_fit(profiles, ocpp, covers):
    check_security_profiles(product(*profiles, covers=covers), ocpp, "sut.toml")


def connection(**keys):
    table = {"listen": "ws://127.0.0.1:9000/ocpp", **keys}
    data = {"sut": {"role": "station", "ocpp": ["2.0.1"]}, "connection": table}
    return parse(data, where="sut.toml", folder=Path()).connection


@pytest.mark.parametrize("given", ["2", [4], [2, 2], [True], [1.0]])
def test_a_wrong_list_is_named(given):
    with pytest.raises(ConfigurationError, match="security_profiles must list some of 0, 1, 2 and 3"):
        connection(security_profiles=given)


def test_a_run_at_another_is_a_contradiction():
    assert connection(security_profiles=[2, 1]).security_profiles == (1, 2)  # the run is at 0: a bench may be plain
    with pytest.raises(ConfigurationError, match="security_profile = 1 is not among security_profiles"):
        connection(security_profiles=[2], security_profile=1, password="0123456789abcdef")


def test_the_official_list_knows_what_is_in_this_release_and_at_which_security_profiles():
    rows = {row.id: row for row in official_cases(product("Core"), "2.0.1")}
    assert (rows["TC_A_04_CS"].security_profiles, rows["TC_A_04_CS"].in_release) == ([2, 3], True)
    assert any(not row.in_release for row in rows.values())


def test_claimed_profiles_are_those_of_the_version():
    claimed = product("core", "SmartCharging", "Advanced Security")
    assert claimed_profiles(claimed, "1.6") == ["Core", "SmartCharging"]
    assert sorted(claimed_profiles(claimed, "2.0.1")) == ["Advanced Security", "Core", "Smart Charging"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("[connection]", "[connection]\nsecurity_profiles = [0]"), "security_profiles = [0] does not go with"),
        (("[sut]", '[[known]]\ncase = "TC_01"\nreason = "r"\nexpires = 2999-01-01\n[sut]'), "'TC_01' is no case"),
    ],
)
def test_the_doctor_says_so_too(tmp_path, capsys, change, told):
    file = tmp_path / "sut.toml"
    file.write_text((EXAMPLES / "reference-csms.toml").read_text().replace(*change))
    assert cli.main(["doctor", "--sut", str(file)]) == 4
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("covers", "said"),
    [("", "by sut.profiles; or say so in connection.security_profiles"), ("[0]", "connection.security_profiles")],
)
def test_why_a_case_of_another_security_profile_does_not_apply_names_what_says_so(tmp_path, covers, said):
    text = re.sub(r"^profiles = .*$", 'profiles = ["Core"]', (EXAMPLES / "reference-csms.toml").read_text(), flags=re.M)
    written = f"[connection]\nsecurity_profiles = {covers}" if covers else "[connection]"
    (tmp_path / "sut.toml").write_text(text.replace("[connection]", written))
    session = Session(tmp_path / "sut.toml", RunOptions(ocpp="1.6", security_profile=0))
    basic = next(case for case, _ in runner.functions() if case.id == "TC_085_CSMS")
    assert session.why_not_applicable(basic).endswith(f"and the product covers 0 ({said})")
