"""Shrinking finds what a failure needs, and asks no more often than it may."""

import json

import pytest
from ocpp_proof.ocppj.shrink import smallest_json


class Asked:
    """Counts how often the system is asked."""

    def __init__(self, fails):
        self.fails, self.times = fails, 0

    async def __call__(self, value):
        self.times += 1
        return self.fails(value)


@pytest.mark.asyncio
async def test_only_what_makes_it_fail_is_left():
    whole = {"a": 1, "b": {"c": [1, 2, {"bad": True, "x": "y"}], "d": "long text"}, "e": []}
    asked = Asked(lambda v: '"bad"' in json.dumps(v))
    found = await smallest_json(whole, asked)
    assert '"bad"' in json.dumps(found)
    assert len(json.dumps(found)) < 40
    assert "a" in whole  # the value given is not changed


@pytest.mark.asyncio
async def test_a_smaller_value_of_another_kind_is_not_asked_about():
    asked = Asked(lambda v: True)
    found = await smallest_json({"keep": 1, "a": 2, "b": 3}, asked, keeps=lambda v: "keep" in v)
    assert found == {"keep": 1}


@pytest.mark.asyncio
async def test_no_more_questions_than_allowed():
    asked = Asked(lambda v: False)
    whole = {str(n): n for n in range(50)}
    assert await smallest_json(whole, asked, tries=7) == whole
    assert asked.times == 7
