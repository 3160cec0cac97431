"""A password of octets that are no text, as 1.6 advises, works in every case that is about passwords."""

import dataclasses

import pytest
import runner
from ocpp_proof.cases.passwords import password_of
from ocpp_reports.model import Verdict

KEY = bytes.fromhex("0001020304050607FFFFFFFFFFFFFFFFFFFFFFFF")
"""The example of OCPP-J 1.6, 6.2: 20 octets, of which most are no UTF-8."""


@pytest.mark.parametrize(
    ("role", "select"), [("station", "TC_073_CS or TC_085_CS"), ("csms", "TC_073_CSMS or TC_085_CSMS")]
)
def test_a_binary_authorization_key(role, select):
    config = runner.config(role)
    config = dataclasses.replace(config, connection=dataclasses.replace(config.connection, password=password_of(KEY)))
    results, rules, problems = runner.run(config, "1.6", 1, select=select)
    assert {r.id: (r.verdict, r.reason) for r in results} == {r.id: (Verdict.PASS, "") for r in results}
    assert len(results) == 2
    assert not [finding for rule in rules for finding in rule.findings]
    assert not problems


def test_a_password_that_could_not_be_set_again_is_not_changed():
    """In 2.x it is a text: a station that has octets all the same would be left with a password that nobody knows."""
    config = runner.config("station")
    config = dataclasses.replace(config, connection=dataclasses.replace(config.connection, password=password_of(KEY)))
    (result,), _, problems = runner.run(config, "2.0.1", 1, select="TC_A_09_CS")
    assert result.verdict is Verdict.INCONCLUSIVE
    assert "could not be set again" in result.reason
    assert not problems
