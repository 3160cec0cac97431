"""A station whose CSMS fails to process what it is told, or answers too late."""

import json
from contextlib import suppress

import pytest
from ocpp_proof import ALL, NotApplicable, by_version, case, check, given, not_judged, on_undo, step
from ocpp_proof.roles.answers import ReplyError, Silence

from ocpp_testcases.common.clock import EARLY
from ocpp_testcases.edge.states.charging_session import StartedSession, transaction_message
from ocpp_testcases.edge.states.network_faults import LOST
from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.shown_sessions import sessions_shown
from ocpp_testcases.edge.states.station_settings import ATTEMPTS, RETRY_INTERVAL, answer_timeout, configured, retrying
from ocpp_testcases.edge.states.transaction_log import ACTIONS, DELIVERY, authorized_before_plug_in, end_message

LATE, MIXED_UP = "OCPP-J late answer", "OCPP-J answer mixed up"


def is_next(message, before):
    """Whether a transaction message is another one than this, and not this one sent again."""
    if message.action not in ACTIONS:
        return False
    if before.action == "TransactionEvent":
        return message.seqNo != before.seqNo
    return message.action != before.action or message.timestamp != before.timestamp


def further(csms, before):
    """What was told of the transaction after this message."""
    return [m for m in csms.inbox if m.index > before.index and is_next(m, before)]


@case("X_NET_09_CS", ocpp=ALL, sut="station", title="The CSMS fails to process a transaction message", disruptive=True)
async def test_failed_message(csms, sut):
    """A CSMS that stumbles once must not cost the transaction, and one that never recovers not all that follow."""
    await given(sessions_shown, csms, sut)
    interval = sut.short_interval
    await given(configured, csms, sut, ATTEMPTS, 2)
    await given(configured, csms, sut, RETRY_INTERVAL, interval)
    start, started_with = transaction_message(sut.ocpp)
    stop, ended_with = transaction_message(sut.ocpp, ended=True)
    failing = csms.answer(start, ReplyError("InternalError"), where=started_with)
    session = StartedSession(csms, sut)

    async def drained():
        csms.remove(failing)
        await csms.expect_optional(stop, within=csms.timing.long, **ended_with)

    with step("A transaction starts, and its start is answered with a CALLERROR"):
        await authorized_before_plug_in(csms, session)
        first = await csms.expect(start, requirement="session reported", **started_with)
    with step("It is sent again after the retry interval"):
        again = await csms.expect(
            start,
            requirement=by_version({"1.6": "1.6 §3.7.1 skip", "2": "E13.FR.02"}),
            within=interval + csms.timing.event,
            **started_with,
        )
        waited = again.received - first.received
        check(
            by_version({"1.6": "1.6 §3.7.1 wait", "2": "E13.FR.03"}),
            waited >= EARLY * interval,
            expected=f"after {interval} s",
            received=f"after {waited:.2f} s",
        )
    with step("That was the last attempt: it is given up, and what follows is told"):
        await session.stop()
        end = await csms.expect_optional(stop, within=csms.timing.event, **ended_with)
        if end is None:
            on_undo("Let the station say what is left", drained)
        requirement = by_version({"1.6": "1.6 §3.7.1 discard", "2": "E13.FR.04"})
        check(
            requirement,
            end is not None,
            expected=f"{stop} {ended_with}",
            received="it was received" if end else "nothing",
        )
        if sut.ocpp == "1.6" and end is not None:
            nobody = end.transactionId == -1
            check("1.6 §4.8 no id", nobody, expected="transactionId -1: none was given", received=end.transactionId)
        starts = len(csms.received(start, **started_with))
        check(requirement, starts == 2, expected="two attempts", received=f"{starts} attempts")
    await expect_probe_answered(csms)


@case("X_NET_10_CS", ocpp=ALL, sut="station", title="The answer to an earlier CALL comes late", disruptive=True)
@pytest.mark.parametrize("where", ["on the next connection", "after the time-out"])
async def test_late_answer(csms, sut, where):
    """A station that takes a late answer for that to its present CALL stops a driver whom nobody refused."""
    await given(sessions_shown, csms, sut)
    timed_out, timeout = where == "after the time-out", 0
    interval = await given(retrying, csms, sut)
    if timed_out:
        if sut.ocpp == "1.6":
            raise NotApplicable("OCPP 1.6 has no key for the time after which a CALL counts as not answered")
        timeout = await given(answer_timeout, csms, sut)
        number = len(csms.connections)
        await csms.close()  # a new time-out may count from the next connection on
        await csms.expect_reconnected(connections=number, requirement="OCPP-J reconnect")
        await csms.wait_until_quiet()
        csms.rules.call_timeout = EARLY * timeout

        async def usual():
            csms.rules.call_timeout = csms.timing.message

        on_undo("A CALL counts as given up after the usual time", usual)
    start, fields = transaction_message(sut.ocpp)
    stop, ended_with = transaction_message(sut.ocpp, ended=True)
    session, number = StartedSession(csms, sut), len(csms.connections)
    csms.answer(start, Silence(), where=fields, times=1)
    with step(f"A transaction starts, and its start is not answered {'in time' if timed_out else ''}".strip()):
        await authorized_before_plug_in(csms, session)
        first = await csms.expect(start, requirement="session reported", **fields)
    if sut.ocpp != "1.6":
        stop, ended_with = end_message(first)
    refused = {"status": "Invalid"}
    late = {"transactionId": sut.number(), "idTagInfo": refused} if sut.ocpp == "1.6" else {"idTokenInfo": refused}
    with step("The station sends it again; then comes an answer to the first"), csms.holding(start):
        if not timed_out:
            csms.drop()
            await csms.expect_reconnected(connections=number, requirement=LOST)
        requirement = by_version({"1.6": DELIVERY, "2": "E13.FR.02"})
        again = await csms.expect(
            start, requirement=requirement, within=2 * interval + timeout + csms.timing.long, **fields
        )
        same_id = again.message_id == first.message_id
        if same_id:
            not_judged(LATE, because="the message is repeated with its message id: any answer fits")
        else:
            csms.raw(json.dumps([3, first.message_id, late]))
            await expect_probe_answered(csms)
            # while the repeated message waits nothing else may be told: whoever goes on took the answer for its own
            with suppress(TimeoutError):
                await csms.wait_until(lambda: further(csms, again), csms.timing.quiet, "what follows")
            went_on = further(csms, again)
            received = [(m.action, dict(m.payload)) for m in went_on] or "as expected"
            check(MIXED_UP, not went_on, expected="the station waits for its answer", received=received)
    if same_id:
        return
    with step("The start is answered as it should be, and the transaction goes on"):
        patience = max(csms.timing.quiet, sut.short_interval)
        await csms.expect_none(stop, requirement=LATE, within=patience, **ended_with)
        if sut.ocpp != "1.6":
            told = csms.received(start, triggerReason="Deauthorized")
            received = [dict(m.payload) for m in told] or "none"
            check(LATE, not told, expected="no Deauthorized", received=received)
    if csms.received(stop, **ended_with):
        return  # there is nothing left to stop
    with step("The driver stops"):
        await session.stop()
        end = await csms.expect(stop, requirement=DELIVERY, **ended_with)
        if sut.ocpp == "1.6":
            told = [m for m in csms.inbox if m.action == start and m.timestamp == again.timestamp]  # sent again, too
            numbers = {m.answer["transactionId"] for m in told if m.answer}
            # an id that neither answer gave is that of another transaction: the end of this one is lost
            requirement = LATE if end.transactionId == late["transactionId"] else DELIVERY
            check(requirement, end.transactionId in numbers, expected=sorted(numbers), received=end.transactionId)
        csms.discard_findings()
