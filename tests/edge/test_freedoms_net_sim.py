"""Sound systems that differ from ours in what the cases of NET and SIM are about: none fails.

A row: role, freedom, the cases that it concerns, and the verdicts that they may have beside NOT APPLICABLE.
"""

from freedoms import INCONCLUSIVE, PASS, WARN, at_each_version, expect_verdicts

ROWS = [
    ("station", "lost-messages-count-as-failed", "X_NET_01* or X_NET_03* or X_NET_04* or X_NET_10*", {PASS}),
    ("station", "transaction-messages-tried-once", "X_NET_01* or X_NET_02* or X_NET_04* or X_NET_08*", {PASS}),
    ("station", "long-back-off", "X_NET_04* or X_NET_13*", {PASS}),
    ("station", "transaction-starts-when-authorized", "X_NET_04*", {PASS}),
    ("station", "ping-interval-fixed", "X_NET_03* or X_NET_12*", {PASS}),
    # whether it restarts is its own to say, and there is nothing to judge then
    ("station", "reset-rejected", "X_NET_06* or X_SIM_02* or X_SIM_07*", {PASS, INCONCLUSIVE}),
    ("station", "reset-scheduled", "X_NET_06* or X_SIM_02* or X_SIM_07*", {PASS}),
    ("station", "status-by-notify-event", "X_SIM_01* or X_SIM_03* or X_SIM_04* or X_SIM_08*", {PASS}),
    ("station", "status-told-later", "X_SIM_01* or X_SIM_03* or X_SIM_06*", {PASS}),
    ("station", "remote-start-told-before-authorization", "X_SIM_06* or X_SIM_10* or X_SIM_11*", {PASS}),
    # no sentence forbids it: a SHOULD of our own
    ("csms", "second-connection-refused-while-the-first-lives", "X_NET_03* or X_NET_07* or X_NET_08*", {PASS, WARN}),
    ("csms", "connections-limited-by-rate", "X_NET_04* or X_NET_08*", {PASS}),
    ("csms", "end-of-a-connection-noticed-late", "TC_013* or TC_B_20* or TC_B_58* or X_NET_01* or X_NET_04*", {PASS}),
    ("csms", "end-of-a-connection-noticed-late", "X_FRAME_11* or X_FRAME_18* or X_TLS_13* or X_TLS_18*", {PASS}),
    ("csms", "end-of-a-connection-noticed-late-hangs-up", "TC_013* or TC_B_20* or X_NET_04* or X_FRAME_11*", {PASS}),
    ("csms", "api-answers-when-the-station-has", "X_NET_05* or X_NET_06* or X_NET_11* or X_SIM_0*", {PASS}),
    ("csms", "one-transaction-for-a-token", "X_SIM_04* or X_SIM_06*", {PASS}),
    ("csms", "one-transaction-for-a-token", "X_SIM_08*", {PASS}),
    ("station", "tokens-in-other-case", "X_NET_01* or X_SIM_04* or X_SIM_06* or X_SIM_11*", {PASS}),
    ("station", "remote-start-rejected", "X_SIM_06* or X_SIM_10*", {PASS, INCONCLUSIVE}),
    # no sentence forbids it: a SHOULD of our own
    ("csms", "second-connection-closed-after-the-upgrade", "X_NET_03* or X_NET_07* or X_NET_08*", {PASS, WARN}),
    ("csms", "free-vend", "X_NET_02* or X_NET_08* or X_NET_10*", {WARN}),
    ("csms", "free-vend", "X_SIM_02* or X_SIM_06* or X_SIM_07*", {PASS}),
    ("csms", "times-recorded-in-another-notation", "X_NET_09*", {PASS}),
    ("csms", "closes-on-two-calls", "X_SIM_02*", {PASS, WARN}),
    ("csms", "answers-take-a-while", "X_SIM_02* or X_SIM_06* or X_NET_05* or X_FRAME_07*", {PASS}),
    ("csms", "requests-of-the-other-side-not-implemented", "X_FRAME_03* or X_SCHEMA_01*", {PASS}),
]


@at_each_version(ROWS)
def test_a_freedom_does_not_fail(role, freedom, select, verdicts, ocpp):
    expect_verdicts(role, freedom, select, verdicts, ocpp)
