"""A station that took a bad certificate or a short password is let in, and has a good one when the case is over."""

import pytest
import runner
from ocpp_reports.model import Verdict
from survey import SHORT


@pytest.mark.parametrize("ocpp", ["2.0.1", "2.1"])
@pytest.mark.parametrize(
    ("defect", "profile", "fails", "next_case"),
    [
        ("expired-certificate-accepted", 3, "TC_A_14_CS", "TC_A_15_CS"),
        ("bad-certificate-used", 3, "TC_A_14_CS", "TC_A_15_CS"),
        ("short-password-accepted", 1, "TC_A_10_CS", "TC_A_12_CS"),
        ("short-password-kept", 1, "TC_A_10_CS", "TC_A_12_CS"),
    ],
)
def test_the_next_case_finds_the_station_as_it_was(ocpp, defect, profile, fails, next_case):
    config = runner.config("station", defects=(defect,), timing=SHORT)
    results, _, problems = runner.run(config, ocpp, profile, select=f"{fails} or {next_case}")
    assert {r.id: r.verdict for r in results} == {fails: Verdict.FAIL, next_case: Verdict.PASS}
    assert not problems
