"""Strict JSON: what is reported and what is refused."""

import pytest
from ocpp_proof.ocppj.json_text import UnreadableJson, strict_loads


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a":1,"b":2,"a":3}', "twice"),
        ("[NaN]", "NaN"),
        ("[-Infinity]", "Infinity"),
        ("[1e400]", "beyond any range"),
        ('["\\ud800"]', "surrogate"),
        ('{"\\udc00":1}', "surrogate"),
    ],
)
def test_problems_are_reported_and_the_value_is_given(text: str, said: str) -> None:
    value, problems = strict_loads(text)
    assert value is not None
    assert any(said in problem for problem in problems)


@pytest.mark.parametrize(
    "text", ["", "[1,", "[01]", "{'a':1}", "[1] x", "\ufeff[1]", "[" * 100_000, "[" + "9" * 5000 + "]"]
)
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(UnreadableJson):
        strict_loads(text)


@pytest.mark.parametrize(
    "text", ['["\\ud83d\\ude00"]', '["\\\\ud800"]', '{"a":{"b":1},"c":{"b":1}}', "[0.1,1e3,-2]", "null"]
)
def test_sound_json_has_no_problems(text: str) -> None:
    assert strict_loads(text)[1] == []
