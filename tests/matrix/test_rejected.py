"""A CSMS that has no Pending keeps a station out by Rejected, and the case on early messages sees that as well."""

import dataclasses

import pytest
import runner
from ocpp_reports.model import Verdict
from survey import SHORT

SAME = {"2.0.1": "AQ-6", "2.1": "AQ-16"}
"""The feature of which the condition of TC_B_30_CSMS says NOT: it has another number in each version."""


@pytest.mark.parametrize("ocpp", SAME)
@pytest.mark.parametrize("defects", [(), ("messages-before-accepted-honoured",)])
def test_early_messages_of_a_rejected_station(ocpp, defects):
    config = runner.config("csms", defects=defects, timing=SHORT)
    config = dataclasses.replace(config, features={**config.features, "C-44": False, SAME[ocpp]: False})
    (result,), _, _ = runner.run(config, ocpp, 0, select="TC_B_30_CSMS")
    assert result.verdict is (Verdict.FAIL if defects else Verdict.PASS)
    assert not defects or "B03.FR.07" in result.reason


@pytest.mark.parametrize("ocpp", SAME)
def test_it_does_not_apply_to_who_can_do_neither(ocpp):
    config = runner.config("csms", timing=SHORT)
    config = dataclasses.replace(config, features={**config.features, "C-44": False, SAME[ocpp]: True})
    results, _, _ = runner.run(config, ocpp, 0, select="TC_B_30_CSMS")
    assert [r.verdict for r in results] in ([], [Verdict.NOT_APPLICABLE])
