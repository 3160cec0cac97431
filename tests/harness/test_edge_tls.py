"""What the edge cases about getting in only warn of, and the words that they are written in."""

import csv
import importlib.resources
import sys
from pathlib import Path

import pytest
from ocpp_proof.cases.requirements import id_of_topic, level_of
from ocpp_reports.model import Verdict

sys.path.insert(0, str(Path(__file__).parents[1] / "matrix"))

import runner
from ocpp_fixtures.csms.stations import Station


def test_every_topic_names_a_requirement_of_its_version():
    with (importlib.resources.files("ocpp_testcases.catalog") / "topics.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            assert id_of_topic(row["topic"], row["ocpp"], int(row["security_profile"])) == row["id"]
            in_log = row["ocpp"] == "1.6" and row["topic"].endswith("reported")  # none is critical there
            assert level_of(row["id"], row["ocpp"]) == ("SHOULD" if in_log else "MUST")


@pytest.mark.parametrize(
    ("sut", "security_profile", "defect", "case"),
    [
        ("csms", 1, "everybody-locked-out", "X_TLS_09_CSMS"),
        ("csms", 0, "identity-not-decoded", "X_TLS_18_CSMS"),
        ("csms", 0, "unknown-identity-let-in", "X_TLS_18_CSMS"),
        ("csms", 3, "revocation-not-checked", "X_TLS_05_CSMS"),
        ("station", 0, "redirect-followed", "X_TLS_12_CS"),
        ("station", 2, "short-server-key-accepted", "X_TLS_07_CS"),
    ],
)
@pytest.mark.parametrize("ocpp", ["1.6", "2.0.1"])
def test_where_the_standard_is_silent_there_is_a_warning(sut, security_profile, defect, case, ocpp):
    results, _, _ = runner.run(runner.config(sut, defects=(defect,)), ocpp, security_profile, select=case)
    assert {r.verdict for r in results} <= {Verdict.PASS, Verdict.WARN}
    assert [r for r in results if r.verdict is Verdict.WARN]


@pytest.mark.parametrize("ocpp", ["1.6", "2.0.1"])
def test_a_csms_may_hear_late_that_a_connection_has_ended(ocpp, monkeypatch):
    """Until then it takes the next one for a second one, of which the standard says nothing."""
    sound, known, hung_up = Station.connected, set(), set()

    async def connected(self, peer):
        if self.identity in known - hung_up:  # its first connection is missed when it comes for the second time
            hung_up.add(self.identity)
            await peer.close(1008, "connected already")
            return
        known.add(self.identity)
        await sound(self, peer)

    monkeypatch.setattr(Station, "connected", connected)
    results, _, _ = runner.run(runner.config("csms"), ocpp, 0, select="X_TLS_14* or X_TLS_17* or X_TLS_18*")
    assert hung_up
    assert {r.verdict for r in results} <= {Verdict.PASS, Verdict.NOT_APPLICABLE}
