"""Freedoms that restarts, their states and what survives them are about: sound products pass."""

from freedoms import INCONCLUSIVE, PASS, at_each_version, expect_verdicts

ROWS = [
    ("station", "reset-scheduled", "X_RESTART_03*", {PASS}),
    ("station", "reset-rejected", "X_RESTART_01* or X_LIMIT_07*", {PASS, INCONCLUSIVE}),
    ("station", "every-status-by-notify-event", "X_RESTART_03* or X_RESTART_06*", {PASS}),
    ("station", "statuses-in-one-event", "X_RESTART_03*", {PASS}),
    ("station", "status-delayed-by-the-maker", "X_RESTART_06* or X_SIM_12*", {PASS}),
    ("station", "boots-at-every-connection", "X_RESTART_04*", {PASS}),
    ("station", "local-list-in-use", "X_RESTART_01*", {PASS}),
    ("station", "default-profiles-in-use", "X_RESTART_02*", {PASS}),
    ("station", "power-only", "X_RESTART_02*", {PASS}),
    ("station", "power-off-a-moment-later", "X_RESTART_04*", {INCONCLUSIVE}),
    ("station", "power-off-a-moment-later", "X_RESTART_03* or X_RESTART_06*", {PASS}),
    ("station", "cause-of-a-boot-unknown", "X_RESTART_06*", {PASS}),
    ("station", "starts-at-authorized", "X_RESTART_06*", {PASS}),
    ("station", "stops-at-ev-connected", "X_SIM_13*", {PASS}),
    ("station", "stops-at-energy-transfer", "X_SIM_13*", {PASS}),
    ("station", "heartbeats-in-between", "X_LIMIT_07*", {PASS}),
    ("station", "settings-need-a-reboot", "X_RESTART_05*", {PASS}),
]


@at_each_version(ROWS)
def test_the_cases_pass_with_the_freedom(role, freedom, select, verdicts, ocpp):
    expect_verdicts(role, freedom, select, verdicts, ocpp)
