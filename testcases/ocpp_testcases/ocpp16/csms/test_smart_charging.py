"""3.19 Smart charging."""

from ocpp_proof import case, check, check_fields, given, step
from ocpp_proof.sut.sut import Token

from ocpp_testcases.common.operator import asked
from ocpp_testcases.common.records import check_recorded
from ocpp_testcases.ocpp16.csms.states.authorization import authorized, unknown_token_refused
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

PERIOD = "csChargingProfiles.chargingSchedule.chargingSchedulePeriod"


@case("TC_056_CSMS")
async def test_default_profile(station, sut):
    """A limit that arrives changed, or at another connector, trips the fuse or leaves cars empty."""
    await given(booted, station, sut)
    wish = charging_profile(sut, "TxDefaultProfile", "Absolute", stackLevel=sut.number(0, 3))

    with step("The operator sets a default schedule for new transactions"):
        request = await set_charging_profile(station, sut, wish)

    wanted = {
        "connectorId": sut.connectorId,
        "csChargingProfiles.stackLevel": wish["stackLevel"],
        "csChargingProfiles.chargingProfilePurpose": "TxDefaultProfile",
        "csChargingProfiles.chargingProfileKind": "Absolute",
        "csChargingProfiles.chargingSchedule.chargingRateUnit": charging_rate_unit(sut),
        "csChargingProfiles.chargingSchedule.duration": wish["chargingSchedule"]["duration"],
        f"{PERIOD}.0.startPeriod": 0,
        f"{PERIOD}.0.limit": LIMITS[charging_rate_unit(sut)],
    }
    for path, value in wanted.items():
        check("1.6 §5.16", request.at(path) == value, expected=f"{path} {value}", received=request.at(path))
    for path in ("validFrom", "validTo", "chargingSchedule.startSchedule"):
        found = request.at(f"csChargingProfiles.{path}")
        check("1.6 §5.16", found is not None, expected=f"csChargingProfiles.{path} given", received=found)
    periods = request.at(PERIOD) or []
    check("1.6 §5.16", len(periods) == 1, expected="one chargingSchedulePeriod", received=periods)
    own = wish["chargingSchedule"]["chargingSchedulePeriod"][0]
    phases = (periods or [{}])[0].get("numberPhases", 3)
    check("1.6 §5.16", phases == own["numberPhases"], expected=f"the phases of {own}", received=periods)

    with step("The Central System goes on"):
        await check_still_serving(station, sut)


@case("TC_057_CSMS")
async def test_transaction_profile(station, sut):
    """A limit for a running session that names another one slows down the wrong car."""
    await given(booted, station, sut)
    tx = await given(charging, station, sut)

    with step("Another driver charges at the other connector"):
        await second_transaction(station, sut, tx)

    with step("The operator sets a schedule for the first session"):
        wish = charging_profile(sut, "TxProfile", "Relative", transactionId=tx.id)
        request = await set_charging_profile(station, sut, wish, connectorId=tx.connectorId)
        wanted = {
            "connectorId": tx.connectorId,
            "csChargingProfiles.chargingProfilePurpose": "TxProfile",
            "csChargingProfiles.transactionId": tx.id,
        }
        for path, value in wanted.items():
            found = request.at(path)
            check("1.6 §5.16 transaction", found == value, expected=f"{path} {value}", received=found)

    with step("The Central System goes on"):
        await check_still_serving(station, sut)


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
        request = await asked(station, sut, "GetCompositeSchedule", requirement="1.6 §5.7 send", **wish)
        for name, value in wish.items():
            found = request.payload.get(name)
            check("1.6 §5.7 send", found == value, expected=f"{name} {value}", received=found)

    with step("The Central System takes it in and goes on"):
        await check_still_serving(station, sut)


@case("TC_067_CSMS")
async def test_clear(station, sut):
    """A limit that cannot be taken back, or takes others with it, stays until somebody drives to the charge point."""
    await given(booted, station, sut)
    here, level, purpose = sut.connectorId, sut.number(0, 3), "TxDefaultProfile"
    left: list[int] = []

    with step("The operator sets three profiles, one above the other"):
        for stackLevel in (level, level + 1, level + 2):
            wish = charging_profile(sut, purpose, "Absolute", stackLevel=stackLevel)
            request = await set_charging_profile(station, sut, wish, left=left)
            wanted = {
                "connectorId": here,
                "csChargingProfiles.chargingProfilePurpose": purpose,
                "csChargingProfiles.stackLevel": stackLevel,
            }
            for path, value in wanted.items():
                check("1.6 §5.16", request.at(path) == value, expected=f"{path} {value}", received=request.at(path))
        ids = list(left)
        check("1.6 §7.8", len(set(ids)) == 3, expected="three chargingProfileIds", received=ids)

    with step("The operator clears the first by its id"):
        await clear_charging_profiles(station, sut, id=ids[0])

    with step("The operator clears the second by what it is"):
        await clear_charging_profiles(
            station, sut, connectorId=here, chargingProfilePurpose=purpose, stackLevel=level + 1
        )

    with step("The operator clears all that are left"):
        await clear_charging_profiles(station, sut)
        left.clear()

    with step("The Central System goes on"):
        await check_still_serving(station, sut)


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
            requirement="1.6 §5.11",
            idTag=wished.idToken,
            connectorId=here,
            chargingProfile=wish,
        )
        token = Token(str(request.idTag))
        check("1.6 §3.9", token.idToken == wished.idToken, expected=f"idTag {wished.idToken}", received=request.idTag)
        check_fields("1.6 §5.11", request, {"connectorId": here})
        wanted = {
            "chargingProfilePurpose": ("1.6 §5.16.2", "TxProfile"),
            "transactionId": ("1.6 §5.16.2", None),
            "chargingProfileKind": ("1.6 §5.16", "Relative"),
            "chargingSchedule.chargingSchedulePeriod.0.startPeriod": ("1.6 §5.16", 0),
        }
        for path, (requirement, value) in wanted.items():
            found = request.at(f"chargingProfile.{path}")
            check(requirement, found == value, expected=f"chargingProfile.{path} {value}", received=found)

    with step("The charge point asks for the token, and the driver plugs in"):
        await authorized(station, sut, token)
        await report_status(station, here, "Preparing")

    with step("The transaction starts"):
        tx = await start_transaction(station, sut, token, connectorId=here)
        await report_status(station, here, "Charging")
        await check_recorded(sut, tx, active=True)

    with step("A token that nobody knows and nobody started is turned away"):
        await unknown_token_refused(station, sut)
