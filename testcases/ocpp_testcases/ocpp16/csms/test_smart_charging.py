"""3.19 Smart charging."""

from ocpp_proof import case, check, given, step
from ocpp_proof.states.csms2 import now
from ocpp_proof.states.csms16 import asked, booted

LIMITS = {"A": 6.0, "W": 6000.0}


@case("TC_056_CSMS", condition="smart charging")
async def test_default_profile(station, sut):
    """A limit that arrives changed, or at another connector, trips the fuse or leaves cars empty."""
    await given(booted, station, sut)
    level, duration = sut.number(0, 3), sut.number(300, 86400)
    profile = {
        "chargingProfileId": sut.number(),
        "stackLevel": level,
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Absolute",
        "validFrom": now(),
        "validTo": now(seconds=86400),
        "chargingSchedule": {
            "startSchedule": now(),
            "duration": duration,
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": LIMITS["A"], "numberPhases": 3}],
        },
    }

    with step("The operator sets a default schedule for new transactions"):
        request = await asked(
            station, sut, "SetChargingProfile", connectorId=sut.connectorId, csChargingProfiles=profile
        )

    wanted = {
        "connectorId": sut.connectorId,
        "csChargingProfiles.stackLevel": level,
        "csChargingProfiles.chargingProfilePurpose": "TxDefaultProfile",
        "csChargingProfiles.chargingProfileKind": "Absolute",
        "csChargingProfiles.chargingSchedule.chargingRateUnit": "A",
        "csChargingProfiles.chargingSchedule.duration": duration,
        "csChargingProfiles.chargingSchedule.chargingSchedulePeriod.0.startPeriod": 0,
        "csChargingProfiles.chargingSchedule.chargingSchedulePeriod.0.limit": LIMITS["A"],
    }
    for path, value in wanted.items():
        check("1.6 §5.16", request.at(path) == value, expected=f"{path} {value}", received=request.at(path))
    for path in ("validFrom", "validTo", "chargingSchedule.startSchedule"):
        found = request.at(f"csChargingProfiles.{path}")
        check("1.6 §5.16", found is not None, expected=f"csChargingProfiles.{path} given", received=found)
    periods = request.at("csChargingProfiles.chargingSchedule.chargingSchedulePeriod") or []
    check("1.6 §5.16", len(periods) == 1, expected="one chargingSchedulePeriod", received=periods)
    phases = periods[0].get("numberPhases") if periods else None
    check("1.6 §5.16", phases in (3, None), expected="numberPhases 3, or omitted", received=phases)
