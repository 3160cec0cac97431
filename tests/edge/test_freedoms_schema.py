"""A sound system that differs from ours passes the cases of the family SCHEMA: see test_freedoms.py."""

import pytest
import runner
from ocpp_fixtures.csms import FREEDOMS as OF_CSMS
from ocpp_fixtures.station import FREEDOMS as OF_STATION
from ocpp_reports.model import Verdict

ROWS = [
    ("station", "unknown-fields-ignored", "X_SCHEMA_01 or X_SCHEMA_02"),
    ("csms", "unknown-fields-ignored", "X_SCHEMA_01 or X_SCHEMA_02"),
    ("station", "protocol-error-for-violations", "X_SCHEMA_01 or X_SCHEMA_02"),
    ("csms", "protocol-error-for-violations", "X_SCHEMA_01 or X_SCHEMA_02"),
    ("csms", "unasked-reports-refused", "X_SCHEMA_02 or X_SCHEMA_03"),
]


@pytest.mark.parametrize(
    ("role", "freedom", "select", "ocpp"),
    [
        (role, freedom, select, ocpp)
        for role, freedom, select in ROWS
        for ocpp in (OF_STATION if role == "station" else OF_CSMS)[freedom].versions
    ],
)
def test_a_freedom_passes(role, freedom, select, ocpp):
    results, rules, problems = runner.run(runner.config(role, freedoms=(freedom,)), ocpp, 0, select=select)
    ran = [r for r in results if r.verdict is not Verdict.NOT_APPLICABLE]
    assert ran
    assert not {r.key: r.reason for r in ran if r.verdict is not Verdict.PASS}
    assert not [f for rule in rules for f in rule.findings]
    assert not problems
