"""A sound system that differs from ours passes the edge cases: what a freedom is about, at each version that has it.

A row: role, freedom, security profile, the cases that it once failed or that look at the same thing.
"""

import pytest
import runner
from ocpp_fixtures.csms import FREEDOMS as OF_CSMS
from ocpp_fixtures.station import FREEDOMS as OF_STATION
from ocpp_reports.model import Verdict

ROWS = [
    ("station", "times-with-numeric-offset", 0, "X_LIMIT_04"),
    ("csms", "times-with-numeric-offset", 0, "X_FRAME_02"),
    ("station", "host-name-in-capitals", 2, "X_TLS_05 or X_TLS_06 or TC_A_04_CS or TC_086_CS"),
    ("csms", "serial-number-required", 3, "X_FRAME_02 or X_TLS_14 or X_NET_04 or TC_B_01_CSMS or TC_E_02_CSMS"),
]


@pytest.mark.parametrize(
    ("role", "freedom", "security_profile", "select", "ocpp"),
    [
        (role, freedom, security_profile, select, ocpp)
        for role, freedom, security_profile, select in ROWS
        for ocpp in (OF_STATION if role == "station" else OF_CSMS)[freedom].versions
    ],
)
def test_a_freedom_passes(role, freedom, security_profile, select, ocpp):
    config = runner.config(role, freedoms=(freedom,))
    results, rules, problems = runner.run(config, ocpp, security_profile, select=select)
    ran = [r for r in results if r.verdict is not Verdict.NOT_APPLICABLE]
    assert ran
    assert not {r.key: r.reason for r in ran if r.verdict is not Verdict.PASS}
    assert not [f for rule in rules for f in rule.findings]
    assert not problems
