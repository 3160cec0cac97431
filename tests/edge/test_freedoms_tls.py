"""Sound systems that differ from ours in what the cases of TLS are about: none fails."""

import pytest
import runner
from ocpp_reports.model import Verdict

SOFT = {Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}


@pytest.mark.parametrize("ocpp", ["1.6", "2.1"])
def test_who_is_slowed_down_after_a_wrong_password_is_warned_about(ocpp):
    """The row says SHOULD: no sentence forbids it, and to slow down is sound."""
    select = "X_TLS_07* or X_TLS_08* or X_TLS_10* or X_TLS_11*"
    csms = runner.config("csms", freedoms=("right-password-slowed-down",))
    results, _, problems = runner.run(csms, ocpp, 1, select=select)
    verdicts = {r.verdict for r in results}
    assert Verdict.WARN in verdicts
    assert verdicts <= SOFT
    assert not problems
