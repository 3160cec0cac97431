"""What the end of a run repeats: causes, and what failed."""

from ocpp_proof.run.causes_output import causes_lines, failed_lines
from ocpp_reports.model import CaseResult, CheckRecord, RunResult, StepRecord, Verdict

SAME = CheckRecord("B01.FR.02", "MUST", Verdict.FAIL, "status 'Accepted'", "status 'Rejected'", time=1.0)


def failed(id, check=SAME):
    scenario = StepRecord("scenario", kind="root", checks=[check])
    reason = f"{check.requirement} (MUST): why\nexpected: it\nreceived: that"
    return CaseResult(id, "a title", "2.0.1", 0, "station", "Acme", Verdict.FAIL, reason, scenario=scenario)


def run(*cases):
    return RunResult("Acme", "station", "2.0.1", 0, cases=list(cases))


def test_each_cause_with_its_count_and_its_first_cases():
    lines = causes_lines(run(*(failed(f"TC_{n}_CS") for n in range(7))), 200)
    assert lines[0] == "Causes"
    assert lines[1].split()[:3] == ["C1", "7", "x"]
    assert "B01.FR.02" in lines[1]
    assert lines[2].strip() == "TC_0_CS, TC_1_CS, TC_2_CS, TC_3_CS … (7 cases)"


def test_what_failed_stands_there_again_with_its_cause():
    other = CheckRecord("B02.FR.01", "MUST", Verdict.FAIL, "nothing", "something", time=1.0)
    lines = failed_lines(run(failed("TC_A_CS"), failed("TC_B_CS"), failed("TC_C_CS", other)), 200)
    assert lines[0] == "  FAIL TC_A_CS (C1): B01.FR.02 (MUST): why expected: it received: that"
    assert lines[2].startswith("  FAIL TC_C_CS (C2): ")


def test_no_line_is_wider_than_the_terminal_and_a_cut_one_says_so():
    lines = causes_lines(run(*(failed(f"TC_{n}_CS") for n in range(7))), 60)
    lines += failed_lines(
        run(failed("TC_with_a_long_name_CS", CheckRecord("B" * 99, "MUST", Verdict.FAIL, "", ""))), 60
    )
    assert max(map(len, lines)) <= 60
    assert any(line.endswith("…") for line in lines)


def test_many_are_counted():
    lines = failed_lines(run(*(failed(f"TC_{n}_CS") for n in range(100))), 80)
    assert lines[-1].strip() == "… and 60 more that failed: see the summary"


def test_a_sound_run_says_nothing():
    assert causes_lines(run(), 80) == failed_lines(run(), 80) == []
