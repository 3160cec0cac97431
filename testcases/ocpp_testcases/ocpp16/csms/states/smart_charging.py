"""Charging profiles that a Central System under test sends to the charge point that the harness plays, OCPP 1.6."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ocpp_proof.cases.steps import on_undo
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import now
from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp16.csms.states.connection import connected

__all__ = ["LIMITS", "charging_profile", "charging_rate_unit", "clear_charging_profiles", "set_charging_profile"]

LIMITS = {"A": 6.0, "W": 6000.0}
"""The official limit by unit."""
DAY = 86400


def charging_rate_unit(sut: Sut) -> str:
    """The unit of limits that the product is set to (values.charging_rate_unit)."""
    return str(sut.value("charging_rate_unit", "A"))


def charging_profile(sut: Sut, purpose: str, kind: str, *, stackLevel: int = 0, **fields: Any) -> dict[str, Any]:
    """A complete charging profile of one period with the official limit; `fields` are laid over it."""
    schedule: dict[str, Any] = {
        "duration": sut.number(300, DAY),
        "chargingRateUnit": charging_rate_unit(sut),
        "chargingSchedulePeriod": [
            {
                "startPeriod": 0,
                "limit": LIMITS[charging_rate_unit(sut)],
                "numberPhases": int(sut.value("number_phases", 3)),
            }
        ],
    }
    wish = {
        "chargingProfileId": sut.number(),
        "stackLevel": stackLevel,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": kind,
        "chargingSchedule": schedule,
        **fields,
    }
    if kind == "Absolute":
        schedule["startSchedule"] = now()
        wish |= {"validFrom": now(), "validTo": now(seconds=DAY)}
    return wish


async def set_charging_profile(
    station: Station,
    sut: Sut,
    wish: dict[str, Any],
    *,
    matching: Mapping[str, Any],
    requirement: str,
    connectorId: int = 0,
    left: list[int] | None = None,
) -> Message:
    """The operator sets a charging profile, and the charge point takes it.

    What is in `left` when the case ends is cleared then; a case that clears profiles itself takes them out of it.
    """
    station.answer("SetChargingProfile", status="Accepted")
    request = await asked(
        station,
        sut,
        "SetChargingProfile",
        connectorId=connectorId or sut.connectorId,
        csChargingProfiles=wish,
        matching=matching,
        requirement=requirement,
    )
    left = [] if left is None else left
    left.append(request.at("csChargingProfiles.chargingProfileId"))
    if len(left) == 1:
        on_undo("Clear the charging profiles", partial(_clear_remaining, station, sut, left))
    return request


async def _clear_remaining(station: Station, sut: Sut, left: list[int]) -> None:
    await connected(station)
    station.answer("ClearChargingProfile", status="Accepted")
    for number in left:
        await asked(station, sut, "ClearChargingProfile", id=number)


async def clear_charging_profiles(station: Station, sut: Sut, criteria: dict[str, Any]) -> None:
    """The operator clears the charging profiles that meet the criteria (None: not sent), and the charge point does."""
    station.answer("ClearChargingProfile", status="Accepted")
    wish = {name: value for name, value in criteria.items() if value is not None}
    await asked(station, sut, "ClearChargingProfile", matching=criteria, requirement="1.6 §5.5", **wish)
