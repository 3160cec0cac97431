"""Charging profiles of a charge point under test, and what becomes of them together, OCPP 1.6.

A composite schedule is compared with what should hold, moment by moment: how it is cut into periods is left open, and
each change may come as much too early or too late as the clocks may be apart.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.steps import check, check_fields, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Answer, ErrorAnswer
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import INTERVAL_DEVIATION, check_time, moment_of, now
from ocpp_testcases.ocpp16.station.states.configuration import get_configuration

__all__ = [
    "FACTORS",
    "Limits",
    "attempt_charging_profile",
    "charging_profile",
    "charging_unit",
    "check_schedule",
    "clear_charging_profiles",
    "clock_tolerance",
    "composite_schedule",
    "limit_without_profiles",
    "no_charging_profiles",
    "schedule_difference",
    "set_charging_profile",
]

Limits = Mapping[float, float | None]
"""From which second on which limit holds, in ampere or kilowatt; None: whatever the charge point allows."""
NAMES = {"A": "Current", "W": "Power"}
FACTORS = {"A": 1.0, "W": 1000.0}
"""The official limits are given in ampere; in watt they are a thousand times as high."""
COMPOSITE = "1.6 §5.7"
LEAST = 7.0
"""What a charge point has to allow of its own for the official limits, 6 and more, to say anything."""
DAY = 86400
SHORTEST = 40.0
"""Seconds between two changes in the official schedules, at least."""


def clock_tolerance(sut: Sut) -> float:
    """How many seconds two clocks may be apart, but never so many as to hide a change of the official schedules."""
    return min(float(sut.value("max_time_deviation", INTERVAL_DEVIATION)), SHORTEST / 2)


async def charging_unit(csms: Csms, sut: Sut) -> str:
    """The unit of limits: values.charging_rate_unit, else one that the charge point takes"""
    if (given := sut.value("charging_rate_unit")) is not None:
        return str(given)
    names = await get_configuration(csms, "ChargingScheduleAllowedChargingRateUnit") or NAMES["A"]
    return next((unit for unit, name in NAMES.items() if name in names), "A")


async def no_charging_profiles(csms: Csms, sut: Sut, bench: Bench) -> None:
    """No charging schedules: where the charge point may be disturbed, what is installed is cleared

    OCPP 1.6 cannot read a profile: what an operator installed, nobody else can put back. Elsewhere a schedule that
    shows in what the connector may use ends the case.
    """
    if bench.may_disturb:
        await csms.attempt("ClearChargingProfile")
        return
    unit = await charging_unit(csms, sut)
    limits = await _limits(csms, sut, unit, DAY)
    if len(set(limits)) > 1 or (unit == "A" and limits and 0 < limits[0] < LEAST):
        raise Inconclusive(
            f"the connector is limited to {sorted(set(limits))} {unit}, and not by this case: "
            "clear the charging profiles, or let --allow-disruptive do it"
        )


async def _limits(csms: Csms, sut: Sut, unit: str, duration: int) -> list[float]:
    """What the connector may use, as far as the charge point tells; less than nothing says nothing."""
    answer = await csms.attempt(
        "GetCompositeSchedule", connectorId=sut.connectorId, duration=duration, chargingRateUnit=unit
    )
    schedule: dict[str, Any] = answer.chargingSchedule or {}
    if schedule.get("chargingRateUnit") != unit:
        return []
    limits = [float(period["limit"]) for period in schedule.get("chargingSchedulePeriod") or []]
    return [limit for limit in limits if limit >= 0]


async def limit_without_profiles(csms: Csms, sut: Sut, unit: str) -> float:
    """What the charge point allows without any profile, as far as it tells

    Such a limit may show in a composite schedule (5.7); it may also be left out, or the question be refused. No charge
    point has one of less than 7 A, which is what a profile left behind: nothing is told.
    """
    limits = await _limits(csms, sut, unit, int(SHORTEST))
    low = bool(limits) and min(limits) < LEAST * FACTORS[unit]
    if not limits or (low and unit == "A"):
        return math.inf
    if low:
        raise Inconclusive(
            f"the charge point allows {min(limits):g} {unit} only, which hides the official limits: "
            'give values.charging_rate_unit = "A" in sut.toml if it has that unit'
        )
    return min(limits)


def charging_profile(
    sut: Sut, purpose: str, unit: str, limits: Mapping[int, float], *, duration: int | None = None, **fields: Any
) -> dict[str, Any]:
    """An Absolute profile that began as long ago as the clocks may be apart; `fields` are laid over it."""
    phases = int(sut.value("number_phases", 3))
    schedule: dict[str, Any] = {
        "chargingRateUnit": unit,
        "chargingSchedulePeriod": [
            {"startPeriod": start, "limit": round(limit * FACTORS[unit], 1), "numberPhases": phases}
            for start, limit in limits.items()
        ],
    }
    if duration is not None:
        schedule["duration"] = duration
    made = {
        "chargingProfileId": sut.number(),
        "stackLevel": 0,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": "Absolute",
        "chargingSchedule": schedule,
        **fields,
    }
    if made["chargingProfileKind"] == "Absolute":
        schedule["startSchedule"] = now(seconds=-clock_tolerance(sut))
    return made


async def set_charging_profile(csms: Csms, connectorId: int, wish: Mapping[str, Any]) -> None:
    """The charge point takes a charging profile, which is cleared when the case ends"""
    answer = await attempt_charging_profile(csms, connectorId, wish)
    check_fields("1.6 §5.16 set", answer, {"status": "Accepted"})


async def attempt_charging_profile(csms: Csms, connectorId: int, wish: Mapping[str, Any]) -> Answer | ErrorAnswer:
    """Send a charging profile, and clear it when the case ends, if it was taken; judges nothing."""
    answer = await csms.attempt("SetChargingProfile", connectorId=connectorId, csChargingProfiles=dict(wish))
    if answer.status == "Accepted":
        number = wish["chargingProfileId"]
        on_undo("Clear the charging profile", lambda: csms.attempt("ClearChargingProfile", id=number))
    return answer


async def clear_charging_profiles(csms: Csms, **criteria: Any) -> None:
    """The charge point clears the profiles that meet these criteria."""
    answer = await csms.call("ClearChargingProfile", **criteria)
    check_fields("1.6 §5.5 clear", answer, {"status": "Accepted"})


async def composite_schedule(csms: Csms, sut: Sut, unit: str, duration: int) -> Answer:
    """What the connector may take in the next seconds: judge all of the answer but its periods."""
    answer = await csms.call(
        "GetCompositeSchedule", connectorId=sut.connectorId, duration=duration, chargingRateUnit=unit
    )
    check_fields(
        COMPOSITE,
        answer,
        {
            "status": "Accepted",
            "connectorId": sut.connectorId,
            "chargingSchedule.duration": duration,
            "chargingSchedule.chargingRateUnit": unit,
        },
    )
    check_time(COMPOSITE, sut, "its start", _start(answer))
    return answer


def _start(answer: Answer) -> Any:
    """When a composite schedule begins; erratum 3.57 leaves startSchedule out."""
    return answer.scheduleStart or answer.at("chargingSchedule.startSchedule")


def check_schedule(
    sut: Sut, answer: Answer, limits: Limits, *, since: str = "", at_latest: str = "", own: float = math.inf
) -> None:
    """Judge the periods of a composite schedule: these limits hold, by seconds from `since` (a time) on.

    Without `since` they count from the start of the composite schedule; with `at_latest` from any moment between the
    two. `own` is what the charge point allows at most.
    """
    schedule: dict[str, Any] = answer.chargingSchedule or {}
    factor = FACTORS.get(str(schedule.get("chargingRateUnit")), 1.0)
    wanted = {moment: None if limit is None else min(limit * factor, own) for moment, limit in limits.items()}
    problem = schedule_difference(
        schedule.get("chargingSchedulePeriod") or [],
        wanted,
        elapsed=_elapsed(_start(answer), since),
        duration=float(schedule.get("duration") or math.inf),
        tolerance=clock_tolerance(sut) + (_elapsed(at_latest, since) if at_latest else 0),
    )
    check(
        COMPOSITE,
        not problem,
        expected=", ".join(f"{limit or 'any limit'} from {moment:g} s on" for moment, limit in wanted.items()),
        received=problem or schedule.get("chargingSchedulePeriod"),
        note=f"counted from {since}" if since else "",
    )


def _elapsed(start: Any, since: str) -> float:
    """Seconds from `since` to the start of a composite schedule; to now where that is not told."""
    if not since:
        return 0.0
    try:
        begun = moment_of(start)
    except ValueError:
        begun = datetime.datetime.now(datetime.UTC)
    return (begun - moment_of(since)).total_seconds()


def schedule_difference(
    periods: Sequence[Mapping[str, Any]], limits: Limits, *, elapsed: float, duration: float, tolerance: float
) -> str:
    """What is wrong with the periods of a composite schedule; empty where nothing is.

    `limits` hold by seconds since the profiles began, and the composite schedule began `elapsed` seconds after that.
    Around each change, by `tolerance`, the limit before it is as good as the one after it.
    """
    starts = [float(period["startPeriod"]) for period in periods]
    if not starts or starts[0] != 0 or starts != sorted(set(starts)):
        return f"periods that begin at {starts}, not at 0 and each later than the one before"
    changes = sorted((moment - elapsed, limit) for moment, limit in limits.items())
    for period, begin, end in zip(periods, starts, [*starts[1:], duration], strict=True):
        for moment, allowed in _allowed(changes, begin, min(end, duration), tolerance):
            if not any(limit is None or math.isclose(period["limit"], limit, rel_tol=0.01) for limit in allowed):
                return f"{period['limit']:g} after {moment:.0f} s, not {' or '.join(f'{a:g}' for a in allowed if a)}"
    return ""


def _allowed(
    changes: list[tuple[float, float | None]], first: float, last: float, tolerance: float
) -> list[tuple[float, list[float | None]]]:
    """For each stretch between two seconds in which the same is allowed: a moment in it, and what is allowed."""
    if first >= last:
        return []
    edges = {first, last}
    for moment, _ in changes:
        edges |= {edge for edge in (moment - tolerance, moment + tolerance) if first < edge < last}
    ordered, found = sorted(edges), []
    for begin, end in pairwise(ordered):
        middle = (begin + end) / 2
        before = [limit for moment, limit in changes if moment <= middle - tolerance][-1:]
        near = [limit for moment, limit in changes if abs(moment - middle) < tolerance]
        found.append((middle, before + near))
    return found
