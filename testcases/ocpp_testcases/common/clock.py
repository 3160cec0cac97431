"""Times as OCPP writes them, and how the clock of a SUT is judged: the same in every version."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from ocpp_proof.cases.evidence import current_case
from ocpp_proof.cases.steps import check
from ocpp_proof.sut.sut import Sut

__all__ = ["EARLY", "INTERVAL_DEVIATION", "PART", "check_time", "in_time", "interval_tolerance", "moment_of", "now"]

DEVIATION = 60.0
"""Seconds that two clocks may be apart unless values.max_time_deviation says otherwise."""
INTERVAL_DEVIATION = 4.0
"""Seconds by which an interval or a schedule may miss unless values.max_time_deviation says otherwise."""
NEAR = "the longer values.short_interval in sut.toml, the more they may differ"
DEVIATING = "values.max_time_deviation in sut.toml"
PART = 0.4
"""The part of an interval by which it may miss at most, so that half of one is not taken for it."""


def now(*, seconds: float = 0) -> str:
    """The time as OCPP writes it, in UTC, or that many seconds later."""
    moment = datetime.now(UTC) + timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment_of(text: Any) -> datetime:
    """The time that a message names; without an offset it is taken for UTC, which the standard recommends."""
    moment = datetime.fromisoformat(str(text))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def check_time(
    requirement: str,
    sut: Sut,
    what: str,
    received: Any,
    *,
    expected: str = "",
    since: str = "",
    within: float | None = None,
) -> bool:
    """Judge a time of the SUT's: `expected`, or now, give or take values.max_time_deviation seconds.

    `since`: or any time from this one on, as of what may have been made when it was asked for and comes much later.
    `within`: or as many seconds, where the deviation of two clocks would hide what the time is about: of what the SUT
    was told, or counts from its own clock.
    """
    deviation = float(sut.value("max_time_deviation", DEVIATION)) if within is None else within
    wanted = datetime.fromisoformat(expected or now())
    earliest = datetime.fromisoformat(since) if since else wanted
    try:
        moment = datetime.fromisoformat(str(received))
        near = moment.tzinfo is not None
        if near:
            off = max((earliest - moment).total_seconds(), (moment - wanted).total_seconds())
            near = off <= deviation
            current_case().missed_by(off - deviation, what)
    except ValueError:
        near = False
    span = " to ".join(dict.fromkeys(time.isoformat(timespec="seconds") for time in (earliest, wanted)))
    return check(
        requirement,
        near,
        expected=f"{what} {span}, at most {deviation:g} s off",
        received=received,
        note="the clocks of the SUT and of this machine; " + (NEAR if within else DEVIATING),
    )


EARLY = 0.9
"""How much of an interval has to have passed on this side's clock, for timers and networks are not exact."""


def interval_tolerance(sut: Sut, interval: float) -> float:
    """By how many seconds a measured interval may miss: what clocks are allowed, but never so much as to hide one."""
    return min(float(sut.value("max_time_deviation", INTERVAL_DEVIATION)), PART * interval)


def in_time(**of: float) -> str:
    """A moment from now as OCPP writes it: in_time(hours=-2)."""
    return (datetime.now(UTC) + timedelta(**of)).isoformat(timespec="seconds").replace("+00:00", "Z")
