"""A station on a bad line: bytes one by one, pings that nobody answers, a CSMS that refuses it."""

import asyncio

import pytest
from ocpp_proof import ALL, NotApplicable, by_version, case, check, given, not_judged, step
from ocpp_proof.net.outcome import Refuse
from ocpp_proof.roles.answers import ANY

from ocpp_testcases.common.clock import EARLY
from ocpp_testcases.edge.states.charging_session import StartedSession, transaction_message
from ocpp_testcases.edge.states.network_faults import (
    LOST,
    answers_ping,
    disturb_traffic,
    disturbed_station_connection,
    expect_reconnected,
    is_pinged,
)
from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.shown_sessions import sessions_shown
from ocpp_testcases.edge.states.station_settings import (
    BACK_OFF,
    configured,
    longest_wait,
    ping_interval,
    refusals_allowed,
    retrying,
    short_back_off,
)
from ocpp_testcases.edge.states.transaction_log import (
    DELIVERY,
    TransactionLog,
    authorized_before_plug_in,
    charging,
    end_message,
)

HAMMERING = "OCPP-J hammering"


@case("X_NET_11_CS", ocpp=ALL, sut="station", title="Bytes come one by one, or slowly", disruptive=True)
@pytest.mark.parametrize("how", ["one byte at a time", "1 kB/s"])
async def test_bytes(csms, sut, how):
    """A station that takes what one read gives it for a message falls silent in the first bad radio cell."""
    await given(sessions_shown, csms, sut)
    session, log = StartedSession(csms, sut), TransactionLog(csms, sut)
    start, fields = transaction_message(sut.ocpp)
    async with disturbed_station_connection(csms) as proxy:
        with step(f"From now on what passes comes so: {how}"):
            if how == "one byte at a time":
                disturb_traffic(proxy, "in segments of one byte" if sut.security_profile >= 2 else how)
                number = len(csms.connections)
                csms.drop()
                await expect_reconnected(csms, number)
            disturb_traffic(proxy, how)
            await expect_probe_answered(csms, requirement="OCPP-J stream")
        with step("A transaction starts"):
            await authorized_before_plug_in(csms, session)
            begun = await csms.expect(start, requirement="OCPP-J stream", within=csms.timing.long, **fields)
            disturb_traffic(proxy, "")
            await log.mark_answers_received()
        with step("It stops"):
            await session.stop()
            action, fields = end_message(begun)
            await csms.expect(action, requirement=DELIVERY, **fields)
            await log.mark_answers_received()
    log.check()


@case("X_NET_12_CS", ocpp=ALL, sut="station", title="The station's pings are not answered", disruptive=True)
async def test_pong_missing(csms, sut):
    """A connection over which nothing comes back any more is dead, and only pings tell that soon."""
    retry = await given(retrying, csms, sut)
    interval = await given(ping_interval, csms, sut)
    session, start = await given(charging, csms, sut)
    with step("The station pings"):
        came = await is_pinged(csms, 2 * interval + csms.timing.message)
        check(
            "OCPP-J ping interval",
            came,
            expected=f"a ping every {interval} s",
            received="it was received" if came else "none",
        )
    number, endpoint = len(csms.connections), csms.connection
    with step("Nothing is answered any more, no ping and no CALL: it opens a new connection"), csms.holding(ANY):
        endpoint.auto_pong = False
        try:
            patience = 3 * interval + csms.timing.event
            await csms.wait_until(lambda: len(csms.connections) > number, patience, "the station to find out")
        except TimeoutError:
            endpoint.auto_pong = True
        noticed = len(csms.connections) > number
        check(
            "OCPP-J missed pong",
            noticed,
            expected="a new connection",
            received="it was received" if noticed else "none",
        )
    with step("The transaction goes on and is told to its end"):
        await session.stop()
        action, fields = end_message(start)
        await csms.expect(action, requirement=DELIVERY, within=csms.timing.long + 2 * retry, **fields)
        await expect_probe_answered(csms)


@case("X_NET_13_CS", ocpp=ALL, sut="station", title="The CSMS refuses the station for a while", disruptive=True)
@pytest.mark.parametrize("status", [401, 404, 503])
async def test_refused(csms, sut, status):
    """A station that gives up on a CSMS in maintenance stands dark; one that never pauses keeps it from coming back."""
    await given(short_back_off, csms, sut)
    many = await given(refusals_allowed, csms, sut, 3)
    waits = [await longest_wait(csms, sut, failures) for failures in range(many + 1)]
    times, number, last = [], len(csms.connections), len(csms.handshakes)
    headers = {"WWW-Authenticate": 'Basic realm="ocpp"'} if status == 401 else {}  # RFC 7235, 3.1

    def judge(_):
        times.append(asyncio.get_running_loop().time())
        return Refuse(status, headers=headers, reason="not now") if len(times) <= many else None

    with (
        step(f"The connection is lost, and the station is refused with HTTP {status}, {many} times"),
        csms.answering_handshakes(judge),
    ):
        csms.drop()
        for attempt in range(many):
            await csms.expect_attempt(since=last + attempt, requirement=LOST, within=waits[attempt])
        requirement = by_version({"1.6": "1.6-J §3.2 back-off", "2": HAMMERING}) if status == 404 else HAMMERING
        if many > 1:
            took, gaps = times[many - 1] - times[0], many - 1
            check(
                requirement,
                took >= 0.1 * gaps,
                expected="not more than ten attempts in a second",
                received=f"{many} within {took:.2f} s",
            )
        else:
            not_judged(requirement, because="the station turns to another CSMS when it is refused twice")
    with step("It goes on trying, and is let in"):
        await expect_reconnected(csms, number, within=waits[many])


@case("X_NET_14_CS", ocpp=("2.0.1", "2.1"), sut="station", title="The back-off grows, and begins anew", disruptive=True)
async def test_back_off(csms, sut):
    """After an outage every station comes back; only their back-off keeps the CSMS on its feet."""
    if await given(refusals_allowed, csms, sut, 2) < 2:
        raise NotApplicable("the station turns to another CSMS when it is refused twice")
    least = sut.short_interval
    for name, value in (("WaitMinimum", least), ("RandomRange", 0), ("RepeatTimes", 2)):
        await given(configured, csms, sut, ("", f"{BACK_OFF}{name}"), value)
    loop, times = asyncio.get_running_loop(), []

    def judge(_):
        times.append(loop.time())
        return Refuse(503, reason="not now") if len(times) <= 2 else None

    async def lost():
        begin, number = loop.time(), len(csms.connections)
        csms.drop()
        await csms.expect_reconnected(connections=number, requirement=LOST, within=csms.timing.long + 7 * least)
        return begin

    def judged(requirement, begin, end, *expected):
        right = any(EARLY * wait <= end - begin < EARLY * (wait + least) for wait in expected)
        about = " or ".join(f"{wait} s" for wait in expected)
        check(requirement, right, expected=f"about {about}", received=f"{end - begin:.2f} s")

    with csms.answering_handshakes(judge):
        with step("The connection is lost, and the first two attempts refused"):
            begin = await lost()
            judged("OCPP-J back-off", begin, times[0], least)
            judged("OCPP-J back-off", times[0], times[1], 2 * least)
            # RepeatTimes 2 counts the doublings (the variable's description), or the attempts (Part 4, 5.3)
            judged("OCPP-J back-off", times[1], times[2], 2 * least, 4 * least)
        with step("The connection is lost once more"):
            begin = await lost()
            judged("OCPP-J back-off reset", begin, times[3], least)
            await expect_reconnected(csms, len(csms.connections) - 1)


@case("X_NET_15_CS", ocpp=ALL, sut="station", title="Pings of the CSMS while charging", disruptive=True)
async def test_ping_of_the_csms(csms, sut):
    """A CSMS hangs up on a station that does not answer its pings: while charging, of all times."""
    with step("A transaction runs, and the CSMS pings"):
        session, _ = await charging(csms, sut)
        for data in (b"", sut.text(125).encode()):
            answered = await answers_ping(csms, data)
            check(
                "RFC 6455 5.5.2",
                answered,
                expected=f"a pong with {data!r}",
                received="it was received" if answered else "none",
            )
    action, _ = transaction_message(sut.ocpp, ended=True)
    with step("The CSMS pings while a CALL of the station waits for its answer"), csms.holding(action) as held:
        await session.stop()
        await csms.wait_until(lambda: held.messages, csms.timing.event, action)
        answered = await answers_ping(csms, b"waiting")
        check("RFC 6455 5.5.2", answered, expected="a pong", received="it was received" if answered else "none")
    await expect_probe_answered(csms)
