"""What every table of freedoms does: a row at each version that has its freedom, run, and held to its verdicts.

A row: role, freedom, the cases that it is about, the verdicts that these may have beside NOT APPLICABLE.
"""

import pytest
import runner
from ocpp_fixtures.csms import FREEDOMS as OF_CSMS
from ocpp_fixtures.station import FREEDOMS as OF_STATION
from ocpp_reports.model import Verdict

PASS, WARN, INCONCLUSIVE = Verdict.PASS, Verdict.WARN, Verdict.INCONCLUSIVE


def at_each_version(rows):
    """Decorator: the test gets role, freedom, select, verdicts and ocpp."""
    return pytest.mark.parametrize(
        ("role", "freedom", "select", "verdicts", "ocpp"),
        [
            pytest.param(*row, ocpp, id=f"{row[0]}-{row[1]}-{row[2].split()[0]}-{ocpp}")
            for row in rows
            for ocpp in (OF_STATION if row[0] == "station" else OF_CSMS)[row[1]].versions
        ],
    )


def expect_verdicts(role, freedom, select, verdicts, ocpp, *, security_profile=0, warned=()):
    """The cases pass with the freedom, or have one of `verdicts`; those whose ids are `warned` may warn.

    One of them at least has to apply, no rule finds anything, and everything is taken back.
    """
    config = runner.config(role, freedoms=(freedom,))
    results, rules, problems = runner.run(config, ocpp, security_profile, select=select)
    ran = [r for r in results if r.verdict is not Verdict.NOT_APPLICABLE]
    assert ran
    assert not {r.key: r.reason for r in ran if r.verdict not in {*verdicts, *({WARN} if r.id in warned else ())}}
    assert not [f for rule in rules for f in rule.findings]
    assert not problems
