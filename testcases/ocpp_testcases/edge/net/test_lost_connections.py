"""Connections that are lost at a bad moment, and links that die."""

import pytest
from ocpp_proof import ALL, by_version, case, check, given, step
from ocpp_proof.roles.answers import Silence

from ocpp_testcases.edge.states.boot import booted
from ocpp_testcases.edge.states.charging_session import (
    StartedSession,
    transaction_message,
)
from ocpp_testcases.edge.states.concurrent_calls import setting_asked, setting_request
from ocpp_testcases.edge.states.network_faults import (
    back_again,
    drop_silently,
    link_down,
    link_up,
    lose_after_sending,
)
from ocpp_testcases.edge.states.operator import request_unheard, requested_if
from ocpp_testcases.edge.states.probe import expect_probe_answered, probe_request
from ocpp_testcases.edge.states.shown_sessions import sessions_shown
from ocpp_testcases.edge.states.station_settings import retrying, short_ping_interval
from ocpp_testcases.edge.states.transaction_log import authorized_before_plug_in, charging, end_message
from ocpp_testcases.edge.states.transaction_messages import (
    Transaction,
    check_token_taken,
    expect_verdict_on_unknown_token,
    token_status,
)

REPEATED = "repeated start"


def check_repeated_taken(tx, answer):
    """A start that comes again is not refused because of itself, a SHOULD; nor is its token for another reason."""
    if token_status(answer) == "ConcurrentTx":
        check(REPEATED, False, expected="not refused as being in use by itself", received=dict(answer))
    else:
        check_token_taken(tx.sut, tx.token, answer)


def number_of(message):
    """What tells one transaction message from the next: seqNo in 2.x, the time in 1.6."""
    return message.seqNo if message.action == "TransactionEvent" else message.timestamp


@case(
    "X_NET_01_CS",
    ocpp=ALL,
    sut="station",
    title="Connection lost before the answer to a transaction's start",
    disruptive=True,
)
async def test_start_is_sent_again(csms, sut):
    """A station that forgets an unanswered start gives the energy away."""
    await given(sessions_shown, csms, sut)
    interval = await given(retrying, csms, sut)
    action, fields = transaction_message(sut.ocpp)
    connections = len(csms.connections)
    unanswered = csms.answer(action, Silence(), where=fields)
    session = StartedSession(csms, sut)
    with step("A transaction starts, and the connection is lost before its start is answered"):
        await authorized_before_plug_in(csms, session)
        first = await csms.expect(action, requirement="session reported", **fields)
        csms.remove(unanswered)
        csms.drop()
    with step("The station comes back and sends the start again"):
        await csms.expect_reconnected(connections=connections, requirement="OCPP-J reconnect")
        requirement = by_version({"1.6": "transaction delivery", "2": "E13.FR.02"})
        again = await csms.expect(action, requirement=requirement, within=2 * interval + csms.timing.long, **fields)
        check(
            requirement,
            number_of(again) == number_of(first),
            expected=f"the same start again ({number_of(first)})",
            received=number_of(again),
        )


@case(
    "X_NET_02_CS",
    ocpp=ALL,
    sut="station",
    title="Connection lost right after the answer to a transaction's start",
    disruptive=True,
)
async def test_start_is_not_sent_twice(csms, sut):
    """A station that sends an answered start again makes the driver pay twice."""
    await given(sessions_shown, csms, sut)
    interval = await given(retrying, csms, sut, once=True)
    action, fields = transaction_message(sut.ocpp)
    connections = len(csms.connections)
    session = StartedSession(csms, sut)
    with step("A transaction starts, is answered, and the connection is lost"):
        await authorized_before_plug_in(csms, session)
        await csms.expect(action, requirement="session reported", **fields)
        await expect_probe_answered(csms)
        csms.drop()
    with step("The station comes back and does not send the start again"):
        await csms.expect_reconnected(connections=connections, requirement="OCPP-J reconnect")
        patience = csms.timing.quiet + min(2 * interval, csms.timing.long)  # a repetition comes after the interval
        await csms.expect_none(action, requirement="transaction delivery", within=patience, **fields)
        await expect_probe_answered(csms)


@case("X_NET_03_CS", ocpp=ALL, sut="station", title="A dead link, and recovery", disruptive=True)
async def test_station_recovers_from_dead_link(csms, sut):
    """A station that does not get over a dead mobile link loses what happened meanwhile."""
    interval = await given(retrying, csms, sut)
    await given(short_ping_interval, csms, sut)
    session, start = await given(charging, csms, sut)
    connections = len(csms.connections)
    dead = "The link is dead" + ("" if csms.real_link else " (nothing is read or sent; the network still acknowledges)")
    with step(f"{dead} while the driver stops charging, until the station finds out or for a while"):
        link_down(csms)
        await session.stop()
        patience = 3 * sut.short_interval + csms.timing.event
        try:
            await csms.wait_until(lambda: len(csms.connections) > connections, patience, "the station to find out")
        except TimeoutError:
            link_up(csms)
    with step("The station is back and tells that the transaction has ended"):
        await csms.wait_until(lambda: csms.connected, csms.timing.long, "the station to connect")
        action, fields = end_message(start)
        patience = csms.timing.long + 2 * interval
        await csms.expect(action, requirement="transaction delivery", within=patience, **fields)
        await expect_probe_answered(csms)


@case(
    "X_NET_01_CSMS",
    ocpp=ALL,
    sut="csms",
    title="Connection lost before the answer to a transaction's start",
    disruptive=True,
)
async def test_csms_takes_the_start_again(station, sut):
    """A CSMS that books a repeated start twice makes the driver pay twice."""
    await given(booted, station, sut)
    tx = Transaction(station, sut)
    action, payload = tx.message("Started")
    with step("A transaction starts, and the connection is lost behind its start, before the answer is read"):
        station.send_unanswered(action, payload)
        lose_after_sending(station)
    with step("The station comes back and sends the start again"):
        await back_again(station)
        answer = await station.call(action, **payload)
        tx.note(answer)
        check_repeated_taken(tx, answer)
    with step("It sends it once more, as if that answer had been lost too: it is the same transaction"):
        again = await station.call(action, **payload)
        tx.note(again)
        check_repeated_taken(tx, again)
        if sut.ocpp == "1.6":
            same = again.transactionId == answer.transactionId
            check(REPEATED, same, expected=answer.transactionId, received=again.transactionId)
    await expect_probe_answered(station)
    with step("The CSMS knows one transaction"):
        await tx.check_recorded(events=None if sut.ocpp == "1.6" else [0])


@case(
    "X_NET_02_CSMS",
    ocpp=ALL,
    sut="csms",
    title="Connection lost right after the answer to a transaction's start",
    disruptive=True,
)
async def test_csms_keeps_the_transaction(station, sut):
    """A CSMS that forgets a transaction with its connection cannot bill it."""
    await given(booted, station, sut)
    tx = Transaction(station, sut)
    with step("A transaction starts, is answered, and the connection is lost"):
        await tx.begin()
        station.drop()
    with step("The station comes back, without a boot, and it has a verdict on an unknown token"):
        await back_again(station)
        await expect_verdict_on_unknown_token(station, sut)
    with step("The transaction ends"):
        answer = await tx.tell("Ended")
        check("OCPP-J 4.2.2", answer.error is None, expected="answered", received=answer.error or dict(answer))
        await tx.check_recorded(events=None if sut.ocpp == "1.6" else [0, 1])


DEAD = {
    "no byte passes": drop_silently,
    "it stops reading": lambda station: station.connection.pause_reading(),
    "it half-closes": lambda station: station.connection.half_close(),
}


@case(
    "X_NET_03_CSMS",
    ocpp=ALL,
    sut="csms",
    title="A dead link, and the station comes back on a new one",
    disruptive=True,
)
@pytest.mark.parametrize("how", list(DEAD))
async def test_csms_uses_the_new_link(station, sut, how):
    """A CSMS that goes on talking to a dead connection cannot reach a station that is there."""
    await given(booted, station, sut)
    action, wish = setting_request(sut.ocpp, "HeartbeatInterval")
    first = len(station.connections)
    with step(f"The link goes dead ({how}), the CSMS is to send something, and the station connects anew"):
        old = station.connection
        DEAD[how](station)
        if how == "it half-closes":  # that is an end of which the CSMS hears; the others show in what it sends
            await back_again(station)
        else:
            request_unheard(sut, action, wish)
            refusal, _ = await station.try_connection(asking=probe_request(station))
            # the old connection seems open to it, and of a second one the standard says nothing
            received = refusal or "connection accepted"
            check("OCPP-J second connection", not refusal, expected="connection accepted", received=received)
            if refusal:
                old.abort()
                await back_again(station)
        await expect_probe_answered(station)
    with step("What the CSMS sends now comes on the new connection"):
        mine = setting_asked(sut.ocpp, "HeartbeatInterval")
        came = await requested_if(station, sut, action, wish, within=station.timing.long, matching=mine)
        there = came is not None and came.connection >= first
        # a connection that was ended is gone; one that is only silent the CSMS may take for alive until a ping tells
        requirement = "operator request" if how == "it half-closes" else "OCPP-J second connection"
        received = "as expected" if there else "on the old one" if came else "it did not come"
        check(requirement, there, expected=f"{action} on the new connection", received=received)
    station.close_older_connections()
