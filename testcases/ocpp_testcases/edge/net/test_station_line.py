"""A station on a bad line: late answers, bytes one by one, pings that nobody answers, a CSMS that refuses it."""

import asyncio
import json

import pytest
from ocpp_proof import ALL, NotApplicable, case, check, given, not_judged, on_undo, step
from ocpp_proof.net.outcome import Refuse
from ocpp_proof.roles.answers import ReplyError, Silence
from ocpp_proof.states import configuration16, variables2
from ocpp_proof.states.account import DELIVERY, Account, authorized_first, charging
from ocpp_proof.states.anyversion import Started, quick_pings, still_answers, transaction_message
from ocpp_proof.states.network import pinged, pongs, spoil, spoiled_line

LOST = "OCPP-J reconnect"
EXACT = 0.9
"""How much of a duration has to have passed on this side's clock."""
ATTEMPTS = "TransactionMessageAttempts", "OCPPCommCtrlr.MessageAttempts/TransactionEvent"
RETRY_INTERVAL = "TransactionMessageRetryInterval", "OCPPCommCtrlr.MessageAttemptInterval/TransactionEvent"
BACK_OFF = "OCPPCommCtrlr.RetryBackOff"


async def configured(csms, sut, names, value):
    """The station is configured as the case needs it; not applicable where it cannot be"""
    name = names[sut.ocpp != "1.6"]
    if sut.ocpp == "1.6":
        if await configuration16.get_configuration(csms, name) is None:
            raise NotApplicable(f"the charge point does not have the key {name}")
        await configuration16.configured(csms, {name: str(value)})
        return
    if await variables2.get_variable(csms, name) is None:
        raise NotApplicable(f"the station does not have {name}")
    await variables2.configured(csms, {name: str(value)}, if_implemented=True)


@case("X_NET_09_CS", ocpp=ALL, sut="station", title="The CSMS fails to process a transaction message", disruptive=True)
async def test_failed_message(csms, sut):
    """A CSMS that stumbles once must not cost the transaction, and one that never recovers not all that follow."""
    v16, interval = sut.ocpp == "1.6", sut.short_interval
    await given(configured, csms, sut, ATTEMPTS, 2)
    await given(configured, csms, sut, RETRY_INTERVAL, interval)
    start, started_with = transaction_message(sut.ocpp)
    stop, ended_with = transaction_message(sut.ocpp, ended=True)
    csms.answer(start, ReplyError("InternalError"), where=started_with)
    session = Started(csms, sut)
    with step("A transaction starts, and its start is answered with a CALLERROR"):
        await authorized_first(csms, session)
        first = await csms.expect(start, **started_with)
    with step("It is sent again after the retry interval"):
        again = await csms.expect(
            start,
            requirement="1.6 §3.7.1 skip" if v16 else "E13.FR.02",
            within=interval + csms.timing.event,
            **started_with,
        )
        waited = again.received - first.received
        check(
            "1.6 §3.7.1 wait" if v16 else "E13.FR.03",
            waited >= EXACT * interval,
            expected=f"after {interval} s",
            received=f"after {waited:.2f} s",
        )
    with step("That was the last attempt: it is given up, and what follows is told"):
        await session.stop()
        end = await csms.seen(stop, within=csms.timing.event, **ended_with)
        requirement = "1.6 §3.7.1 discard" if v16 else "E13.FR.04"
        check(requirement, end is not None, expected=f"{stop} {ended_with}", received="it came" if end else "nothing")
        starts = len(csms.received(start, **started_with))
        check(requirement, starts == 2, expected="two attempts", received=f"{starts} attempts")
    await still_answers(csms)


@case("X_NET_10_CS", ocpp=ALL, sut="station", title="The answer to an earlier CALL comes late", disruptive=True)
@pytest.mark.parametrize("where", ["on the next connection", "after the time-out"])
async def test_late_answer(csms, sut, where):
    """A station that takes a late answer for that to its present CALL stops a driver whom nobody refused."""
    interval, timed_out = sut.short_interval, where == "after the time-out"
    if timed_out:
        if sut.ocpp == "1.6":
            raise NotApplicable("OCPP 1.6 has no key for the time after which a CALL counts as not answered")
        await given(configured, csms, sut, ("", "OCPPCommCtrlr.MessageTimeout/Default"), interval)
        await given(configured, csms, sut, RETRY_INTERVAL, interval)
        number = len(csms.connections)
        await csms.close()  # a new time-out may count from the next connection on
        await csms.connected_again(connections=number)
        await csms.settled()
        csms.rules.call_timeout = EXACT * interval

        async def usual():
            csms.rules.call_timeout = csms.timing.message

        on_undo("A CALL counts as given up after the usual time", usual)
    start, fields = transaction_message(sut.ocpp)
    stop, ended_with = transaction_message(sut.ocpp, ended=True)
    session, number = Started(csms, sut), len(csms.connections)
    csms.answer(start, Silence(), where=fields, times=1)
    with step(f"A transaction starts, and its start is not answered {'in time' if timed_out else ''}".strip()):
        await authorized_first(csms, session)
        first = await csms.expect(start, **fields)
    refused = {"status": "Invalid"}
    late = {"transactionId": sut.number(), "idTagInfo": refused} if sut.ocpp == "1.6" else {"idTokenInfo": refused}
    with step("The station sends it again; then comes an answer to the first"), csms.holding(start):
        if not timed_out:
            csms.drop()
            await csms.connected_again(connections=number, requirement=LOST)
        again = await csms.expect(start, requirement=DELIVERY, within=2 * interval + csms.timing.long, **fields)
        if again.message_id == first.message_id:
            not_judged("OCPP-J late answer", because="the message is repeated with its message id: any answer fits")
        else:
            csms.raw(json.dumps([3, first.message_id, late]))
            await still_answers(csms)
    with step("The start is answered as it should be, and the transaction goes on"):
        await csms.expect_none(stop, requirement="OCPP-J late answer", **ended_with)
        if sut.ocpp != "1.6":
            await csms.expect_none(start, requirement="OCPP-J late answer", triggerReason="Deauthorized")
    with step("The driver stops"):
        await session.stop()
        end = await csms.expect(stop, requirement=DELIVERY, **ended_with)
        if sut.ocpp == "1.6":
            number = (again.answer or {}).get("transactionId")
            check("OCPP-J late answer", end.transactionId == number, expected=number, received=end.transactionId)
        csms.forgive()


@case("X_NET_11_CS", ocpp=ALL, sut="station", title="Bytes come one by one, or slowly", disruptive=True)
@pytest.mark.parametrize("how", ["one byte at a time", "1 kB/s"])
async def test_bytes(csms, sut, how):
    """A station that takes what one read gives it for a message falls silent in the first bad radio cell."""
    session, account = Started(csms, sut), Account(csms, sut)
    start, fields = transaction_message(sut.ocpp)
    async with spoiled_line(csms) as proxy:
        with step(f"From now on what passes comes so: {how}"):
            spoil(proxy, how)
            if how == "one byte at a time":
                number = len(csms.connections)
                csms.drop()
                await csms.connected_again(connections=number, requirement="OCPP-J stream")
            await still_answers(csms, requirement="OCPP-J stream")
        with step("A transaction starts"):
            await authorized_first(csms, session)
            await csms.expect(start, requirement="OCPP-J stream", within=csms.timing.long, **fields)
            spoil(proxy, "")
        with step("It stops"):
            await session.stop()
            action, fields = transaction_message(sut.ocpp, ended=True)
            await csms.expect(action, requirement=DELIVERY, **fields)
            await account.heard()
    account.check()


async def ping_interval(csms, sut):
    """The seconds between two pings of the station, as few as it can be told; not applicable where it sends none"""
    await quick_pings(csms, sut)
    name = "WebSocketPingInterval"
    if sut.ocpp == "1.6":
        value = await configuration16.get_configuration(csms, name)
    else:
        value = await variables2.get_variable(csms, f"OCPPCommCtrlr.{name}")
    if not (value or "").isdecimal() or not 0 < int(value) <= csms.timing.long:
        raise NotApplicable(f"{name} is {value!r}, and the station does not take {sut.short_interval}")
    return int(value)


@case("X_NET_12_CS", ocpp=ALL, sut="station", title="The station's pings are not answered", disruptive=True)
async def test_pong_missing(csms, sut):
    """A connection over which nothing comes back any more is dead, and only pings tell."""
    interval = await given(ping_interval, csms, sut)
    session, _ = await given(charging, csms, sut)
    with step("The station pings"):
        came = await pinged(csms, 2 * interval + csms.timing.message)
        check(
            "OCPP-J ping interval", came, expected=f"a ping every {interval} s", received="it came" if came else "none"
        )
    number, endpoint = len(csms.connections), csms.connection
    with step("Its pings are no longer answered: it opens a new connection"):
        endpoint.auto_pong = False
        try:
            patience = 3 * interval + csms.timing.event
            await csms.until(lambda: len(csms.connections) > number, patience, "the station to find out")
        except TimeoutError:
            endpoint.auto_pong = True
        noticed = len(csms.connections) > number
        check("OCPP-J missed pong", noticed, expected="a new connection", received="it came" if noticed else "none")
    with step("The transaction goes on and is told to its end"):
        await session.stop()
        action, fields = transaction_message(sut.ocpp, ended=True)
        await csms.expect(action, requirement=DELIVERY, within=csms.timing.long, **fields)
        await still_answers(csms)


@case("X_NET_13_CS", ocpp=ALL, sut="station", title="The CSMS refuses the station for a while", disruptive=True)
@pytest.mark.parametrize("status", [401, 404, 503])
async def test_refused(csms, sut, status):
    """A station that gives up on a CSMS in maintenance stands dark; one that never pauses keeps it from coming back."""
    times, number, last = [], len(csms.connections), len(csms.handshakes)

    def judge(_):
        times.append(asyncio.get_running_loop().time())
        return Refuse(status, reason="not now") if len(times) <= 3 else None

    with (
        step(f"The connection is lost, and the station is refused with HTTP {status} three times"),
        csms.admitting(judge),
    ):
        csms.drop()
        for attempt in range(3):
            await csms.attempted(since=last + attempt, requirement=LOST)
        took = times[2] - times[0]
        check(
            "OCPP-J hammering",
            took >= 0.2,
            expected="not more than ten attempts in a second",
            received=f"three within {took:.2f} s",
        )
    with step("It goes on trying, and is let in"):
        await csms.connected_again(connections=number, requirement=LOST)
        await csms.settled()
        await still_answers(csms)


@case("X_NET_14_CS", ocpp=("2.0.1", "2.1"), sut="station", title="The back-off grows, and begins anew", disruptive=True)
async def test_back_off(csms, sut):
    """After an outage every station comes back; only their back-off keeps the CSMS on its feet."""
    least = sut.short_interval
    for name, value in (("WaitMinimum", least), ("RandomRange", 0), ("RepeatTimes", 1)):
        await given(configured, csms, sut, ("", f"{BACK_OFF}{name}"), value)
    loop, times = asyncio.get_running_loop(), []

    def judge(_):
        times.append(loop.time())
        return Refuse(503, reason="not now") if len(times) == 1 else None

    async def lost():
        begin, number = loop.time(), len(csms.connections)
        csms.drop()
        await csms.connected_again(connections=number, requirement=LOST)
        return begin

    def judged(requirement, begin, end, expected):
        right = EXACT * expected <= end - begin < EXACT * (expected + least)
        check(requirement, right, expected=f"about {expected} s", received=f"{end - begin:.2f} s")

    with csms.admitting(judge):
        with step("The connection is lost, and the first attempt refused"):
            begin = await lost()
            judged("OCPP-J back-off", begin, times[0], least)
            judged("OCPP-J back-off", times[0], times[1], 2 * least)
        with step("The connection is lost once more"):
            begin = await lost()
            judged("OCPP-J back-off reset", begin, times[2], least)
    await still_answers(csms)


@case("X_NET_15_CS", ocpp=ALL, sut="station", title="Pings of the CSMS while charging", disruptive=True)
async def test_ping_of_the_csms(csms, sut):
    """A CSMS hangs up on a station that does not answer its pings: while charging, of all times."""
    with step("A transaction runs, and the CSMS pings"):
        session, _ = await charging(csms, sut)
        for data in (b"", sut.text(125).encode()):
            answered = await pongs(csms, data)
            check(
                "RFC 6455 5.5.2", answered, expected=f"a pong with {data!r}", received="it came" if answered else "none"
            )
    action, _ = transaction_message(sut.ocpp, ended=True)
    with step("The CSMS pings while a CALL of the station waits for its answer"), csms.holding(action) as held:
        await session.stop()
        await csms.until(lambda: held.messages, csms.timing.event, action)
        answered = await pongs(csms, b"waiting")
        check("RFC 6455 5.5.2", answered, expected="a pong", received="it came" if answered else "none")
    await still_answers(csms)
