"""2.22 Smart charging."""

from typing import Any

from ocpp_proof import case, check, given, on_undo, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.states.configuration16 import get_configuration
from ocpp_proof.states.csms2 import check_time, now
from ocpp_proof.sut.sut import Sut

UNITS = {"A": ("Current", 6.0, 8.1), "W": ("Power", 6000.0, 8100.1)}
"""Unit -> its name in ChargingScheduleAllowedChargingRateUnit, the official limit, and one with a tenth."""


async def set_default_profile(csms: Csms, sut: Sut, unit: str, limit: float, duration: int) -> dict[str, Any]:
    """Send a default profile for new transactions, which is cleared when the case ends; returns the answer."""
    number = sut.number()
    schedule = {
        "duration": duration,
        "startSchedule": now(),
        "chargingRateUnit": unit,
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit, "numberPhases": 3}],
    }
    profile = {
        "chargingProfileId": number,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Absolute",
        "chargingSchedule": schedule,
    }
    on_undo("Clear the charging profile", lambda: csms.attempt("ClearChargingProfile", id=number))
    return await csms.attempt("SetChargingProfile", connectorId=sut.connectorId, csChargingProfiles=profile)


@case("TC_056_CS", condition="smart charging")
async def test_default_profile(csms, sut):
    """A charge point that does not keep to a limit trips the fuse of the whole house."""
    names = await given(get_configuration, csms, "ChargingScheduleAllowedChargingRateUnit") or "Current"
    unit = next((u for u, (name, _, _) in UNITS.items() if name in names), "A")
    _, limit, tenth = UNITS[unit]
    duration = sut.number(300, 3600)

    with step("The Central System sets a default schedule for new transactions"):
        answer = await set_default_profile(csms, sut, unit, limit, duration)
        check(
            "1.6 §5.16 set",
            answer.get("status") == "Accepted",
            expected="status Accepted",
            received=answer.error or dict(answer),
        )

    with step("The Central System asks what the connector may use"):
        answer = await csms.call(
            "GetCompositeSchedule", connectorId=sut.connectorId, duration=duration, chargingRateUnit=unit
        )
        check("1.6 §5.7", answer.status == "Accepted", expected="status Accepted", received=dict(answer))
        wanted = {
            "connectorId": sut.connectorId,
            "chargingSchedule.duration": duration,
            "chargingSchedule.chargingRateUnit": unit,
            "chargingSchedule.chargingSchedulePeriod.0.startPeriod": 0,
            "chargingSchedule.chargingSchedulePeriod.0.limit": limit,
        }
        for path, value in wanted.items():
            check("1.6 §5.7", answer.at(path) == value, expected=f"{path} {value}", received=answer.at(path))
        start = answer.at("chargingSchedule.startSchedule") or answer.scheduleStart
        check_time("1.6 §5.7", sut, "startSchedule", start)

    with step("The Central System sets a limit with a tenth"):
        answer = await set_default_profile(csms, sut, unit, tenth, duration)
        check(
            "1.6 §7.14",
            answer.get("status") == "Accepted",
            expected=f"status Accepted for the limit {tenth} {unit}",
            received=answer.error or dict(answer),
        )
