"""A CSMS whose stations are on bad lines: twice at once, a hundred times, byte by byte."""

import pytest
from ocpp_proof import ALL, case, check, given, not_judged, step

from ocpp_testcases.common.clock import now
from ocpp_testcases.edge.states.boot import booted
from ocpp_testcases.edge.states.network_faults import (
    ENDINGS,
    answers_ping,
    back_again,
    disturb_traffic,
    disturbed_csms_connection,
    end_connection,
    recorded_texts,
)
from ocpp_testcases.edge.states.operator import requested, requested_if
from ocpp_testcases.edge.states.probe import expect_probe_answered, probe_request
from ocpp_testcases.edge.states.transaction_messages import (
    Transaction,
    expect_verdict_on_unknown_token,
    operator_request,
)


@case("X_NET_07_CSMS", ocpp=ALL, sut="csms", title="The same identity connects twice", disruptive=True)
async def test_twice(station, sut):
    """A station notices before its CSMS that a connection is lost: who refuses the new one locks it out for minutes."""
    await given(booted, station, sut)
    old = station.connection
    with step("The station connects once more while its first connection is open"):
        refusal, _ = await station.try_connection(asking=probe_request(station))
        check(
            "OCPP-J second connection",
            not refusal,
            expected="connection accepted",
            received=refusal or "connection accepted",
        )
    if refusal:
        with step("When its first connection is gone it is let in"):
            old.abort()
            await back_again(station)
            await expect_probe_answered(station)
        station.close_older_connections()
        return
    new = station.connection
    with step("It sends a CALL on the old connection and one on the new: no answer comes on the other one"):
        said = recorded_texts(new)
        crossed = ""
        if old.is_open:
            crossed = station.send_unanswered("Heartbeat", {}, on=old)
        await expect_probe_answered(station)
        await expect_probe_answered(station)
        wrong = [text for text in said if crossed and crossed in text]
        if crossed:
            check(
                "OCPP-J own connection",
                not wrong,
                expected="no answer to the CALL of the old one",
                received=wrong or "none",
            )
        else:
            not_judged("OCPP-J own connection", because="the CSMS closed the old connection: nothing came on it")
    with step("The operator reaches it on the new connection"):
        action, wish = operator_request(sut, "remote start")
        station.answer(action, status="Rejected")  # nothing is to start
        came = await requested_if(station, sut, action, wish, within=station.timing.event)
        there = came is not None and came.connection == len(station.connections) - 1
        received = "as expected" if there else "on the old one" if came else "it did not come"
        check("OCPP-J second connection", there, expected=f"{action} on the new connection", received=received)
    station.close_older_connections()


@case(
    "X_NET_08_CSMS",
    ocpp=ALL,
    sut="csms",
    title="A hundred reconnections in a row",
    disruptive=True,
    connections=100,
)
async def test_many_reconnections(station, sut):
    """A CSMS that keeps something of every connection that is gone runs full in a week of bad radio."""
    await given(booted, station, sut)
    tx = Transaction(station, sut)
    await given(tx.begin)
    with step("The station loses its connection a hundred times, in different ways, and connects again"):
        for turn in range(100):
            end_connection(station, ENDINGS[turn % len(ENDINGS)])
            await back_again(station)
    with step("The CSMS answers, still knows whom to refuse, and takes the end of the transaction"):
        await expect_probe_answered(station)
        await expect_verdict_on_unknown_token(station, sut)
        answer = await tx.tell("Ended")
        check("OCPP-J 4.2.2", answer.error is None, expected="answered", received=answer.error or dict(answer))
        await tx.check_recorded(events=None if sut.ocpp == "1.6" else [0, 1])
    station.close_older_connections()


@case("X_NET_10_CSMS", ocpp=ALL, sut="csms", title="Bytes come one by one, or slowly", disruptive=True)
@pytest.mark.parametrize("how", ["one byte at a time", "1 kB/s"])
async def test_bytes(station, sut, how):
    """A CSMS that takes what one read gives it for a message loses every station in a bad radio cell."""
    await given(booted, station, sut)
    async with disturbed_csms_connection(station) as proxy:
        with step(f"The station connects over a line on which what passes comes so: {how}"):
            if how == "one byte at a time":
                disturb_traffic(proxy, "in segments of one byte" if sut.security_profile >= 2 else how)
            await station.connect(requirement="OCPP-J stream")
            disturb_traffic(proxy, how)
            await expect_probe_answered(station, requirement="OCPP-J stream")
            await expect_verdict_on_unknown_token(station, sut, requirement="OCPP-J stream")
        with step("A transaction starts, and ends"):
            tx = Transaction(station, sut)
            await tx.begin()
            answer = await tx.tell("Ended")
            check("OCPP-J stream", answer.error is None, expected="answered", received=answer.error or dict(answer))
        await tx.check_recorded()
    await back_again(station)
    await expect_probe_answered(station)


@case("X_NET_11_CSMS", ocpp=ALL, sut="csms", title="Pings of the station", disruptive=True)
async def test_ping_of_the_station(station, sut):
    """A station whose pings are not answered takes its connection for dead, again and again."""
    await given(booted, station, sut)
    with step("The station pings"):
        for data in (b"", sut.text(125).encode()):
            answered = await answers_ping(station, data)
            check(
                "RFC 6455 5.5.2",
                answered,
                expected=f"a pong with {data!r}",
                received="it was received" if answered else "none",
            )
    action, wish = operator_request(sut, "remote start")
    station.answer(action, status="Rejected")  # nothing is to start
    with step("The station pings while the CSMS waits for an answer"), station.holding(action):
        await requested(station, sut, action, wish)
        answered = await answers_ping(station, now().encode())
        check("RFC 6455 5.5.2", answered, expected="a pong", received="it was received" if answered else "none")
    await expect_probe_answered(station)
