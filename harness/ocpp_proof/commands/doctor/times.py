"""The clock of the product against that of this machine."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from ...sut.config import SutConfig
from .report import Report

__all__ = ["compare_clocks", "moment_of"]

_DEVIATION = 60.0
"""Seconds that two clocks may be apart unless values.max_time_deviation says otherwise, as cases judge it."""


def moment_of(told: Any) -> datetime | None:
    """The time that a message names; None where that is no time."""
    try:
        return datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        return None


def compare_clocks(
    told: Any, at: float, where: str, config: SutConfig, report: Report, *, may_be_old: bool = False
) -> None:
    """Say how far the time in a message is from ours; `at` is when it came, in seconds since 1970.

    `may_be_old`: what it is about may have happened before, so that an old time says nothing of the clock.
    """
    moment = moment_of(told)
    if moment is None:
        report.note(f"its {where} is {told!r}, which is no time; cases will judge that")
        return
    if moment.tzinfo is None:
        report.note(f"its {where} is {told!r}, without a time zone")
        return
    off = moment.timestamp() - at
    allowed = float(config.values.get("max_time_deviation", _DEVIATION))
    words = f"{abs(off):.0f} s {'fast' if off > 0 else 'slow'}"
    if abs(off) <= allowed:
        report.fine(f"its clock agrees with that of this machine ({where}: {off:+.1f} s)")
    elif may_be_old and off < 0:
        report.untried(f"its clock: the newest time that it told, {told} ({where}), may be that of something old")
    else:
        ours = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
        report.bad(
            f"its clock is {words} ({where} {told}, here {ours}): set one of the two right, or allow more with "
            "values.max_time_deviation"
        )
