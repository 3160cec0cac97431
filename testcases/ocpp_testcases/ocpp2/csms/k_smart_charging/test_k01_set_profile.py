"""K01 - Set a charging profile."""

from ocpp_proof import STEP, case, check, check_fields, given, on_undo, step

from ocpp_testcases.common.clock import check_time, now
from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted

DURATION = 300
LIMITS = {"A": 6.0, "W": 6000.0}


@case("TC_K_01_CSMS")
async def test_default_profile(station, sut):
    """A limit for one EVSE that reaches the station garbled blows a fuse, or leaves the driver without energy."""
    await given(booted, station, sut)
    start, end = now(), now(seconds=DURATION)
    unit, phases = str(sut.value("charging_rate_unit", "A")), int(sut.value("number_phases", 3))
    wish = {
        "stackLevel": sut.number(0, 2),
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Absolute",
        "validFrom": start,
        "validTo": end,
        "chargingSchedule": [
            {
                "startSchedule": start,
                "duration": DURATION,
                "chargingRateUnit": unit,
                "chargingSchedulePeriod": [{"startPeriod": 0, "limit": LIMITS[unit], "numberPhases": phases}],
            }
        ],
    }

    with step("The CSMS sets a default profile for the transactions of one EVSE"):
        request = await asked(
            station,
            sut,
            "SetChargingProfile",
            evseId=sut.evseId,
            chargingProfile=wish,
            matching={
                "evseId": sut.evseId,
                "chargingProfile.stackLevel": wish["stackLevel"],
                "chargingProfile.chargingProfilePurpose": "TxDefaultProfile",
                "chargingProfile.chargingProfileKind": "Absolute",
            },
        )
        profile = request.chargingProfile or {}
        on_undo(
            "Clear the charging profile",
            lambda: asked(station, sut, "ClearChargingProfile", chargingProfileId=profile.get("id")),
        )
        check_time(STEP, sut, "validFrom", profile.get("validFrom"), expected=start)
        check_time(STEP, sut, "validTo", profile.get("validTo"), expected=end)

    with step("The profile has one schedule, from now on, with the limit that was asked for"):
        schedules = profile.get("chargingSchedule") or [{}]
        check("K01.FR.34", len(schedules) == 1, expected="one chargingSchedule", received=len(schedules))
        schedule = schedules[0]
        check_time("K01.FR.40", sut, "startSchedule", schedule.get("startSchedule"), expected=start)
        check_fields(STEP, schedule, {"duration": DURATION, "chargingRateUnit": unit})
        period = (schedule.get("chargingSchedulePeriod") or [{}])[0]
        check_fields("K01.FR.31", period, {"startPeriod": 0})
        check_fields(STEP, period, {"limit": LIMITS[unit], "numberPhases": (3, None) if phases == 3 else phases})
