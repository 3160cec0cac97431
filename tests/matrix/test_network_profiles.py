"""What the cases of B09 and B10 leave in a station: its list of slots, and what a slot held, as far as it can be."""

from dataclasses import replace

import pytest
import runner
from ocpp_fixtures.station.v2.network import Network, NetworkProfile
from survey import SHORT

V21 = "TC_B_45_CS or TC_B_100_CS or TC_B_105_CS or TC_B_107_CS or TC_B_108_CS"
OTHER = "ws://other.example.com/ocpp"
HELD = NetworkProfile(OTHER, 1, version="OCPP201", message_timeout=44, identity="CS001")
WEAK = NetworkProfile(OTHER, 0)


def run(monkeypatch, select, *, ocpp="2.1", profile=1, held=None, freedoms=()):
    """The network part of a station whose spare slots hold `held`, after these cases, and the problems of the run."""
    made = []
    init = Network.__init__

    def remembered(self, station):
        init(self, station)
        made.append(self)
        if held is not None:
            self._slots |= {int(slot): replace(held) for slot in self.SLOTS[1:]}

    monkeypatch.setattr(Network, "__init__", remembered)
    config = runner.config("station", freedoms=freedoms, timing=SHORT)
    results, _, problems = runner.run(config, ocpp, profile, select=select)
    assert {str(result.verdict) for result in results} == {"pass"}, [result.reason for result in results]
    return made[-1], problems


@pytest.mark.parametrize("freedoms", [(), ("given-slot-put-into-the-list",)])
def test_list_and_profile_are_as_before(monkeypatch, freedoms):
    network, problems = run(monkeypatch, V21, held=HELD, freedoms=freedoms)
    assert not problems
    assert network._station.model.members("OCPPCommCtrlr", "NetworkConfigurationPriority") == ["1"]
    for slot in network.SLOTS[1:]:
        found = network._slots[int(slot)]
        assert replace(found, password="") == HELD
        assert found.password in ("", network._station.password)


def test_what_is_not_taken_any_more_leads_to_the_harness_and_is_told(monkeypatch):
    network, problems = run(monkeypatch, "TC_B_107_CS", held=WEAK)
    last = network._slots[int(network.SLOTS[-1])]
    assert (last.url, last.security_profile) == (network._slots[1].url, 1)
    assert len(problems) == 1
    assert "could not be set back: Rejected" in problems[0]


def test_a_slot_whose_profile_was_refused_is_left_alone(monkeypatch):
    network, problems = run(monkeypatch, "TC_B_110_CS or TC_B_112_CS", profile=3, held=WEAK)
    assert not problems
    assert all(network._slots[int(slot)] == WEAK for slot in network.SLOTS[1:])
