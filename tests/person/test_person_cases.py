"""Which cases may ask a person, and where they stand in a run."""

from pathlib import Path

import pytest
from ocpp_proof.run.person_cases import asked_of_a_person, walk
from ocpp_proof.source.cases import find_cases
from ocpp_proof.source.possible_verbs import possible_verbs

CASES = {case.id: case for case in find_cases()}


class Driver:
    def __init__(self, name, *verbs):
        self.name, self.verbs = name, verbs

    def can(self, verb, action=""):
        return not self.verbs or verb in self.verbs


def possible(id, ocpp):
    return possible_verbs(CASES[id].file, CASES[id].name, ocpp)


@pytest.mark.parametrize(
    ("id", "ocpp", "verbs"),
    [
        ("TC_003_CS", "1.6", {"plug_in", "present_token", "unplug"}),
        ("TC_041_CS", "1.6", {"fault", "clear_fault"}),  # handed on, and called when the case ends
        ("X_SIM_04_CS", "2.0.1", {"plug_in", "unplug"}),  # a method of what the case made
        ("TC_E_04_CS", "2.0.1", {"plug_in", "present_token"}),  # on one way only
        ("TC_013_CS", "1.6", set()),
        ("TC_C_02_CSMS", "2.0.1", set()),
        ("TC_F_20_CSMS", "2.0.1", {"request"}),
    ],
)
def test_what_a_case_may_ask_for(id, ocpp, verbs):
    found = possible(id, ocpp)
    assert verbs <= found if verbs else not found


def test_function_that_is_not_at_the_top_of_its_file_is_not_known():
    assert possible_verbs(Path(__file__), "no_such_function", "1.6") == frozenset()


async def needs_a_cable(csms, sut):
    """A case."""
    await sut.plug_in()
    await sut.power_cycle()


@pytest.mark.parametrize(
    ("drivers", "asked"),
    [
        ([Driver("manual")], {"plug_in", "power_cycle"}),
        ([Driver("webhook", "power_cycle"), Driver("manual")], {"plug_in"}),
        ([Driver("manual", "plug_in"), Driver("webhook")], {"plug_in"}),
        ([Driver("command"), Driver("manual")], {"plug_in", "power_cycle"}),  # it says only when it is asked
        ([Driver("webhook"), Driver("manual")], set()),
        ([Driver("webhook")], set()),
    ],
)
def test_person_is_asked_for_what_no_driver_before_does(drivers, asked):
    assert asked_of_a_person(needs_a_cable, "1.6", drivers) == asked


def test_what_is_done_at_one_place_goes_together_and_what_asks_nobody_comes_last():
    at_the_cable, at_the_supply, inside = {"plug_in", "present_token"}, {"plug_in", "power_cycle"}, {"fault"}
    assert walk(at_the_cable) < walk(at_the_supply) < walk({"cut_network"}) < walk(inside) < walk(set())
