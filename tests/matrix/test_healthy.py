"""The healthy reference systems pass every case that applies, at every version and security profile."""

import pytest
import runner
from ocpp_reports.model import Verdict

PLACES = [(name, ocpp) for name in ("station", "csms") for ocpp in ("1.6", "2.0.1", "2.1")] + [("plain", "1.6")]


@pytest.mark.parametrize("security_profile", range(4))
@pytest.mark.parametrize(("name", "ocpp"), PLACES)
def test_everything_passes(name, ocpp, security_profile):
    results, rules, problems = runner.run(runner.config(name), ocpp, security_profile)
    assert results
    wrong = {r.key: r.reason for r in results if r.verdict not in (Verdict.PASS, Verdict.NOT_APPLICABLE)}
    assert not wrong
    assert not [f for rule in rules for f in rule.findings]
    assert not problems
