"""One fault of a station that lasts is the finding of one case: the bench brings the station back before the next."""

import dataclasses

import pytest
import runner
from ocpp_proof.sut.drivers.base import Unsupported
from ocpp_proof.sut.drivers.reference import Reference
from ocpp_reports.model import Verdict

DEAD = "since X_FRAME_02_CS[case=0], after this frame: [2,"
ROWS = [
    ("stays-rejected", "1.6", "TC_001_CS or TC_019_CS or TC_021_CS", {"TC_001_CS"}, "answers nothing"),
    ("stays-pending", "1.6", "TC_002_CS or TC_045_1_CS or TC_010_CS", {"TC_002_CS"}, ""),
    ("acts-before-accepted", "2.0.1", "TC_B_02_CS or TC_B_20_CS or TC_C_02_CS", {"TC_B_02_CS"}, ""),
    ("remote-start-at-zero", "1.6", "TC_027_CS or TC_046_2_CS or TC_054_CS", {"TC_027_CS"}, ""),
    ("offline-session-told-twice", "1.6", "TC_039_CS or TC_034_CS", {"TC_039_CS"}, ""),
    ("second-remote-start-accepted", "1.6", "TC_026_CS or TC_011_2_CS", {"TC_026_CS"}, ""),
    ("dead-after-unknown-action", "2.0.1", "X_FRAME_02_CS or X_FRAME_06_CS", {"X_FRAME_02_CS"}, DEAD),
    ("deaf-after-unknown-action", "1.6", "X_FRAME_02_CS or X_FRAME_06_CS", {"X_FRAME_02_CS"}, ""),
    (
        "lost-after-redirect",
        "1.6",
        "X_TLS_12_CS or X_TLS_10_CS or TC_062_CS",
        {"X_TLS_12_CS"},
        "since X_TLS_12_CS, the station does not connect",
    ),
]
"""Defect, version, cases, those that fail, and what the run says: stations of the field, real-stations.md A1 to A7."""


@pytest.mark.parametrize(("defect", "ocpp", "select", "fail", "told"), ROWS, ids=[row[0] for row in ROWS])
def test_a_fault_that_lasts_is_the_finding_of_one_case(defect, ocpp, select, fail, told):
    results, _, problems = runner.run(runner.config("station", defects=(defect,)), ocpp, 0, select=select)
    assert {r.id for r in results if r.verdict is Verdict.FAIL} == fail
    others = {r.key: (str(r.verdict), r.reason) for r in results if r.id not in fail}
    assert others
    assert {verdict for verdict, _ in others.values()} <= {"pass", "not applicable"}, others
    assert not told or [p for p in problems if told in p], problems


def test_a_place_that_is_out_of_service_when_a_case_begins_fails_no_other_case():
    select = "TC_B_23_CS or TC_B_25_CS or TC_E_04_CS or TC_F_02_CS or TC_G_04_CS"
    results, _, _ = runner.run(runner.config("station", defects=("stays-inoperative",)), "2.0.1", 0, select=select)
    verdicts = {r.id: r.verdict for r in results}
    assert [id for id, verdict in verdicts.items() if verdict is Verdict.FAIL] == ["TC_G_04_CS"]
    unjudged = {r.id: r.reason for r in results if r.verdict is Verdict.INCONCLUSIVE}
    assert set(unjudged) == {"TC_B_25_CS", "TC_E_04_CS", "TC_F_02_CS"}
    assert all("which is Unavailable as the station told" in reason for reason in unjudged.values()), unjudged


def power_cycles(monkeypatch, *, at_most):
    """The driver can switch the station off and on so many times, and then not any more."""
    done, count = Reference.do, [0]

    async def do(self, job):
        if job.verb == "power_cycle":
            count[0] += 1
            if count[0] > at_most:
                raise Unsupported(job.verb)
        return await done(self, job)

    monkeypatch.setattr(Reference, "do", do)


def test_a_mute_station_that_nobody_can_switch_off_is_said_once_with_the_frame(monkeypatch):
    power_cycles(monkeypatch, at_most=0)
    config = runner.config("station", defects=("deaf-after-unknown-action",))
    config = dataclasses.replace(config, timing=dataclasses.replace(config.timing, message=1.0))
    results, _, problems = runner.run(config, "1.6", 0, select="X_FRAME_02_CS")
    by_verdict = {verdict: [r for r in results if r.verdict is verdict] for verdict in Verdict}
    assert [r.key for r in by_verdict[Verdict.FAIL]] == ["X_FRAME_02_CS[case=0]"]
    rest = {r.reason for r in by_verdict[Verdict.INCONCLUSIVE]}
    assert len(rest) == 1
    (reason,) = rest
    assert reason.startswith("since X_FRAME_02_CS[case=0], after this frame: [2,")
    assert "the station answers nothing" in reason
    assert reason.endswith("the rest was not tried")
    assert reason in problems


def test_a_station_that_is_left_pending_by_a_case_is_not_asked_what_it_may_not_do(monkeypatch):
    power_cycles(monkeypatch, at_most=1)  # that of TC_002_CS itself
    config = runner.config("station", defects=("stays-pending",))
    results, _, problems = runner.run(config, "1.6", 0, select="TC_002_CS or TC_045_1_CS or TC_010_CS")
    verdicts = {r.id: r.verdict for r in results}
    assert verdicts["TC_002_CS"] is Verdict.FAIL
    # 1.6 4.2: a Reset may be sent to a station that is Pending, and brings this one back
    assert verdicts["TC_010_CS"] is Verdict.PASS, [r.reason for r in results]
    assert not problems
