"""K01 - Set a charging profile."""

from ocpp_proof import case, check, given, on_undo, step

from ocpp_testcases.common.clock import check_time, now
from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted

DURATION = 300
LIMITS = {"A": 6.0, "W": 6000.0}


@case("TC_K_01_CSMS")
async def test_default_profile(station, sut):
    """A limit for one EVSE that reaches the station garbled blows a fuse, or leaves the driver without energy."""
    await given(booted, station, sut)
    start, end, stackLevel = now(), now(seconds=DURATION), sut.number(0, 2)
    period = {"startPeriod": 0, "limit": LIMITS["A"]}
    schedule = {
        "startSchedule": start,
        "duration": DURATION,
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [period],
    }
    wish = {
        "stackLevel": stackLevel,
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Absolute",
        "validFrom": start,
        "validTo": end,
        "chargingSchedule": [schedule],
    }

    with step("The CSMS sets a default profile for the transactions of one EVSE"):
        request = await asked(station, sut, "SetChargingProfile", evseId=sut.evseId, chargingProfile=wish)
        profile = request.chargingProfile or {}
        on_undo(
            "Clear the charging profile",
            lambda: asked(station, sut, "ClearChargingProfile", chargingProfileId=profile.get("id")),
        )
        check("scenario", request.evseId == sut.evseId, expected=f"evseId {sut.evseId}", received=request.evseId)
        for name in ("stackLevel", "chargingProfilePurpose", "chargingProfileKind"):
            got = profile.get(name)
            check("scenario", got == wish[name], expected=f"{name} {wish[name]}", received=got)
        check_time("scenario", sut, "validFrom", profile.get("validFrom"), expected=start)
        check_time("scenario", sut, "validTo", profile.get("validTo"), expected=end)

    with step("The profile has one schedule, from now on, with the limit that was asked for"):
        schedules = profile.get("chargingSchedule") or [{}]
        check("K01.FR.34", len(schedules) == 1, expected="one chargingSchedule", received=len(schedules))
        got = schedules[0]
        check_time("K01.FR.40", sut, "startSchedule", got.get("startSchedule"), expected=start)
        check(
            "scenario", got.get("duration") == DURATION, expected=f"duration {DURATION}", received=got.get("duration")
        )
        check(
            "scenario", got.get("chargingRateUnit") in LIMITS, expected="A or W", received=got.get("chargingRateUnit")
        )
        periods = got.get("chargingSchedulePeriod") or [{}]
        first = periods[0]
        check("K01.FR.31", first.get("startPeriod") == 0, expected="startPeriod 0", received=periods)
        limit = LIMITS.get(got.get("chargingRateUnit"))
        check("scenario", first.get("limit") == limit, expected=f"limit {limit}", received=first.get("limit"))
        phases = first.get("numberPhases", 3)
        check("scenario", phases == 3, expected="numberPhases 3 or absent", received=phases)
