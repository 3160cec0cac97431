"""Clocks that jump, and moments that programs are known to trip over."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from ocpp_proof import ALL, NotApplicable, case, check, given, on_undo, step

from ocpp_testcases.edge.states.calendar_moments import SUMMER, following, leap_day, new_year, summer_begins, written
from ocpp_testcases.edge.states.charging_session import transaction_message, transaction_started
from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.reported_limits import LIMITS

MONTH = timedelta(days=30)
MOMENTS = {
    "leap day": lambda now: following(leap_day, now),
    "new year": lambda now: following(new_year, now),
    "summer begins": lambda now: following(summer_begins, now).astimezone(SUMMER),
    "after 32 bits": lambda now: datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC),
}
"""Times of the CSMS that come seldom or only once; the station's clock is set to them."""

NOTATIONS = {
    "offset": lambda now: written((now + MONTH).astimezone(timezone(timedelta(hours=5, minutes=30)))),
    "negative offset": lambda now: written((now + MONTH).astimezone(timezone(timedelta(hours=-8)))),
    "fraction": lambda now: f"{now + MONTH:%Y-%m-%dT%H:%M:%S}.123456Z",
    "leap day": lambda now: written(following(leap_day, now) + timedelta(hours=12)),
    "far away": lambda now: "2099-12-31T23:59:59Z",
}
"""Until when a profile is valid: a profile that is not valid any more may be refused."""


def text(moment):
    """RFC 3339 in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def set_clock(csms, moment):
    """Have the station ask for a heartbeat, whose answer says that it is this time."""
    override = csms.answer("Heartbeat", currentTime=moment)
    try:
        answer = await csms.attempt("TriggerMessage", requestedMessage="Heartbeat")
        if answer.error is not None or answer.status != "Accepted":
            raise NotApplicable("the station cannot be asked for a Heartbeat (TriggerMessage)")
        await csms.expect("Heartbeat", requirement="clock jump")
    finally:
        csms.remove(override)


async def meter_values(csms, sut):
    """Have the station send MeterValues, whose timestamp is the time that it has; None if it cannot be asked."""
    where = {"connectorId": sut.connectorId} if sut.ocpp == "1.6" else {"evse": {"id": sut.evseId}}
    answer = await csms.attempt("TriggerMessage", requestedMessage="MeterValues", **where)
    if answer.error is not None or answer.status != "Accepted":
        return None
    message = await csms.expect("MeterValues", requirement="clock jump")
    return message.at("meterValue.0.timestamp")


def right_clock(csms):
    """When the case ends the station is told the right time again."""
    on_undo("Tell the station the right time", lambda: set_clock(csms, text(datetime.now(UTC))))


@case("X_LIMIT_04_CS", ocpp=ALL, sut="station", title="The clock comes to a moment that programs trip over")
@pytest.mark.parametrize("moment", MOMENTS, ids=list(MOMENTS))
async def test_seldom_moments(csms, sut, moment):
    """Stations that stop on a leap day do so all on the same day."""
    asked = datetime.now(UTC)
    jump = MOMENTS[moment](asked)
    with step(f"The CSMS says that it is {written(jump)}"):
        right_clock(csms)
        await set_clock(csms, written(jump))
    with step("The station still sends what it is asked for, with that time"):
        told = await meter_values(csms, sut)
        if told is None:
            raise NotApplicable("the station cannot be asked for MeterValues (TriggerMessage)")
        expected = jump + (datetime.now(UTC) - asked)
        deviation = float(sut.value("max_time_deviation", 4))
        check(
            "clock synchronised",
            abs((datetime.fromisoformat(told) - expected).total_seconds()) <= deviation,
            expected=f"{text(expected)}, {deviation:g} s more or less",
            received=told,
        )
        await expect_probe_answered(csms)


@case("X_LIMIT_05_CS", ocpp=ALL, sut="station", title="The clock jumps while a transaction is running")
@pytest.mark.parametrize("hours", [1, -1, 24], ids=["forward", "back", "a day"])
async def test_clock_jumps_while_charging(csms, sut, hours):
    """A clock that is set right must neither end a session nor lose it."""
    session, _ = await given(transaction_started, csms, sut)
    action, fields = transaction_message(sut.ocpp, ended=True)
    with step(f"The CSMS says that it is {abs(hours)} h {'later' if hours > 0 else 'earlier'}"):
        right_clock(csms)
        await set_clock(csms, text(datetime.now(UTC) + timedelta(hours=hours)))
    with step("The transaction goes on"):
        await csms.expect_none(action, requirement="clock jump", **fields)
        await expect_probe_answered(csms)
    with step("The driver stops, and the station says so"):
        await session.stop()
        await csms.expect(action, requirement="transaction delivery", **fields)
        await expect_probe_answered(csms)


@case(
    "X_LIMIT_06_CS",
    ocpp=ALL,
    sut="station",
    title="A charging profile whose times are written unusually",
    condition="Smart Charging",
)
@pytest.mark.parametrize("notation", NOTATIONS, ids=list(NOTATIONS))
async def test_times_of_a_profile(csms, sut, notation):
    """A back end in another time zone writes its own offset, and means the same moment."""
    limit = LIMITS["stack level"]
    action, payload = limit.build(sut, 0)
    on_undo("Clear the charging profile", lambda: limit.undo(csms, sut, payload))
    with step("A profile without times is accepted"):
        plain = await csms.attempt(action, **payload)
        if plain.status != "Accepted":
            raise NotApplicable(f"the station does not take a plain profile: {plain.error or dict(plain)}")
    profile = payload["csChargingProfiles" if sut.ocpp == "1.6" else "chargingProfile"]
    profile["validTo"] = NOTATIONS[notation](datetime.now(UTC))
    with step(f"The same profile, valid until {profile['validTo']}, is accepted as well"):
        answer = await csms.attempt(action, **payload)
        check(
            "RFC 3339",
            answer.status == "Accepted",
            expected=f"Accepted with validTo {profile['validTo']} as without",
            received=answer.error or dict(answer),
        )
    with step("The next valid CALL is answered"):
        await expect_probe_answered(csms)
