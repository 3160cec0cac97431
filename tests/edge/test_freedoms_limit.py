"""Sound systems that differ from ours in sizes, times and what is installed: none fails a case of LIMIT.

A row: role, freedom, the cases that it concerns, and the verdicts that they may have beside NOT APPLICABLE.
"""

import pytest
import runner
from freedoms import PASS, WARN, at_each_version, expect_verdicts
from ocpp_reports.model import Verdict

PROFILES = "X_LIMIT_01* or X_LIMIT_02* or X_LIMIT_03* or X_LIMIT_06*"
ROWS = [
    # in 1.6 nothing says where the time comes from, and taking that of a Heartbeat is recommended
    (
        "station",
        "time-from-ntp",
        "X_LIMIT_01* or X_LIMIT_04* or X_LIMIT_05*",
        {PASS, WARN},
    ),  # 2.x: 04, 05 not applicable
    ("station", "card-read-slowly", "X_LIMIT_05*", {PASS}),
    ("station", "power-only", PROFILES, {PASS}),
    ("station", "short-messages-only", "X_LIMIT_02* or X_LIMIT_03*", {PASS}),
    ("station", "long-message-closes", "X_LIMIT_02* or X_LIMIT_03*", {PASS}),
    ("station", "long-lists-close", "X_LIMIT_02* or X_LIMIT_03*", {PASS}),
    ("station", "meter-values-not-triggered", "X_LIMIT_04*", {PASS}),
    ("station", "meter-read-each-minute", "X_LIMIT_04*", {PASS}),
    ("station", "periods-limited", "X_LIMIT_02* or X_LIMIT_03*", {PASS}),
    ("station", "one-stack-level", PROFILES, {PASS}),
    ("station", "local-list-off", "X_LIMIT_02* or X_LIMIT_03*", {PASS}),
    ("station", "local-list-in-use", "X_LIMIT_02* or X_LIMIT_03*", {PASS}),
    ("station", "default-profiles-in-use", PROFILES, {PASS}),
    # the standard sets no limit, and asks for no records: rules of our own
    ("csms", "large-messages-closed", "X_LIMIT_02*", {WARN}),
    ("csms", "reports-limited-by-rate", "X_LIMIT_03*", {WARN}),
    ("csms", "senseless-times-refused", "X_LIMIT_01* or X_SCHEMA_03*", {PASS, WARN}),
]


@at_each_version(ROWS)
def test_a_freedom_does_not_fail(role, freedom, select, verdicts, ocpp):
    expect_verdicts(role, freedom, select, verdicts, ocpp)


@pytest.mark.parametrize(
    ("role", "defect", "ocpp", "case"),
    [
        ("station", "clock-jump-ends-transaction", "1.6", "X_LIMIT_05_CS"),
        ("station", "clock-jump-ends-transaction", "2.1", "X_LIMIT_05_CS"),
        ("station", "long-list-cut-short", "1.6", "X_LIMIT_03_CS"),
        ("station", "limits-overstated", "2.0.1", "X_LIMIT_03_CS"),
        ("csms", "report-keeps-last-part", "2.0.1", "X_LIMIT_03_CSMS"),
    ],
)
def test_what_no_sentence_forbids_is_a_warning(role, defect, ocpp, case):
    results, _, _ = runner.run(runner.config(role, defects=(defect,)), ocpp, 0, select=case)
    assert {r.verdict for r in results} - {PASS, Verdict.NOT_APPLICABLE} == {WARN}
