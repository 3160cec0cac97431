"""Moments of the calendar that are counted from the day of the run."""

from datetime import UTC, datetime

import pytest
from ocpp_testcases.edge.states.calendar_moments import (
    SUMMER,
    following,
    leap_day,
    new_year,
    preceding,
    summer_begins,
    winter_begins,
    written,
)


@pytest.mark.parametrize(
    ("now", "before", "after"),
    [
        ("2026-11-28T12:00:00+00:00", "2024-02-29T00:00:00Z", "2028-02-29T00:00:00Z"),
        ("2028-02-28T23:59:59+00:00", "2024-02-29T00:00:00Z", "2028-02-29T00:00:00Z"),
        ("2028-02-29T12:00:00+00:00", "2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"),
        ("2100-02-28T12:00:00+00:00", "2096-02-29T00:00:00Z", "2104-02-29T00:00:00Z"),
    ],
)
def test_leap_days(now, before, after):
    moment = datetime.fromisoformat(now)
    assert written(preceding(leap_day, moment)) == before
    assert written(following(leap_day, moment)) == after


def test_the_next_moment_is_later_than_now():
    begun = datetime(2027, 1, 1, tzinfo=UTC)
    assert preceding(new_year, begun) == begun
    assert written(following(new_year, begun)) == "2028-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("year", "summer", "winter"),
    [
        (2026, "2026-03-29T03:00:00+02:00", "2026-10-25T03:00:00+02:00"),
        (2027, "2027-03-28T03:00:00+02:00", "2027-10-31T03:00:00+02:00"),
        (2030, "2030-03-31T03:00:00+02:00", "2030-10-27T03:00:00+02:00"),
    ],
)
def test_daylight_saving(year, summer, winter):
    assert written(summer_begins(year).astimezone(SUMMER)) == summer
    assert written(winter_begins(year).astimezone(SUMMER)) == winter
