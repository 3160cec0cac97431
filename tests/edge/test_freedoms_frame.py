"""Sound systems that treat wrong messages otherwise than ours pass the family FRAME.

A row: freedom, the cases that it is about, and those among them that warn: there the text is silent, or says two
things, and the case says which. Both roles have nearly all of them.
"""

import runner
from freedoms import PASS, at_each_version, expect_verdicts
from ocpp_reports.model import Verdict

MALFORMED = "X_FRAME_01 or X_FRAME_03 or X_FRAME_04 or X_FRAME_05 or X_FRAME_10"
ROWS = [
    ("unreadable-frame-closes", f"{MALFORMED} or X_FRAME_08 or X_FRAME_09", "01 03 04 05 08 09 10"),
    ("deep-nesting-closes", "X_FRAME_17", "17"),
    ("long-message-closes", "X_FRAME_17", ""),
    ("malformed-dropped", MALFORMED, "03"),
    ("unusable-answers-dropped", "X_FRAME_07 or X_FRAME_08 or X_FRAME_09", ""),
    ("errors-of-no-code-dropped", "X_FRAME_07 or X_FRAME_08 or X_FRAME_09", ""),
    ("frames-refused-as-generic", MALFORMED, ""),
    ("unknown-action-generic", "X_FRAME_02", "02"),
    ("unknown-action-dropped", "X_FRAME_02", "02"),
    ("number-echoed-as-text", "X_FRAME_01", ""),
    ("more-than-needed-taken", "X_FRAME_04 or X_FRAME_05", "04 05"),
    ("last-of-a-key-taken", "X_FRAME_10", ""),
    ("binary-frame-taken", "X_FRAME_11", ""),
    ("used-id-ignored", "X_FRAME_06", "06"),
    ("calls-at-once-dropped", f"{MALFORMED} or X_FRAME_06 or X_FRAME_11 or X_FRAME_17", ""),
]


WARNED = {freedom: numbers.split() for freedom, _, numbers in ROWS}


@at_each_version([(role, freedom, select, {PASS}) for freedom, select, _ in ROWS for role in ("station", "csms")])
def test_a_freedom_fails_nothing(role, freedom, select, verdicts, ocpp):
    warned = {f"X_FRAME_{number}_{'CS' if role == 'station' else 'CSMS'}" for number in WARNED[freedom]}
    expect_verdicts(role, freedom, select, verdicts, ocpp, warned=warned)


def test_a_central_system_without_compression_is_not_judged():
    config = runner.config("csms", freedoms=("compression-declined",))
    results, _, _ = runner.run(config, "1.6", 0, select="X_FRAME_18")
    assert [r.verdict for r in results] == [Verdict.NOT_APPLICABLE]
