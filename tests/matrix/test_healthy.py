"""The healthy reference systems pass every case that applies, at every version and security profile.

The stations that the harness plays there keep every rule by which it judges a station.
"""

import os

import pytest
import runner
from ocpp_reports.model import Verdict
from own_traffic import listening
from sent import explained, sent

EVERYWHERE = bool(os.environ.get("OCPP_PROOF_WHOLE_MATRIX"))
EDGE = {("1.6", 0): "edge", ("2.0.1", 2): "schema", ("2.1", 3): "edge"}
"""Which edge cases run where in `make test`; `make matrix` runs them all everywhere. 2.0.1 has messages of its own."""
OFFICIAL_PROFILES = {("station", "1.6"): (0, 3), ("plain", "1.6"): (0,)}
"""Where the official cases of a 1.6 charge point, which take most of a minute, run in `make test`."""
PLACES = [(name, ocpp) for name in ("station", "csms") for ocpp in ("1.6", "2.0.1", "2.1")] + [("plain", "1.6")]


def everything_passes(name, ocpp, security_profile, select):
    with listening() as heard:
        results, rules, problems = runner.run(runner.config(name), ocpp, security_profile, select=select)
    assert results
    wrong = {r.key: r.reason for r in results if r.verdict not in (Verdict.PASS, Verdict.NOT_APPLICABLE)}
    assert not wrong
    assert not [f for rule in rules for f in rule.findings]
    assert not problems
    assert not heard.found
    assert heard.messages > 0 or name != "csms"
    assert not sent(results) - explained(), (
        "each needs a row in sent_messages.csv: why it harms no product that acts on it"
    )


@pytest.mark.parametrize(
    ("name", "ocpp", "security_profile"),
    [(n, v, p) for n, v in PLACES for p in range(4) if EVERYWHERE or p in OFFICIAL_PROFILES.get((n, v), range(4))],
)
def test_every_official_case_passes(name, ocpp, security_profile):
    everything_passes(name, ocpp, security_profile, "official")


@pytest.mark.parametrize(
    ("name", "ocpp", "security_profile"),
    [(n, v, p) for n, v in PLACES for p in range(4) if n != "plain" and (EVERYWHERE or (v, p) in EDGE)],
)
def test_every_edge_case_passes(name, ocpp, security_profile):
    everything_passes(name, ocpp, security_profile, "edge" if EVERYWHERE else EDGE[ocpp, security_profile])
