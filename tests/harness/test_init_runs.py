"""A file straight from `init`, and no driver, against each reference build: no FAIL, and nothing is ready."""

import dataclasses
import os
import sys
from pathlib import Path

import pytest
from ocpp_certs import Pki
from ocpp_proof.commands.init.answers import Answers
from ocpp_proof.commands.init.sut_file import sut_file
from ocpp_proof.run.official_list import claimed_profiles, official_cases
from ocpp_proof.run.security_profiles import covered_security_profiles
from ocpp_proof.sut.config import load
from ocpp_proof.sut.drivers import Unsupported
from ocpp_proof.sut.drivers.reference import Reference
from ocpp_reports.model import RunResult, Verdict
from ocpp_reports.readiness import readiness

sys.path.insert(0, str(Path(__file__).parent.parent / "matrix"))
import runner

PLAIN = ("fixed cable", "no backup power", "no local authorization list", "no reservation", "no local stop")


@pytest.fixture
def nobody(monkeypatch):
    """The reference system cannot be operated: it is a product that nobody wrote a driver for."""

    async def cannot(self, job):
        raise Unsupported(job.verb)

    monkeypatch.setattr(Reference, "do", cannot)
    monkeypatch.setenv("OCPP_PASSWORD", "0123456789abcdef0123")
    monkeypatch.setenv(runner.MOST_STATIONS, "10")


def fresh(folder, role, ocpp, security_profile, build=()):
    """What `init` writes, with the embedded system in the place of the product, which answers at once."""
    scheme = "wss" if security_profile >= 2 else "ws"
    station = role == "station"
    identity = "CS001" if station else "PROOF-{n:03}"
    address = f"{scheme}://127.0.0.1:9000/ocpp"
    profiles = ["Core", "Advanced Security"] if ocpp != "1.6" and security_profile == 3 else ["Core"]
    answers = Answers(role, [ocpp], security_profile, address, identity, "Acme", "M1", profiles=profiles)
    text = sut_file(answers)
    text = text.replace('use = ["manual"]', 'use = ["reference"]').replace(f'listen = "{address}"', "")
    if security_profile >= 2:
        Pki.create(folder / "pki")
    (folder / "sut.toml").write_text(text)
    made = load(folder / "sut.toml")
    timing = load(runner.EXAMPLES / f"reference-{role}.toml").timing
    options = {"reference": {"build": [*build]}}
    values = made.values | {"short_interval": 1, "firmware_offset": 1}
    return dataclasses.replace(made, timing=timing, values=values, driver_options=options)


def failed_and_ready(sut, ocpp, security_profile, select=""):
    results, rules, _ = runner.run(sut, ocpp, security_profile, select=select, only_automatic=True)
    run = RunResult("M1", sut.role, ocpp, security_profile, cases=results, rules=rules)
    run.official, run.claimed_profiles = official_cases(sut, ocpp), claimed_profiles(sut, ocpp)
    run.security_profiles = covered_security_profiles(sut, ocpp, security_profile)
    assert run.claimed_profiles
    assert len(results) > 10
    failed = {r.id: r.reason for r in results if r.verdict is Verdict.FAIL}
    failed |= {r.id: r.where for r in rules if r.verdict is Verdict.FAIL}
    return failed, [profile.name for profile in readiness(run) if profile.ready]


def in_the_matrix(*values):
    """A parameter set of `make matrix`."""
    whole = os.environ.get("OCPP_PROOF_WHOLE_MATRIX")
    return pytest.param(*values, marks=pytest.mark.skipif(not whole, reason="make matrix"))


@pytest.mark.parametrize(
    ("ocpp", "security_profile", "select"),
    [("1.6", 0, ""), in_the_matrix("2.0.1", 2, ""), ("2.1", 3, "official or tls"), in_the_matrix("2.1", 3, "not tls")],
)
def test_a_csms(tmp_path, nobody, ocpp, security_profile, select):
    sut = fresh(tmp_path, "csms", ocpp, security_profile)
    assert failed_and_ready(sut, ocpp, security_profile, select) == ({}, [])


@pytest.mark.parametrize(
    ("ocpp", "security_profile", "build"),
    [("1.6", 0, ()), in_the_matrix("1.6", 0, PLAIN), ("2.0.1", 0, ()), ("2.1", 2, ())],
)
def test_a_station(tmp_path, nobody, ocpp, security_profile, build):
    sut = fresh(tmp_path, "station", ocpp, security_profile, build)
    assert failed_and_ready(sut, ocpp, security_profile, select="official") == ({}, [])


UNKNOWN = {"valid": {"idToken": "NOBODY"}, "blocked": {"idToken": "NOBODY2"}, "expired": {"idToken": "NOBODY3"}}
TOKENS = "TC_003_CSMS or TC_023_* or TC_C_02_CSMS or TC_C_06_CSMS or TC_E_03_CSMS or X_SIM_02_CSMS or X_NET_01_CSMS"


@pytest.mark.parametrize("ocpp", ["1.6", "2.0.1"])
@pytest.mark.parametrize("tokens", [{}, UNKNOWN], ids=["none", "unknown"])
def test_tokens_that_the_csms_does_not_know_are_no_failure(monkeypatch, ocpp, tokens):
    from ocpp_proof.run.token_lanes import TokenLanes
    from ocpp_proof.sut.token_plans import token_plan

    monkeypatch.setattr(TokenLanes, "certain", lambda self, lane: frozenset())  # as of a product that is not embedded
    monkeypatch.setattr(TokenLanes, "all_tokens", lambda self: [])  # and has other tokens on its books
    plans = {name: token_plan(name, token, "sut.toml") for name, token in tokens.items()}
    sut = dataclasses.replace(runner.config("csms"), token_plans=plans)
    results, _, _ = runner.run(sut, ocpp, 0, select=TOKENS)
    reasons = {r.key: (r.verdict, r.reason) for r in results}
    assert not [key for key, (verdict, _) in reasons.items() if verdict is Verdict.FAIL], reasons
    told = "values.tokens.valid in sut.toml" if not tokens else "which is values.tokens."
    assert [reason for verdict, reason in reasons.values() if verdict is Verdict.INCONCLUSIVE and told in reason]


@pytest.mark.parametrize("defect", ["expired-token-called-invalid", "blocked-token-called-invalid"])
def test_a_csms_that_certainly_has_the_token_is_judged(defect):
    results, _, _ = runner.run(runner.config("csms", defects=(defect,)), "1.6", 0, select="TC_023_*")
    assert [r for r in results if r.verdict is Verdict.FAIL]
