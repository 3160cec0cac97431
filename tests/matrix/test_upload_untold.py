"""Whether an upload is told of is judged by the cases about uploads, and not again by one that only needs it."""

import pytest
import runner
from ocpp_reports.model import Verdict


@pytest.mark.parametrize(
    ("defect", "verdict"),
    [("diagnostics-uploading-unreported", Verdict.INCONCLUSIVE), ("report-stops-when-a-driver-comes", Verdict.FAIL)],
)
def test_a_start_during_an_upload(defect, verdict):
    config = runner.config("station", defects=(defect,))
    (result,), _, _ = runner.run(config, "1.6", 0, select="X_SIM_10_CS")
    assert result.verdict is verdict, result.reason
