"""What the edge cases about getting in only warn of, and the words that they are written in."""

import sys
from pathlib import Path

import pytest
from ocpp_proof.cases.requirements import level_of
from ocpp_reports.model import Verdict
from ocpp_testcases.edge.states.tls_requirements import _RULES, rule

sys.path.insert(0, str(Path(__file__).parents[1] / "matrix"))

import runner


class At:
    """As much of a SUT as a rule asks for."""

    def __init__(self, ocpp, security_profile):
        self.ocpp, self.security_profile = ocpp, security_profile


@pytest.mark.parametrize("ocpp", ["1.6", "2.0.1", "2.1"])
def test_every_rule_is_in_the_catalog(ocpp):
    for about, (old, new) in _RULES.items():
        for profile in old if ocpp == "1.6" else new:
            assert level_of(rule(about, At(ocpp, profile)), ocpp) == "MUST"


@pytest.mark.parametrize(
    ("sut", "security_profile", "defect", "case"),
    [
        ("csms", 0, "identity-not-decoded", "X_TLS_18_CSMS"),
        ("csms", 0, "unknown-identity-let-in", "X_TLS_18_CSMS"),
        ("csms", 3, "revocation-not-checked", "X_TLS_05_CSMS"),
        ("station", 0, "redirect-followed", "X_TLS_12_CS"),
        ("station", 2, "short-server-key-accepted", "X_TLS_07_CS"),
    ],
)
@pytest.mark.parametrize("ocpp", ["1.6", "2.0.1"])
def test_where_the_standard_is_silent_there_is_a_warning(sut, security_profile, defect, case, ocpp):
    results, _, _ = runner.run(runner.config(sut, defects=(defect,)), ocpp, security_profile, select=case)
    assert {r.verdict for r in results} <= {Verdict.PASS, Verdict.WARN}
    assert [r for r in results if r.verdict is Verdict.WARN]
