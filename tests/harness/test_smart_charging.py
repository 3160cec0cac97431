"""How a composite schedule of a 1.6 charge point is compared with what should hold."""

import pytest
from ocpp_testcases.ocpp16.station.states.smart_charging import schedule_difference

STACK = {0: 7.0, 100: 9.0, 150: 8.0, 200: 10.0}


def periods(*pairs):
    return [{"startPeriod": start, "limit": limit} for start, limit in pairs]


def compare(found, limits=STACK, *, elapsed=4.2, duration=350, tolerance=4.0):
    return schedule_difference(found, limits, elapsed=elapsed, duration=duration, tolerance=tolerance)


def test_every_change_at_its_second():
    assert compare(periods((0, 7), (96, 9), (146, 8), (196, 10))) == ""


@pytest.mark.parametrize("late", [-4, 0, 3])
def test_a_change_may_come_as_much_too_early_or_late_as_clocks_may_be_apart(late):
    assert compare(periods((0, 7), (96 + late, 9), (146 + late, 8), (196 + late, 10))) == ""


@pytest.mark.parametrize("late", [-10, 10])
def test_but_not_more(late):
    assert "not" in compare(periods((0, 7), (96 + late, 9), (146, 8), (196, 10)))


def test_equal_neighbours_may_be_one_or_many():
    assert compare(periods((0, 7), (50, 7), (96, 9), (146, 8), (196, 10), (300, 10))) == ""


def test_what_comes_after_the_end_does_not_count():
    assert compare(periods((0, 7), (96, 9), (146, 8), (196, 10), (396, 32))) == ""


@pytest.mark.parametrize(
    "found",
    [
        periods((0, 7), (96, 9), (146, 8)),  # the last change is missing
        periods((0, 7), (96, 9), (196, 10)),  # one in the middle is
        periods((0, 7), (96, 8), (146, 8), (196, 10)),  # a wrong limit
        periods((0, 6), (96, 8), (196, 10)),  # another profile leads
        periods((0, 7), (96, 9), (146, 8), (196, 10), (256, 8)),  # one change too many
        periods((4, 7), (96, 9), (146, 8), (196, 10)),  # it does not begin at 0
        periods((0, 7), (146, 8), (96, 9), (196, 10)),  # out of order
        periods((0, 7), (96, 9), (96, 8), (196, 10)),  # two at once
        [],
    ],
)
def test_anything_else_is_wrong(found):
    assert compare(found)


def test_around_a_change_only_what_holds_before_or_after_it():
    assert compare(periods((0, 7), (95, 16), (97, 9), (146, 8), (196, 10)))


def test_an_unknown_limit_may_be_any():
    limits = {0: 6.0, 300: None}
    for end in (periods((0, 6)), periods((0, 6), (294, 16)), periods((0, 6), (299, 16))):
        assert compare(end, limits, duration=300) == ""
    assert compare(periods((0, 6), (200, 16)), limits, duration=300)


def test_limits_are_compared_as_closely_as_they_can_be_reckoned():
    assert compare(periods((0, 5999.9)), {0: 6000.0}) == ""
    assert compare(periods((0, 6.1)), {0: 6.0})
