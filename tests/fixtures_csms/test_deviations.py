"""The mechanism of defects and freedoms: what is put around the sound system, and what stays as it is."""

from __future__ import annotations

import asyncio

import pytest
from ocpp_fixtures.deviations import V16, Behaviours, Defects, alterable, collect


class Sound:
    limit = 1

    def greet(self, name):
        return f"hello {name}"

    async def fetch(self):
        return self.greet("you")


class Special(Sound):
    def greet(self, name):
        return super().greet(name).upper()


@alterable
def total(system, number):
    return number


class System:
    def __init__(self, *rows):
        self.behaviours = Behaviours(rows)


def defect():
    return Defects("CS")("a-bug", "It does not work.", V16, "1.6, 4.1", "001 B_02")


def test_without_deviations_the_class_is_the_sound_one():
    assert Behaviours().altered(Sound) is Sound


def test_a_row_has_the_ids_of_its_cases():
    assert defect().kills == ("TC_001_CS", "TC_B_02_CS")


def test_a_function_is_put_around_a_method_also_where_a_subclass_overrides_it():
    row = defect()
    row.around(Sound.greet)(lambda greet, self, name: greet(self, name) + "!")
    kind = Behaviours([row]).altered(Special)
    assert kind().greet("you") == "HELLO YOU!"
    assert Special().greet("you") == "HELLO YOU"


def test_one_lies_around_the_other():
    first, second = defect(), defect()
    first.around(Sound.greet)(lambda greet, self, name: greet(self, name) + "!")
    second.around(Sound.greet)(lambda greet, self, name: f"<{greet(self, name)}>")
    assert Behaviours([first, second]).altered(Sound)().greet("you") == "<hello you!>"


def test_a_coroutine_function_returns_its_constant_when_it_is_awaited():
    kind = Behaviours([defect().returns(5, Sound.fetch).returns(6, Sound.greet)]).altered(Sound)
    assert asyncio.run(kind().fetch()) == 5
    assert kind().greet("you") == 6


def test_attributes_of_a_class_are_set():
    behaviours = Behaviours([defect().sets(Sound, limit=7)])
    assert behaviours.altered(Special).limit == 7
    assert behaviours.attributes(Sound) == {"limit": 7}
    assert Sound.limit == 1


def test_a_function_of_a_module_is_altered_for_one_system_only():
    row = defect()
    row.around(total)(lambda total, system, number: total(system, number) * 2)
    assert (total(System(row), 3), total(System(), 3)) == (6, 3)


def test_a_name_is_given_once():
    with pytest.raises(ValueError, match="two deviations are called 'a-bug'"):
        collect([[defect()], [defect()]])
