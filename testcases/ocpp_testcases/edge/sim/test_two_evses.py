"""Two starts at the same instant: at two EVSEs, for one token or for two, and at one EVSE."""

from contextlib import nullcontext, suppress

import pytest
from ocpp_proof import ALL, Inconclusive, by_version, case, check, check_fields, given, not_judged, step

from ocpp_testcases.edge.states.concurrent_calls import second_evse
from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.remote_start import RemotelyStartedSession
from ocpp_testcases.edge.states.shown_sessions import sessions_shown

AT_ONCE = "remote starts at once"


async def both_charge(csms, sut, sessions):
    """Both EVSEs are asked to start, the second as soon as the first has promised; each tells of its own session."""
    with step("The CSMS starts a transaction at each of them, one right behind the other"):
        answers = [await tx.request_start() for tx in sessions]
        if {answer.error or answer.status for answer in answers} == {"Rejected"}:
            raise Inconclusive("the station does not start transactions remotely now: Rejected")
        refused = [answer.error or dict(answer) for answer in answers if answer.status != "Accepted"]
        check(AT_ONCE, not refused, expected="both Accepted", received=refused or "as expected")
        sessions = [tx for tx, answer in zip(sessions, answers, strict=True) if answer.status == "Accepted"]
    with step("The station tells of each, where it takes place and for whom, under ids of their own"):
        for tx in sessions:
            await tx.expect_started()
        ids = [tx.id for tx in sessions]
        if sut.ocpp != "1.6":  # in 1.6 they come from the Central System
            check("E01.FR.08", len(set(ids)) == len(ids), expected="an id for each", received=ids)
    return sessions


async def end_each(csms, sessions):
    """The CSMS stops one, and the others go on; then the others."""
    await csms.wait_until_quiet()
    while sessions:
        tx, *sessions = sessions
        with step(
            f"The CSMS stops the transaction {tx.id}: it stops" + (", and the other goes on" if sessions else "")
        ):
            answer = await tx.request_stop()
            requirement = by_version({"1.6": "1.6 §5.12", "2": "F03.FR.07"})
            check(requirement, answer.status == "Accepted", expected="Accepted", received=answer.error or dict(answer))
            await tx.stopped()
            await csms.wait_until_quiet()
            if sessions:
                going = not any(other.has_ended for other in sessions)
                check("station place", going, expected="no end of the other", received="none" if going else "its end")
    await expect_probe_answered(csms)


@case("X_SIM_04_CS", ocpp=ALL, sut="station", title="Remote starts at two EVSEs at the same instant")
async def test_two_evses(csms, sut):
    """Two drivers press start in the same app at the same time: each has to charge at the own cable."""
    await given(sessions_shown, csms, sut)
    other = await second_evse(csms, sut)
    sessions = [
        RemotelyStartedSession(csms, sut, sut.tokens.valid),
        RemotelyStartedSession(csms, other, sut.tokens.second),
    ]
    for tx in sessions:
        await given(tx.plug_in)
    await end_each(csms, await both_charge(csms, sut, sessions))


@case("X_SIM_05_CS", ocpp=ALL, sut="station", title="One token at two EVSEs")
async def test_one_token_twice(csms, sut):
    """A driver with two cars: what the station knows by the token alone becomes one session, or a wrong bill."""
    await given(sessions_shown, csms, sut)
    other = await second_evse(csms, sut)
    sessions = [RemotelyStartedSession(csms, place, sut.tokens.valid) for place in (sut, other)]
    for tx in sessions:
        await given(tx.plug_in)
    charging = await both_charge(csms, sut, sessions)
    if len(charging) < len(sessions):
        not_judged("station place", because="the station lets one token charge at one EVSE only")
    await end_each(csms, charging)


@case("X_SIM_11_CS", ocpp=ALL, sut="station", title="Two remote starts at one EVSE")
@pytest.mark.parametrize("when", ["right behind the first", "before the start is answered"])
async def test_two_starts(csms, sut, when):
    """Two drivers claim the same cable; one of them charges, and only one of them pays."""
    await given(sessions_shown, csms, sut)
    first, second = (RemotelyStartedSession(csms, sut, token) for token in (sut.tokens.valid, sut.tokens.second))
    known = when != "right behind the first"
    await given(first.plug_in)
    with csms.holding(first.start_action) if known else nullcontext():
        with step("The CSMS starts a transaction"):
            await first.have_started()
            if known:
                await first.expect_started(authorized=False)
        with step(f"It starts another one for another token at the same EVSE, {when}"):
            again = await second.request_start()
            if known:
                requirement = by_version({"1.6": "1.6 §5.11 reject", "2": "F01.FR.24"})
                check_fields(requirement, again, {"status": "Rejected"})
    with step("There is one transaction, and it can be stopped"):
        with suppress(TimeoutError):
            await csms.wait_until(lambda: csms.received(first.start_action), csms.timing.event, "a transaction")
        await csms.wait_until_quiet()
        if first.v16:
            starts = csms.received("StartTransaction", connectorId=sut.connectorId)
            ids = sorted({m.answer["transactionId"] for m in starts})
        else:
            ids = sorted({m.at("transactionInfo.transactionId") for m in csms.received("TransactionEvent")})
        check("one at an EVSE", len(ids) == 1, expected="one transaction", received=ids)
        for tx in (first, second):
            tx.find()
    await end_each(csms, [tx for tx in (first, second) if tx.id is not None])
