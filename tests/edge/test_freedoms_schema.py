"""A sound system that differs from ours passes the cases of the family SCHEMA."""

from freedoms import PASS, at_each_version, expect_verdicts

ROWS = [
    ("station", "unknown-fields-ignored", "X_SCHEMA_01 or X_SCHEMA_02", {PASS}),
    ("csms", "unknown-fields-ignored", "X_SCHEMA_01 or X_SCHEMA_02", {PASS}),
    ("station", "protocol-error-for-violations", "X_SCHEMA_01 or X_SCHEMA_02", {PASS}),
    ("csms", "protocol-error-for-violations", "X_SCHEMA_01 or X_SCHEMA_02", {PASS}),
    ("csms", "unasked-reports-refused", "X_SCHEMA_02 or X_SCHEMA_03", {PASS}),
]


@at_each_version(ROWS)
def test_a_freedom_passes(role, freedom, select, verdicts, ocpp):
    expect_verdicts(role, freedom, select, verdicts, ocpp)
