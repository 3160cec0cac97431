"""2.22 Smart charging."""

from typing import Any

from ocpp_proof import case, check, check_fields, given, step
from ocpp_proof.cases.errors import NotApplicable
from ocpp_proof.roles.csms import Csms
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import now
from ocpp_testcases.ocpp16.station.states.charging_session import attempt_remote_start, charging
from ocpp_testcases.ocpp16.station.states.configuration import get_configuration
from ocpp_testcases.ocpp16.station.states.idle import idle
from ocpp_testcases.ocpp16.station.states.session import session
from ocpp_testcases.ocpp16.station.states.smart_charging import (
    FACTORS,
    attempt_charging_profile,
    charging_profile,
    charging_unit,
    check_schedule,
    clear_charging_profiles,
    clock_tolerance,
    composite_schedule,
    limit_without_profiles,
    no_charging_profiles,
    set_charging_profile,
)

LIMIT, TENTH = 6.0, 8.1
VIOLATION = "PropertyConstraintViolation"


async def set_limit(csms: Csms, sut: Sut, bench: Bench, purpose: str, **fields: Any) -> str:
    """TC_056, 057 and 082: a schedule is set, and the composite schedule is the same; returns the unit."""
    await given(no_charging_profiles, csms, sut, bench)
    unit, duration = await given(charging_unit, csms, sut), sut.number(300, 3600)
    own = await given(limit_without_profiles, csms, sut, unit)
    wish = charging_profile(sut, purpose, unit, {0: LIMIT}, duration=duration, **fields)

    with step("The Central System sets a schedule"):
        await set_charging_profile(csms, sut.connectorId, wish)

    with step("The Central System asks what the connector may use"):
        answer = await composite_schedule(csms, sut, unit, duration)
        since = wish["chargingSchedule"]["startSchedule"]
        check_schedule(sut, answer, {0: LIMIT, duration: None}, since=since, own=own)
    return unit


@case("TC_056_CS")
async def test_default_profile(csms, sut, bench):
    """A charge point that does not keep to a limit trips the fuse of the whole house."""
    unit = await set_limit(csms, sut, bench, "TxDefaultProfile")

    with step("The Central System sets a limit with a tenth"):
        tenth = TENTH if unit == "A" else TENTH * FACTORS[unit] + 0.1
        wish = charging_profile(sut, "TxDefaultProfile", unit, {0: tenth / FACTORS[unit]}, duration=300)
        answer = await attempt_charging_profile(csms, sut.connectorId, wish)
        check_fields("1.6 §7.14", answer, {"status": "Accepted"})


@case("TC_057_CS")
async def test_transaction_profile(csms, sut, bench):
    """Somebody who charges already has to make room when the grid needs it."""
    await given(idle, csms, sut)
    tx = await given(charging, csms, sut)
    await set_limit(csms, sut, bench, "TxProfile", transactionId=tx.id)


@case("TC_058_1_CS")
async def test_no_transaction(csms, sut):
    """A limit for somebody who has left must not slow down who comes next."""
    unit = await given(charging_unit, csms, sut)

    with step("The Central System sets a schedule for a transaction where there is none"):
        wish = charging_profile(sut, "TxProfile", unit, {0: LIMIT}, duration=300, transactionId=sut.number())
        answer = await attempt_charging_profile(csms, sut.connectorId, wish)
        check(
            "1.6 §3.13.1 discard",
            answer.status == "Rejected" or answer.error == VIOLATION,
            expected=f"status Rejected or CALLERROR {VIOLATION}",
            received=answer.error or dict(answer),
        )


@case("TC_058_2_CS")
async def test_wrong_transaction(csms, sut):
    """A limit that is meant for somebody else comes late, and must not slow down who charges now."""
    await given(idle, csms, sut)
    unit = await given(charging_unit, csms, sut)
    tx = await given(charging, csms, sut)

    with step("The Central System sets a schedule for another transaction than the one that runs"):
        other = (tx.id or 0) + sut.number(1, 10_000)
        wish = charging_profile(sut, "TxProfile", unit, {0: LIMIT}, duration=300, transactionId=other)
        answer = await attempt_charging_profile(csms, sut.connectorId, wish)
        check_fields("1.6 §5.16 other", answer, {"status": "Rejected"})


@case("TC_082_CS")
async def test_default_profile_while_charging(csms, sut, bench):
    """A new limit that waits for the next driver comes too late for the fuse."""
    await given(idle, csms, sut)
    await given(charging, csms, sut)
    await set_limit(csms, sut, bench, "TxDefaultProfile")


async def capacity(csms: Csms, key: str, least: int) -> None:
    """The charge point can hold as much as the case needs"""
    most = await get_configuration(csms, key) or ""
    if most.isdigit() and int(most) < least:
        raise NotApplicable(f"{key} is {most}, and the case needs {least}")


def validity(sut: Sut) -> dict[str, str]:
    """The official time in which a profile counts."""
    begin = -clock_tolerance(sut)
    return {"validFrom": now(seconds=begin), "validTo": now(seconds=begin + 401)}


@case("TC_066_CS")
async def test_combined_purposes(csms, sut, bench):
    """Where the limit of the site and that of the driver meet, the wrong one blows a fuse or wastes what there is."""
    await given(capacity, csms, "MaxChargingProfilesInstalled", 3)
    await given(capacity, csms, "ChargingScheduleMaxPeriods", 5)
    await given(idle, csms, sut)
    await given(no_charging_profiles, csms, sut, bench)
    unit, here = await given(charging_unit, csms, sut), sut.connectorId
    own = await given(limit_without_profiles, csms, sut, unit)
    tx = await given(charging, csms, sut)
    site = charging_profile(sut, "ChargePointMaxProfile", unit, {0: 10}, duration=86400)
    default = {0: 6, 60: 10, 120: 8, 180: 15, 260: 8}
    driver = {0: 8, 50: 11, 140: 16, 200: 6, 240: 12}
    home = charging_profile(sut, "TxDefaultProfile", unit, default, duration=300, **validity(sut))
    wish = charging_profile(sut, "TxProfile", unit, driver, duration=260, transactionId=tx.id, **validity(sut))

    with step("The Central System sets a limit for the charge point, for its drivers, and for this one"):
        for number, profile in ((0, site), (here, home), (here, wish)):
            await set_charging_profile(csms, number, profile)

    with step("The Central System asks what the connector may use"):
        answer = await composite_schedule(csms, sut, unit, 400)
        since = wish["chargingSchedule"]["startSchedule"]
        check_schedule(sut, answer, {0: 8, 50: 10, 200: 6, 240: 10}, since=since, own=own)


@case("TC_067_CS")
async def test_clear(csms, sut, bench):
    """A limit that cannot be taken back throttles a charge point for years."""
    await given(capacity, csms, "ChargeProfileMaxStackLevel", 1)
    await given(capacity, csms, "MaxChargingProfilesInstalled", 3)
    await given(capacity, csms, "ChargingScheduleMaxPeriods", 3)
    await given(no_charging_profiles, csms, sut, bench)
    unit, here, duration = await given(charging_unit, csms, sut), sut.connectorId, 350
    own = await given(limit_without_profiles, csms, sut, unit)
    first = charging_profile(sut, "TxDefaultProfile", unit, {0: 6, 60: 8, 200: 10}, duration=400, stackLevel=1)
    second = charging_profile(sut, "TxDefaultProfile", unit, {0: 7, 100: 9}, duration=400, **validity(sut))
    third = charging_profile(sut, "ChargePointMaxProfile", unit, {0: 11, 200: 12}, duration=86400, **validity(sut))

    with step("The Central System sets two limits for drivers, and one for the charge point"):
        for number, wish in ((here, first), (here, second), (0, third)):
            await set_charging_profile(csms, number, wish)

    with step("The Central System clears the first profile by its id: the second holds"):
        await clear_charging_profiles(csms, id=first["chargingProfileId"])
        answer = await composite_schedule(csms, sut, unit, duration)
        since = second["chargingSchedule"]["startSchedule"]
        check_schedule(sut, answer, {0: 7, 100: 9}, since=since, own=own)

    with step("The Central System clears the second by purpose and stack level: the third holds"):
        await clear_charging_profiles(csms, chargingProfilePurpose="TxDefaultProfile", stackLevel=0)
        answer = await composite_schedule(csms, sut, unit, duration)
        since = third["chargingSchedule"]["startSchedule"]
        check_schedule(sut, answer, {0: 11, 200: 12}, since=since, own=own)

    with step("The Central System clears all: nothing but the charge point's own limit holds"):
        await clear_charging_profiles(csms)
        answer = await composite_schedule(csms, sut, unit, duration)
        least = min(12 * FACTORS[unit], own)
        limits = {period["limit"] for period in answer.at("chargingSchedule.chargingSchedulePeriod") or []}
        check(
            "1.6 §5.5 clear",
            len(limits) == 1 and min(limits) >= least,
            expected=f"one limit, not less than {least:g} {unit}",
            received=answer.chargingSchedule,
        )


@case("TC_072_CS")
async def test_stack(csms, sut, bench):
    """A holiday is an exception to the week, and the week goes on after it."""
    await given(capacity, csms, "ChargeProfileMaxStackLevel", 1)
    await given(capacity, csms, "MaxChargingProfilesInstalled", 2)
    await given(capacity, csms, "ChargingScheduleMaxPeriods", 3)
    await given(no_charging_profiles, csms, sut, bench)
    unit, here = await given(charging_unit, csms, sut), sut.connectorId
    own = await given(limit_without_profiles, csms, sut, unit)
    week = charging_profile(sut, "TxDefaultProfile", unit, {0: 6, 100: 8, 200: 10}, duration=400, **validity(sut))
    holiday = charging_profile(
        sut, "TxDefaultProfile", unit, {0: 7, 100: 9}, duration=150, stackLevel=1, **validity(sut)
    )

    with step("The Central System sets a limit for every day, and a higher one for this"):
        await set_charging_profile(csms, here, week)
        await set_charging_profile(csms, here, holiday)

    with step("The Central System asks what the connector may use"):
        answer = await composite_schedule(csms, sut, unit, 350)
        since = holiday["chargingSchedule"]["startSchedule"]
        check_schedule(sut, answer, {0: 7, 100: 9, 150: 8, 200: 10}, since=since, own=own)


@case("TC_059_CS")
async def test_remote_start_with_profile(csms, sut, bench):
    """Who agrees in the app to charge slowly is started with the limit, or charges at full power for a moment."""
    await given(idle, csms, sut)
    await given(no_charging_profiles, csms, sut, bench)
    unit, duration = await given(charging_unit, csms, sut), sut.number(300, 3600)
    wish = charging_profile(sut, "TxProfile", unit, {0: LIMIT}, duration=duration, chargingProfileKind="Relative")
    own = await given(limit_without_profiles, csms, sut, unit)

    with step("The Central System starts a transaction with a schedule"):
        tx = await charging(csms, sut, chargingProfile=wish)
        begun = csms.received("StartTransaction", connectorId=tx.connectorId)[-1].timestamp

    with step("The Central System asks what the connector may use: the schedule began with the transaction, or since"):
        answer = await composite_schedule(csms, sut, unit, duration)
        check_schedule(sut, answer, {0: LIMIT, duration: None}, since=begun, at_latest=now(), own=own)


@case("TC_060_CS")
async def test_remote_start_with_wrong_purpose(csms, sut):
    """A default that comes with one driver would limit everybody after."""
    await given(idle, csms, sut)
    unit, tx = await given(charging_unit, csms, sut), session(csms, sut)

    with step("The Central System starts a transaction with a schedule that is not for a transaction"):
        wish = charging_profile(sut, "TxDefaultProfile", unit, {0: LIMIT}, duration=300, chargingProfileKind="Relative")
        answer = await attempt_remote_start(csms, tx, connectorId=tx.connectorId, chargingProfile=wish)
        check(
            "1.6 §5.16.2 purpose",
            answer.status == "Rejected" or answer.error == VIOLATION,
            expected=f"status Rejected or CALLERROR {VIOLATION}",
            received=answer.error or dict(answer),
        )
