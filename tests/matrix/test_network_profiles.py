"""What the cases of B09 and B10 leave in a station: its list of slots, and what a slot held, as far as it can be."""

import asyncio
from dataclasses import replace

import pytest
import runner
from ocpp_fixtures.station.v2.device_model import DeviceModel
from ocpp_fixtures.station.v2.network import PRIORITY, Network, NetworkProfile
from ocpp_fixtures.station.v2.station import Station2
from ocpp_proof.cases.timing import Timing
from ocpp_proof.run.bench import Bench
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


OURS = NetworkProfile("ws://backup.example.com/ocpp", 1, identity="CS001")


@pytest.mark.asyncio
@pytest.mark.parametrize(("id", "own"), [
    ("TC_B_45_CS", ["1"]),
    ("TC_B_45_CS", ["1", "2"]),
    ("TC_B_107_CS", ["1"]),
])  # fmt: skip
async def test_an_interrupted_case_takes_the_list_back_at_once(monkeypatch, id, own):
    """There is no time to wait until the station is quiet, here 1 s: Ctrl-C leaves 0.7 s."""
    changed, made = asyncio.Event(), []
    init, built, write = Network.__init__, Station2.__init__, DeviceModel.write

    def listed():
        return made[-1]._station.model.members(*PRIORITY)

    def remembered(self, station):
        init(self, station)
        made.append(self)
        self._slots[2] = replace(OURS)

    def with_list(self, options):
        built(self, options)
        self.model.get(*PRIORITY).value = ",".join(own)

    def written(self, variable, text):
        write(self, variable, text)
        if listed() != own:
            changed.set()

    monkeypatch.setattr(Network, "__init__", remembered)
    monkeypatch.setattr(Station2, "__init__", with_list)
    monkeypatch.setattr(DeviceModel, "write", written)
    bench = Bench(runner.config("station", timing=Timing(quiet=1.0)), ocpp="2.1", security_profile=1, seed=1)
    await bench.start()
    try:
        case, function = next(one for one in runner.functions() if one[0].id == id)
        result = bench.results.of(case, parameters={}, nodeid="")
        task = asyncio.ensure_future(bench.run(case, function, function.__ocpp_arguments__, {}, result))
        async with asyncio.timeout(30):
            await changed.wait()
        assert set(own) < set(listed())  # what was in it stays in it
        task.cancel()
        await asyncio.wait([task])
        assert listed() == own
    finally:
        await bench.stop()
