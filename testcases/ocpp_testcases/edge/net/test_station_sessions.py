"""A transaction over lost connections: twenty of them, and one that lasts until it has ended."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from ocpp_proof import ALL, case, check, given, not_judged, step
from ocpp_proof.roles.answers import Silence

from ocpp_testcases.edge.states.charging_session import StartedSession, transaction_message
from ocpp_testcases.edge.states.network_faults import ENDINGS, LOST, end_connection, expect_reconnected, offline_for
from ocpp_testcases.edge.states.shown_sessions import sessions_shown
from ocpp_testcases.edge.states.station_settings import retrying, short_back_off
from ocpp_testcases.edge.states.transaction_log import (
    DELIVERY,
    TransactionLog,
    authorized_before_plug_in,
    charging,
    end_message,
    event_time,
)

LOSSES = 20
SHARE = 0.7
"""Of the time of a case: what the lost connections may take of it."""
DEVIATION = 4.0
"""Seconds that two clocks may be apart where values.max_time_deviation says nothing, if so much time passes at all."""


@case(
    "X_NET_07_CS",
    ocpp=ALL,
    sut="station",
    title="Twenty lost connections in a row while charging",
    disruptive=True,
    connections=20,
)
async def test_many_losses(csms, sut):
    """A mobile network loses connections all day; a station that gives up after some of them needs a technician."""
    interval = await given(retrying, csms, sut)
    await given(short_back_off, csms, sut)
    log, loop = TransactionLog(csms, sut), asyncio.get_running_loop()
    began, losses = loop.time(), LOSSES
    with step("A transaction runs"):
        session, start = await charging(csms, sut)
        await log.mark_answers_received()
    for turn in range(LOSSES):
        if turn >= len(ENDINGS) and (loop.time() - began) * (turn + 1) / turn > SHARE * csms.timing.case:
            losses = turn  # each takes as long as the station's back-off, which it may choose
            not_judged(LOST, because=f"the station comes back so slowly that there was time for {losses} losses only")
            break
        how = ENDINGS[turn % len(ENDINGS)]
        with step(f"The connection ends ({how}), and the station comes back"):
            number = len(csms.connections)
            end_connection(csms, how)
            await expect_reconnected(csms, number)
    with step("It has not booted again; the transaction ends and is told"):
        await csms.expect_none("BootNotification", requirement="OCPP-J no boot")
        await session.stop()
        action, fields = end_message(start)
        # what failed with a connection may wait for its interval before all that comes after it
        await csms.expect(action, requirement=DELIVERY, within=2 * interval + csms.timing.long, **fields)
        await csms.wait_until_quiet()
        log.check()


@case("X_NET_08_CS", ocpp=ALL, sut="station", title="A transaction is stopped without a connection", disruptive=True)
@pytest.mark.parametrize("answered", [True, False], ids=["its start answered", "its start never answered"])
async def test_stopped_offline(csms, sut, answered):
    """What ends without a connection is told afterwards: the start before the end, each with its own time."""
    await given(sessions_shown, csms, sut)
    interval = await given(retrying, csms, sut, once=answered)
    log, session = TransactionLog(csms, sut), StartedSession(csms, sut)
    start, started_with = transaction_message(sut.ocpp)
    unanswered = None if answered else csms.answer(start, Silence(), where=started_with)
    with step("A transaction starts"):
        await authorized_before_plug_in(csms, session)
        first = await csms.expect(start, requirement="session reported", **started_with)
        if unanswered is None:
            await log.mark_answers_received()
        else:
            csms.remove(unanswered)
    # so long after the stop that the time of the stop and that of its telling cannot be taken for one another
    offline = float(sut.short_interval)
    told = sut.value("max_time_deviation")
    offline = offline if told is None else max(offline, 2 * float(told))
    margin = min(DEVIATION, offline / 2) if told is None else float(told)
    with step(f"The connection is lost; the driver stops; it comes back at least {offline:g} s later"):
        async with offline_for(csms, offline):
            await session.stop()
            # hardware takes its time to stop: all that counts is that it was before the line came back
            latest = datetime.now(UTC) + timedelta(seconds=offline - margin)
    with step("The station tells the rest, in order and with the times of the events"):
        again = None
        if not answered:
            within = 2 * interval + csms.timing.long
            again = await csms.expect(start, requirement=DELIVERY, within=within, **started_with)
            same = event_time(again) == event_time(first)
            check("transaction time", same, expected=first.timestamp, received=again.timestamp)
        stop, ended_with = end_message(again or first)
        end = await csms.expect(stop, requirement=DELIVERY, within=csms.timing.long, **ended_with)
        at_the_time = event_time(end) <= latest
        check(
            "transaction time",
            at_the_time,
            expected=f"not later than {latest}, {margin:g} s before the line came back",
            received=end.timestamp,
        )
        if sut.ocpp == "1.6":
            order = again is None or again.index < end.index
            check("1.6 §3.7 order", order, expected="the start before the stop", received="so" if order else "after")
        else:
            check("E12.FR.02", end.offline is True, expected="offline true", received=end.offline)
        await csms.wait_until_quiet()
        log.check()
