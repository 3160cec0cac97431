"""What the standard only advises is a warning and no failure: defects that the matrix of failures has not."""

import pytest
import runner
from ocpp_reports.model import Verdict
from survey import SHORT

WARNED = [
    ("station", "1.6", "boots-on-reconnect", "X_NET_06_CS"),
    ("station", "2.0.1", "boots-on-reconnect", "X_NET_06_CS"),
    ("station", "1.6", "missing-pong-ignored", "X_NET_12_CS"),
    ("station", "2.1", "missing-pong-ignored", "X_NET_12_CS"),
    ("csms", "1.6", "repeated-message-recorded-twice", "X_NET_01_CSMS"),
    ("csms", "2.0.1", "requests-go-to-the-dead-link", "X_NET_07_CSMS"),
    ("csms", "2.0.1", "requests-go-to-the-dead-link", "X_NET_03_CSMS"),
    ("csms", "1.6", "answer-to-nothing-fatal", "X_NET_06_CSMS"),
    ("csms", "2.1", "answer-to-nothing-fatal", "X_NET_06_CSMS"),
    ("csms", "1.6", "second-connection-refused", "X_NET_07_CSMS"),
    ("csms", "2.0.1", "second-connection-refused", "X_NET_03_CSMS"),
    ("station", "1.6", "reservation-lost-with-connection", "X_NET_05_CS"),
    ("station", "1.6", "local-list-lost-at-restart", "X_RESTART_01_CS"),
    ("station", "2.1", "local-list-lost-at-restart", "X_RESTART_01_CS"),
    ("station", "1.6", "list-unsupported-after-restart", "X_RESTART_01_CS"),
    ("station", "1.6", "queue-lost-with-power", "X_RESTART_04_CS"),
    ("station", "2.0.1", "queue-lost-with-power", "X_RESTART_04_CS"),
    ("station", "1.6", "zero-heartbeats-flood", "X_LIMIT_07_CS"),
    ("station", "2.0.1", "zero-heartbeats-flood", "X_LIMIT_07_CS"),
    ("station", "1.6", "zero-interval-refused", "X_LIMIT_07_CS"),
    ("station", "2.0.1", "zero-interval-refused", "X_LIMIT_07_CS"),
    ("station", "1.6", "requests-unchecked", "X_SCHEMA_02_CS"),
    ("station", "1.6", "settings-lost-at-restart", "X_RESTART_05_CS"),
    ("station", "1.6", "cache-lost-at-restart", "X_RESTART_05_CS"),
    ("station", "2.0.1", "cache-lost-at-restart", "X_RESTART_05_CS"),
    ("csms", "1.6", "answers-on-the-newest", "X_NET_07_CSMS"),
    ("csms", "2.1", "answers-on-the-newest", "X_NET_07_CSMS"),
]


@pytest.mark.parametrize(("sut", "ocpp", "defect", "case"), WARNED)
def test_a_defect_is_warned_of(sut, ocpp, defect, case):
    config = runner.config(sut, defects=(defect,), timing=SHORT)
    results, _, _ = runner.run(config, ocpp, 0, select=case)
    assert Verdict.WARN in {r.verdict for r in results} <= {Verdict.WARN, Verdict.PASS, Verdict.NOT_APPLICABLE}


@pytest.mark.parametrize("ocpp", ["2.0.1", "2.1"])
def test_what_a_power_failure_took_from_the_queue_is_warned_of(ocpp):
    """The number that is missing tells rightly of an event that was lost: the transaction is told to its end."""
    config = runner.config(
        "station", defects=("updates-lost-with-power",), freedoms=("stops-at-ev-connected",), timing=SHORT
    )
    results, rules, _ = runner.run(config, ocpp, 0, select="X_RESTART_04_CS")
    assert {r.verdict for r in results} == {Verdict.WARN}
    assert not [rule for rule in rules if rule.count]


@pytest.mark.parametrize("ocpp", ["1.6", "2.0.1"])
def test_a_csms_that_asks_nothing_more_is_warned_of(ocpp):
    """The time-out is its own (OCPP-J 4.1.1): that it never ends no case can see."""
    config = runner.config("csms", defects=("unanswered-call-blocks",), timing=SHORT)
    results, _, _ = runner.run(config, ocpp, 0, select="X_NET_05_CSMS")
    assert {r.verdict for r in results} == {Verdict.WARN}
