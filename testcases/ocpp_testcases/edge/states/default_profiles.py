"""A default charging profile of ours beside those that the operator has: none of his is replaced, ours is cleared.

A station replaces what it has of the same id, and of the same purpose, stack level and EVSE (1.6 3.13.2 and 5.16,
K01.FR.05); who clears ours afterwards would have taken his away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ocpp_proof import NotApplicable, on_undo
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Answer, ErrorAnswer
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.edge.states.station_settings import setting

__all__ = ["MAY_REPLACE", "OwnProfile", "charging_rate_unit", "composite_limit", "own_profile", "reported_limits"]

Payload = dict[str, Any]
PROFILE_IDS = 2**31 - 10_000, 2**31 - 1
"""Where an operator hardly has profiles."""
HIGHEST_LEVEL = "ChargeProfileMaxStackLevel", "SmartChargingCtrlr.ProfileStackLevel"
UNITS = "ChargingScheduleAllowedChargingRateUnit", "SmartChargingCtrlr.RateUnit"
NAMES = {"A": ("A", "Current"), "W": ("W", "Power")}
LIMITS = {"A": 8.0, "W": 2500.0}
MAY_REPLACE = (
    "it needs a default profile of a stack level at which the operator may have one, which cannot be read in 1.6 and "
    "would be replaced; run it with --allow-disruptive"
)


@dataclass(frozen=True)
class OwnProfile:
    """A TxDefaultProfile of ours: its id, a stack level that is free, and the unit that the station takes.

    `taken`: the stack levels at which the operator has default profiles; None where that cannot be read (1.6).
    """

    csms: Csms
    sut: Sut
    id: int
    level: int
    unit: str
    taken: frozenset[int] | None

    @property
    def limit(self) -> float:
        """A limit that every station can keep, in the unit."""
        return LIMITS[self.unit]

    def message(self, *limits: float, level: int | None = None, **fields: Any) -> Payload:
        """A SetChargingProfile: a period of a minute for each of the limits. `fields` go into the profile."""
        periods = [{"startPeriod": 60 * n, "limit": limit} for n, limit in enumerate(limits or (self.limit,))]
        schedule: Payload = {"chargingRateUnit": self.unit, "chargingSchedulePeriod": periods}
        profile: Payload = {
            "stackLevel": self.level if level is None else level,
            "chargingProfilePurpose": "TxDefaultProfile",
            "chargingProfileKind": "Relative",
            **fields,
        }
        if self.sut.ocpp == "1.6":
            whole = {"chargingProfileId": self.id, **profile, "chargingSchedule": schedule}
            return {"connectorId": self.sut.connectorId, "csChargingProfiles": whole}
        whole = {"id": self.id, **profile, "chargingSchedule": [{"id": 1, **schedule}]}
        return {"evseId": self.sut.evseId, "chargingProfile": whole}

    async def send(self, *limits: float, level: int | None = None, **fields: Any) -> Answer | ErrorAnswer:
        """Send it, however it is answered."""
        return await self.csms.attempt("SetChargingProfile", **self.message(*limits, level=level, **fields))

    async def clear(self) -> None:
        """Clear it. Raises Inconclusive where the station does not say that it is gone."""
        name = "id" if self.sut.ocpp == "1.6" else "chargingProfileId"
        answer = await self.csms.attempt("ClearChargingProfile", **{name: self.id})
        if answer.status not in ("Accepted", "Unknown"):
            raise Inconclusive(f"charging profile {self.id} could not be cleared: {answer.error or dict(answer)}")


async def own_profile(csms: Csms, sut: Sut, *, may_disturb: bool) -> OwnProfile:
    """The station has a default profile of ours, of one period, at a stack level where the operator has none

    It is cleared when the case ends. In 1.6, where no profile can be read, the level is the highest but one; where
    there is none, that needs the permission to disturb the station. Not applicable where the station takes none.
    """
    highest = await _number(csms, sut)
    if sut.ocpp == "1.6":
        taken = None
        if highest < 1 and not may_disturb:
            raise NotApplicable(MAY_REPLACE)
        level = max(highest - 1, 0)
        ids: frozenset[int] = frozenset()
    else:
        found = await _default_profiles(csms, sut)
        taken = frozenset(int(profile["stackLevel"]) for profile in found)
        ids = frozenset(int(profile["id"]) for profile in found)
        level = first_free(taken, highest)
    id = next(n for n in iter(lambda: sut.number(*PROFILE_IDS), None) if n not in ids)
    own = OwnProfile(csms, sut, id, level, await charging_rate_unit(csms, sut), taken)
    on_undo("Clear the charging profile", own.clear)
    plain = await own.send()
    if plain.status != "Accepted":
        raise NotApplicable(f"the station does not take a plain default profile: {plain.error or dict(plain)}")
    return own


def first_free(taken: Iterable[int], highest: int) -> int:
    """The lowest stack level that is not taken: a profile there overrules none that is installed."""
    level = next((level for level in range(highest + 1) if level not in taken), None)
    if level is None:
        raise NotApplicable(f"the station has default profiles at every stack level (0 to {highest})")
    return level


async def _number(csms: Csms, sut: Sut) -> int:
    value = await setting(csms, sut, HIGHEST_LEVEL)
    return int(value) if value is not None and value.isdecimal() else 0


async def charging_rate_unit(csms: Csms, sut: Sut) -> str:
    """The unit of limits: values.charging_rate_unit, else one that the station says it takes."""
    if (given := sut.value("charging_rate_unit")) is not None:
        return str(given)
    allowed = [name.strip() for name in (await setting(csms, sut, UNITS) or "A").split(",")]
    return next((unit for unit, names in NAMES.items() if set(names) & set(allowed)), "A")


async def _default_profiles(csms: Csms, sut: Sut) -> list[Payload]:
    """The default profiles of all EVSEs. Not applicable where the station does not tell them."""
    found = await _reported(csms, sut, chargingProfilePurpose="TxDefaultProfile")
    if isinstance(found, str):
        raise NotApplicable(
            f"the station does not tell its default profiles, and one of the operator's might be replaced: {found}"
        )
    return found


async def _reported(csms: Csms, sut: Sut, **criteria: Any) -> list[Payload] | str:
    """The profiles that the station reports by these criteria (K09), or why it tells none. 2.x."""
    request = sut.number()
    since = csms.next_index
    answer = await csms.attempt("GetChargingProfiles", requestId=request, chargingProfile=criteria)
    if answer.status == "NoProfiles":
        return []
    if answer.status != "Accepted":
        return str(answer.error or dict(answer))
    found: list[Payload] = []
    while True:
        report = await csms.expect_optional(
            "ReportChargingProfiles", within=csms.timing.event, since=since, requestId=request
        )
        if report is None:
            return "no ReportChargingProfiles comes"
        found += report.chargingProfile or []
        if report.tbc is not True:
            return found


async def reported_limits(own: OwnProfile) -> list[float]:
    """The first limit of each profile of our id that the station reports, 2.x. Inconclusive where it tells none."""
    found = await _reported(own.csms, own.sut, chargingProfileId=[own.id])
    if isinstance(found, str):
        raise Inconclusive(f"the station does not tell which profiles it has: {found}")
    mine = [profile for profile in found if profile.get("id") == own.id]
    return [profile["chargingSchedule"][0]["chargingSchedulePeriod"][0]["limit"] for profile in mine]


async def composite_limit(own: OwnProfile) -> float | None:
    """What the connector may take now by its composite schedule, 1.6; None where the charge point makes none."""
    asked = {"connectorId": own.sut.connectorId, "duration": 60, "chargingRateUnit": own.unit}
    answer = await own.csms.attempt("GetCompositeSchedule", **asked)
    limit = answer.at("chargingSchedule.chargingSchedulePeriod.0.limit")
    return float(limit) if isinstance(limit, int | float) else None
