"""K, smart charging: charging profiles of a station under test."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check, check_fields, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Answer
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import in_time
from ocpp_testcases.ocpp2.station.states.b_provisioning import get_variable, members

__all__ = ["check_same_profile", "expect_reported_profiles", "set_charging_profile", "tx_default_profile"]

Profile = dict[str, Any]
LIMITS = {"A": 6, "W": 6000}
ALL_PHASES = 3


async def tx_default_profile(csms: Csms, sut: Sut) -> Profile:
    """A TxDefaultProfile of one period, at a stack level at which the station has none (K01.FR.06)

    Unit, phases and the scale of the limit come from [values]; unit and phases else from what the station has.
    """
    taken = {profile["stackLevel"] for _, profile in await _installed(csms, sut)}
    highest = int(await get_variable(csms, "SmartChargingCtrlr.ProfileStackLevel") or 0)
    level = next((level for level in range(highest + 1) if level not in taken), None)
    if level is None:
        raise Inconclusive(f"the station has default profiles at every stack level (0 to {highest})")
    units = members(await get_variable(csms, "SmartChargingCtrlr.RateUnit")) or ["A"]
    unit = str(sut.value("charging_rate_unit", "A" if "A" in units else units[0]))
    period = {"startPeriod": 0, "limit": LIMITS[unit] * sut.value("limit_multiplier", 1)}
    if phases := int(sut.value("number_phases", await _phases(csms, sut))):
        period["numberPhases"] = phases
    return {
        "id": sut.number(),
        "stackLevel": level,
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Absolute",
        "chargingSchedule": [
            {
                "id": sut.number(),
                "startSchedule": in_time(minutes=-1),
                "duration": sut.number(300, 3600),
                "chargingRateUnit": unit,
                "chargingSchedulePeriod": [period],
            }
        ],
    }


async def _phases(csms: Csms, sut: Sut) -> int:
    """The phases of the EVSE, 0 for direct current: a profile that names phases may be Rejected then (K01.FR.44)."""
    phases = await get_variable(csms, f"EVSE[{sut.evseId}].SupplyPhases")
    return int(phases) if phases and phases.isdecimal() else ALL_PHASES


async def set_charging_profile(csms: Csms, evseId: int, profile: Profile) -> Answer:
    """Set a charging profile; returns the answer. It is cleared when the case ends."""

    async def clear() -> None:
        await csms.attempt("ClearChargingProfile", chargingProfileId=profile["id"])

    on_undo("Clear the charging profile", clear)
    return await csms.call("SetChargingProfile", evseId=evseId, chargingProfile=profile)


async def _installed(csms: Csms, sut: Sut) -> list[tuple[int, Profile]]:
    """The default profiles that the station has from before; none where it does not tell them."""
    request = sut.number()
    wanted = {"chargingProfilePurpose": "TxDefaultProfile"}
    answer = await csms.attempt("GetChargingProfiles", requestId=request, chargingProfile=wanted)
    return await _reports(csms, request) if answer.status == "Accepted" else []


async def expect_reported_profiles(csms: Csms, sut: Sut, **criteria: Any) -> list[tuple[int, Profile]]:
    """Ask for charging profiles and take all reports: (evseId, profile) each. Judges answer and request ids."""
    request = sut.number()
    answer = await csms.call("GetChargingProfiles", requestId=request, chargingProfile=criteria)
    check_fields(STEP, answer, {"status": "Accepted"})
    return await _reports(csms, request) if answer.status == "Accepted" else []


async def _reports(csms: Csms, request: int) -> list[tuple[int, Profile]]:
    found: list[tuple[int, Profile]] = []
    more = True
    while more:
        report = await csms.expect("ReportChargingProfiles", requirement="K09.FR.01", requestId=request)
        found += [(report.evseId, profile) for profile in report.chargingProfile or []]
        more = report.tbc is True
    return found


def check_same_profile(requirement: str, sent: Profile, told: Profile) -> None:
    """Judge that a reported profile is the one that was sent; the station may add what it knows besides."""
    for name, value in sent.items():
        if name != "chargingSchedule":
            check(requirement, told.get(name) == value, expected=f"{name} {value}", received=told.get(name))
    schedules = {s.get("id"): s for s in told.get("chargingSchedule", [])}
    only = next(iter(schedules.values())) if len(schedules) == len(sent["chargingSchedule"]) == 1 else {}
    for schedule in sent["chargingSchedule"]:
        same = schedules.get(schedule["id"], only)
        for name, value in schedule.items():
            received = same.get(name)
            match name:
                case "startSchedule":
                    equal = _moment(received) == _moment(value)
                case "chargingSchedulePeriod":
                    equal = [_period(p) for p in received or []] == [_period(p) for p in value]
                case _:
                    equal = received == value
            check(requirement, equal, expected=f"chargingSchedule.{name} {value}", received=received)


def _period(period: dict[str, Any]) -> tuple[Any, ...]:
    return period.get("startPeriod"), float(period.get("limit", -1)), period.get("numberPhases", ALL_PHASES)


def _moment(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None
