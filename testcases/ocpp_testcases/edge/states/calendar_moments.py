"""Moments of the calendar that programs trip over, counted from the day on which a case runs.

A function of a year gives the moment, None in a year without it; `following` and `preceding` find the nearest one.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

__all__ = [
    "SUMMER",
    "WINTER",
    "following",
    "leap_day",
    "new_year",
    "preceding",
    "summer_begins",
    "winter_begins",
    "written",
]

OfYear = Callable[[int], datetime | None]

WINTER = timezone(timedelta(hours=1))
SUMMER = timezone(timedelta(hours=2))
"""Central European Time; daylight saving begins and ends at 01:00 UTC on the last Sunday of March and of October."""

LONGEST = 8
"""Years between two leap days at most (1896 to 1904, 2096 to 2104)."""


def leap_day(year: int) -> datetime | None:
    """The begin of 29 February."""
    return datetime(year, 2, 29, tzinfo=UTC) if calendar.isleap(year) else None


def new_year(year: int) -> datetime:
    """The begin of the year."""
    return datetime(year, 1, 1, tzinfo=UTC)


def summer_begins(year: int) -> datetime:
    """When daylight saving begins."""
    return _last_sunday(year, 3)


def winter_begins(year: int) -> datetime:
    """When daylight saving ends."""
    return _last_sunday(year, 10)


def _last_sunday(year: int, month: int) -> datetime:
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def following(of_year: OfYear, now: datetime) -> datetime:
    """The first of these moments that is later than `now`."""
    return min(moment for moment in _around(of_year, now) if moment > now)


def preceding(of_year: OfYear, now: datetime) -> datetime:
    """The last of these moments that is not later than `now`."""
    return max(moment for moment in _around(of_year, now) if moment <= now)


def _around(of_year: OfYear, now: datetime) -> list[datetime]:
    years = range(now.year - LONGEST, now.year + LONGEST + 1)
    return [moment for year in years if (moment := of_year(year)) is not None]


def written(moment: datetime) -> str:
    """RFC 3339, with the offset that the moment has."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
