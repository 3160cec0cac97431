"""Clocks that jump, and moments that programs are known to trip over."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from ocpp_proof import ALL, NotApplicable, by_version, case, check, given, not_judged, step
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.roles.triggered_messages import in_vain_text

from ocpp_testcases.edge.states.calendar_moments import SUMMER, following, leap_day, new_year, summer_begins, written
from ocpp_testcases.edge.states.charging_session import transaction_message, transaction_started
from ocpp_testcases.edge.states.default_profiles import own_profile
from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.station_clock import (
    TIMED,
    StationClock,
    follows_heartbeats,
    now_at_station,
    seconds_apart,
    text,
    triggered,
)

MONTH = timedelta(days=30)
WITHOUT_TLS = 0, 1
"""A station whose clock is years ahead takes no certificate for valid, and could not be told the right time again."""
MOMENTS = {
    "leap day": lambda now: following(leap_day, now),
    "new year": lambda now: following(new_year, now),
    "summer begins": lambda now: following(summer_begins, now).astimezone(SUMMER),
    "after 32 bits": lambda now: datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC),
}
"""Times of the CSMS that come seldom or only once; the station's clock is set to them."""


def fraction():
    """Of a second; 2.x allows three decimals (Part 2, 2.1.4), 1.6 sets no limit."""
    return by_version({"1.6": "123456", "2": "123"})


NOTATIONS = {
    "offset": lambda now: written((now + MONTH).astimezone(timezone(timedelta(hours=5, minutes=30)))),
    "negative offset": lambda now: written((now + MONTH).astimezone(timezone(timedelta(hours=-8)))),
    "fraction": lambda now: f"{now + MONTH:%Y-%m-%dT%H:%M:%S}.{fraction()}Z",
    "leap day": lambda now: written(following(leap_day, now) + timedelta(hours=12)),
    "far away": lambda now: "2099-12-31T23:59:59Z",
}
"""Until when a profile is valid: a profile that is not valid any more may be refused."""


TIMES = {"1.6": "1.6 §3.14", "2": "RFC 3339"}
SENT = {"1.6": "1.6 §5.17 trigger", "2": "F06.FR.10"}


async def sent_when_asked(csms, sut):
    """The messages that the station sends when it is asked for them, of those that carry the time as a rule"""
    found = [action for action in TIMED if await triggered(csms, sut, action) is not None]
    if not found:
        for action in TIMED:
            if where := csms.triggered.missed(action, within=0):
                raise Inconclusive(in_vain_text(action, where))
        raise NotApplicable(f"the station cannot be asked for {' or '.join(TIMED)} (TriggerMessage)")
    return tuple(found)


@case(
    "X_LIMIT_04_CS",
    ocpp=ALL,
    sut="station",
    title="The clock comes to a moment that programs trip over",
    disruptive=True,
    security_profiles=WITHOUT_TLS,
)
@pytest.mark.parametrize("moment", MOMENTS, ids=list(MOMENTS))
async def test_seldom_moments(csms, sut, moment):
    """Stations that stop on a leap day do so all on the same day."""
    await given(follows_heartbeats, csms, sut)
    actions = await given(sent_when_asked, csms, sut)
    clock = StationClock(csms, sut, actions)
    jump = MOMENTS[moment](datetime.now(UTC))
    with step(f"The CSMS says that it is {written(jump)}"):
        await clock.set_to(jump, written)
    with step("The station still sends what it is asked for"):
        came = [action for action in actions if await triggered(csms, sut, action) is not None]
        check(by_version(SENT), came == list(actions), expected=list(actions), received=came)
    with step("It has that time"):
        told = await clock.shown(tuple(came))
        expected, most = clock.expected, clock.tolerance
        if not told:
            not_judged("clock synchronised", because="no message of the station shows the time")
        else:
            # a meter value, and a status, may be older than the message that tells it (1.6 5.17, F06)
            check(
                "clock synchronised",
                any(seconds_apart(one, expected) <= most for one in told),
                expected=f"{text(expected)}, {most:g} s more or less",
                received=told,
            )
        await expect_probe_answered(csms)


@case(
    "X_LIMIT_05_CS",
    ocpp=ALL,
    sut="station",
    title="The clock jumps while a transaction is running",
    disruptive=True,
    security_profiles=WITHOUT_TLS,
)
@pytest.mark.parametrize("hours", [1, -1, 24], ids=["forward", "back", "a day"])
async def test_clock_jumps_while_charging(csms, sut, hours):
    """A clock that is set right must neither end a session nor lose it."""
    await given(follows_heartbeats, csms, sut)
    session, _ = await given(transaction_started, csms, sut)
    action, fields = transaction_message(sut.ocpp, ended=True)
    with step(f"The CSMS says that it is {abs(hours)} h {'later' if hours > 0 else 'earlier'}"):
        await StationClock(csms, sut).set_to(datetime.now(UTC) + timedelta(hours=hours))
    with step("The transaction goes on"):
        await csms.expect_none(action, requirement="clock jump", **fields)
        await expect_probe_answered(csms)
    if csms.received(action, **fields):
        return
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
async def test_times_of_a_profile(csms, sut, bench, notation):
    """A back end in another time zone writes its own offset, and means the same moment."""
    with step("A profile without times is accepted"):
        own = await own_profile(csms, sut, may_disturb=bench.may_disturb)
        until = NOTATIONS[notation](await now_at_station(csms, sut))
    with step(f"The same profile, valid until {until}, is accepted as well"):
        answer = await own.send(validTo=until)
        check(
            by_version(TIMES),
            answer.status == "Accepted",
            expected=f"Accepted with validTo {until} as without",
            received=answer.error or dict(answer),
        )
    with step("The next valid CALL is answered"):
        await expect_probe_answered(csms)
