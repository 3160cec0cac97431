"""A sound system that differs from ours passes the cases that a freedom is about: those of no single family."""

from freedoms import PASS, at_each_version, expect_verdicts

PROFILES = {"host-name-in-capitals": 2, "serial-number-required": 3}
"""The security profile at which a freedom shows, where it is not 0."""
ROWS = [
    ("station", "times-with-numeric-offset", "X_LIMIT_04", {PASS}),
    ("csms", "times-with-numeric-offset", "X_FRAME_02", {PASS}),
    ("station", "host-name-in-capitals", "X_TLS_05 or X_TLS_06 or TC_A_04_CS or TC_086_CS", {PASS}),
    ("csms", "serial-number-required", "X_FRAME_02 or X_TLS_14 or X_NET_04 or TC_B_01_CSMS or TC_E_02_CSMS", {PASS}),
]


@at_each_version(ROWS)
def test_a_freedom_passes(role, freedom, select, verdicts, ocpp):
    expect_verdicts(role, freedom, select, verdicts, ocpp, security_profile=PROFILES.get(freedom, 0))
