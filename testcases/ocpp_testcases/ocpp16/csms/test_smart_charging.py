"""3.19 Smart charging."""

from ocpp_proof import case, check, check_fields, given, step
from ocpp_proof.cases.fields import Pattern
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.operator import asked
from ocpp_testcases.common.patterns import PRESENT, ignoring_case
from ocpp_testcases.common.records import check_recorded
from ocpp_testcases.ocpp16.csms.states.authorization import authorized
from ocpp_testcases.ocpp16.csms.states.charging_session import charging, second_transaction, start_transaction
from ocpp_testcases.ocpp16.csms.states.cold_boot import booted, report_status
from ocpp_testcases.ocpp16.csms.states.connection import check_still_serving
from ocpp_testcases.ocpp16.csms.states.smart_charging import (
    LIMITS,
    charging_profile,
    charging_rate_unit,
    clear_charging_profiles,
    set_charging_profile,
)


@case("TC_056_CSMS")
async def test_default_profile(station, sut):
    """A limit that arrives changed, or at another connector, trips the fuse or leaves cars empty."""
    await given(booted, station, sut)
    wish = charging_profile(sut, "TxDefaultProfile", "Absolute", stackLevel=sut.number(0, 3))

    with step("The operator sets a default schedule for new transactions"):
        phases = wish["chargingSchedule"]["chargingSchedulePeriod"][0]["numberPhases"]
        request = await set_charging_profile(
            station,
            sut,
            wish,
            matching={
                "connectorId": sut.connectorId,
                "csChargingProfiles.stackLevel": wish["stackLevel"],
                "csChargingProfiles.chargingProfilePurpose": "TxDefaultProfile",
                "csChargingProfiles.chargingProfileKind": "Absolute",
            },
            requirement="1.6 §5.16",
        )
        check_fields(
            "1.6 §5.16",
            request.csChargingProfiles,
            {
                "validFrom": PRESENT,
                "validTo": PRESENT,
                "chargingSchedule.startSchedule": PRESENT,
                "chargingSchedule.duration": wish["chargingSchedule"]["duration"],
                "chargingSchedule.chargingRateUnit": charging_rate_unit(sut),
                "chargingSchedule.chargingSchedulePeriod": Pattern(
                    "one period", lambda periods: len(periods or []) == 1
                ),
                "chargingSchedule.chargingSchedulePeriod.0.startPeriod": 0,
                "chargingSchedule.chargingSchedulePeriod.0.limit": LIMITS[charging_rate_unit(sut)],
                "chargingSchedule.chargingSchedulePeriod.0.numberPhases": (phases, None) if phases == 3 else phases,
            },
        )

    with step("The Central System goes on"):
        await check_still_serving(station)


@case("TC_057_CSMS")
async def test_transaction_profile(station, sut):
    """A limit for a running session that names another one slows down the wrong car."""
    await given(booted, station, sut)
    tx = await given(charging, station, sut)

    with step("Another driver charges at the other connector"):
        await second_transaction(station, sut, tx)

    with step("The operator sets a schedule for the first session"):
        wish = charging_profile(sut, "TxProfile", "Relative", transactionId=tx.id)
        await set_charging_profile(
            station,
            sut,
            wish,
            connectorId=tx.connectorId,
            matching={
                "connectorId": tx.connectorId,
                "csChargingProfiles.chargingProfilePurpose": "TxProfile",
                "csChargingProfiles.transactionId": tx.id,
            },
            requirement="1.6 §5.16 transaction",
        )

    with step("The Central System goes on"):
        await check_still_serving(station)


@case("TC_066_CSMS")
async def test_composite_schedule(station, sut):
    """An operator who cannot see what limits add up to does not know why a car charges slowly."""
    await given(booted, station, sut)
    wish = {
        "connectorId": sut.connectorId,
        "duration": sut.number(300, 86400),
        "chargingRateUnit": charging_rate_unit(sut),
    }

    with step("The operator asks for the schedule of a connector"):
        await asked(station, sut, "GetCompositeSchedule", matching=wish, requirement="1.6 §5.7 send", **wish)

    with step("The Central System takes it in and goes on"):
        await check_still_serving(station)


@case("TC_067_CSMS")
async def test_clear(station, sut):
    """A limit that cannot be taken back, or takes others with it, stays until somebody drives to the charge point."""
    await given(booted, station, sut)
    here, level, purpose = sut.connectorId, sut.number(0, 3), "TxDefaultProfile"
    left: list[int] = []

    with step("The operator sets three profiles, one above the other"):
        for stackLevel in (level, level + 1, level + 2):
            wish = charging_profile(sut, purpose, "Absolute", stackLevel=stackLevel)
            await set_charging_profile(
                station,
                sut,
                wish,
                left=left,
                matching={
                    "connectorId": here,
                    "csChargingProfiles.chargingProfilePurpose": purpose,
                    "csChargingProfiles.stackLevel": stackLevel,
                },
                requirement="1.6 §5.16",
            )
        ids = list(left)
        check("1.6 §7.8", len(set(ids)) == 3, expected="three chargingProfileIds", received=ids)

    with step("The operator clears the first by its id"):
        criteria = {"id": ids[0], "connectorId": None, "chargingProfilePurpose": None, "stackLevel": None}
        await clear_charging_profiles(station, sut, criteria)

    with step("The operator clears the second by what it is"):
        criteria = {"id": None, "connectorId": here, "chargingProfilePurpose": purpose, "stackLevel": level + 1}
        await clear_charging_profiles(station, sut, criteria)

    with step("The operator clears all that are left"):
        criteria = {"id": None, "connectorId": None, "chargingProfilePurpose": None, "stackLevel": None}
        await clear_charging_profiles(station, sut, criteria)
        left.clear()

    with step("The Central System goes on"):
        await check_still_serving(station)


@case("TC_059_CSMS")
async def test_remote_start(station, sut):
    """A session from the app that is to be limited from the start gets no limit, or does not start at all."""
    await given(booted, station, sut)
    here, wished = sut.connectorId, sut.tokens.valid

    with step("The operator starts a session remotely, with a schedule"):
        wish = charging_profile(sut, "TxProfile", "Relative")
        request = await asked(
            station,
            sut,
            "RemoteStartTransaction",
            idTag=wished.idToken,
            connectorId=here,
            chargingProfile=wish,
            matching={"connectorId": here},
        )
        token, profile = Token(str(request.idTag)), request.chargingProfile
        check_fields("1.6 §3.9", request, {"idTag": ignoring_case(wished.idToken)})
        check_fields("1.6 §5.16.2", profile, {"chargingProfilePurpose": "TxProfile", "transactionId": None})
        period = "chargingSchedule.chargingSchedulePeriod.0"
        check_fields("1.6 §5.16", profile, {"chargingProfileKind": "Relative", f"{period}.startPeriod": 0})

    with step("The charge point asks for the token, and the driver plugs in"):
        await authorized(station, sut, token)
        await report_status(station, here, "Preparing")

    with step("The transaction starts"):
        tx = await start_transaction(station, sut, token, connectorId=here)
        await report_status(station, here, "Charging")
        await check_recorded(sut, tx, active=True)
