"""A CSMS with several things going on: one token twice, an end that crosses a request, two stations that look alike."""

import asyncio
from contextlib import ExitStack
from functools import partial

import pytest
from ocpp_proof import ALL, CannotTell, NotApplicable, by_version, case, check, check_fields, given, step
from ocpp_proof.ocppj.frames import Call, encode
from ocpp_proof.roles.answers import ANY
from ocpp_proof.roles.message import Answer

from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.edge.states.boot import booted
from ocpp_testcases.edge.states.charging_session import token_payload
from ocpp_testcases.edge.states.concurrent_calls import at_other_evse, setting_asked, setting_request
from ocpp_testcases.edge.states.operator import requested, requested_if
from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.rpc_probes import expect_reply_to
from ocpp_testcases.edge.states.station_fleet import second_station, sut_of_station
from ocpp_testcases.edge.states.transaction_messages import (
    Transaction,
    everybody_may_charge,
    token_known,
    token_status,
)

STATE = "station state"
END = "end recorded"
TEXT, CONTINUATION = 1, 0
LIMIT = 8.0
"""What the operator limits a transaction to, by which the profile is known."""
BEGINNING = b'[2,"'
"""With what every CALL begins."""


async def recorded(sut, id, requirement=STATE, **fields):
    """Judge what the CSMS wrote down of a transaction, in the fields that it tells.

    Nothing else shows that: raises CannotTell where the CSMS' API cannot say, and the case is INCONCLUSIVE.
    """
    try:
        found = await sut.transaction(
            id, when=lambda entry: bool(entry) and all(entry.get(n, v) == v for n, v in fields.items())
        )
    except CannotTell as cannot:
        raise CannotTell(f"what the CSMS recorded is what this case is about: {cannot}") from None
    right = bool(found) and all(found.get(name, value) == value for name, value in fields.items())
    check(requirement, right, expected=f"transaction {id} of {sut.identity}: {fields}", received=found)


@case("X_SIM_04_CSMS", ocpp=ALL, sut="csms", title="One token charges at two EVSEs")
async def test_one_token_twice(station, sut):
    """A driver with two cars gets two bills or a refusal; not one bill with the energy of both."""
    await given(booted, station, sut)
    sessions = [Transaction(station, place) for place in (sut, at_other_evse(sut))]
    place = "connectorId" if sut.ocpp == "1.6" else "evseId"
    with step("The token starts a transaction at one EVSE"):
        await sessions[0].begin()
    with step("It starts another one at the other EVSE: accepted, or refused as being in use"):
        answer = await sessions[1].tell("Started")
        status = token_status(answer)
        check("OCPP-J 4.2.2", answer.error is None, expected="an answer", received=answer.error or dict(answer))
        fits = answer.error is None and status in (None, "Accepted", "ConcurrentTx")
        check("one token twice", fits, expected="Accepted or ConcurrentTx", received=answer.error or dict(answer))
        if sut.ocpp == "1.6":
            apart = sessions[1].id != sessions[0].id
            check("1.6 one id", apart, expected=f"another id than {sessions[0].id}", received=dict(answer))
    taken = answer.error is None and status in (None, "Accepted")
    charging = sessions if taken else sessions[:1]  # a start that was refused is no session
    await expect_probe_answered(station)
    with step("What charges is recorded, each where it takes place"):
        for tx in charging:
            await tx.tell("Updated")
            await recorded(tx.sut, tx.id, active=True, **{place: getattr(tx.sut, place)})
    with step("The end of one is not the end of the other"):
        await sessions[0].tell("Ended")
        await recorded(sut, sessions[0].id, active=False)
        for tx in charging[1:]:
            await recorded(sut, tx.id, active=True)
    await expect_probe_answered(station)


def about(sut, tx, what):
    """What the operator wants to be done about a transaction."""
    if what == "remote stop":
        return ("RemoteStopTransaction" if sut.ocpp == "1.6" else "RequestStopTransaction"), {"transactionId": tx.id}
    if not sut.claims("Smart Charging"):
        raise NotApplicable("the CSMS does not claim smart charging")
    unit = str(sut.value("charging_rate_unit", "A"))
    schedule = {"chargingRateUnit": unit, "chargingSchedulePeriod": [{"startPeriod": 0, "limit": LIMIT}]}
    common = {"stackLevel": 0, "chargingProfilePurpose": "TxProfile", "chargingProfileKind": "Relative"}
    common["transactionId"] = tx.id
    if sut.ocpp == "1.6":
        profile = {"chargingProfileId": sut.number(), **common, "chargingSchedule": schedule}
        return "SetChargingProfile", {"connectorId": sut.connectorId, "csChargingProfiles": profile}
    profile = {"id": sut.number(), **common, "chargingSchedule": [{"id": 1, **schedule}]}
    return "SetChargingProfile", {"evseId": sut.evseId, "chargingProfile": profile}


def mine(what, ocpp):
    """By what the request is told from those that a CSMS sends by itself: a load manager may limit each transaction."""
    if what == "remote stop":
        return {}
    return {"csChargingProfiles" if ocpp == "1.6" else "chargingProfile": lambda profile: LIMIT in limits_in(profile)}


def limits_in(value):
    """Every limit that a profile names, also one that breaks its schema."""
    if isinstance(value, dict):
        return [limit for name, part in value.items() for limit in ([part] if name == "limit" else limits_in(part))]
    return [limit for part in value for limit in limits_in(part)] if isinstance(value, list) else []


STOP = {"1.6": "1.6 §5.12", "2": "F03.FR.01"}


@case("X_SIM_05_CSMS", ocpp=ALL, sut="csms", title="A transaction ends while the CSMS asks for something about it")
@pytest.mark.parametrize("what", ["remote stop", "charging profile"])
async def test_end_crosses_request(station, sut, what):
    """The driver unplugs while the operator presses stop: who waits for its own stop only never bills the session."""
    await given(booted, station, sut)
    tx = Transaction(station, sut)
    await given(tx.begin)
    action, wish = about(sut, tx, what)
    station.answer(action, status="Rejected")
    sentence = f"The CSMS sends {action}; before it is answered the end of the transaction comes"
    fields = mine(what, sut.ocpp)
    with step(sentence), station.holding(action, **fields):
        request = await requested(station, sut, action, wish, matching=fields)
        if what == "remote stop":
            wanted = by_version({"1.6": tx.id, "2": ignoring_case(str(tx.id))})  # an identifierString
            check_fields(by_version(STOP), request, {"transactionId": wanted})
        answer = await tx.tell("Ended")
        check(END, answer.error is None, expected="the end answered", received=answer.error or dict(answer))
    with step(f"{action} is answered with Rejected: the transaction is over, and nothing else is"):
        await expect_probe_answered(station)
        await recorded(sut, tx.id, END, active=False)


async def same_ids(first, second, calls, message_id):
    """Both stations send a CALL with the same message id; each CALL's answer on its own connection, or None."""
    came = [
        asyncio.ensure_future(peer.raw_call(encode(Call(message_id, *call)), message_id, call[0]))
        for peer, call in zip((first, second), calls, strict=True)
    ]
    frames = await asyncio.gather(*came)
    return [Answer(frame.payload) if hasattr(frame, "payload") else None for frame in frames]


@case(
    "X_SIM_06_CSMS",
    ocpp=ALL,
    sut="csms",
    title="Two stations use the same message ids and transaction ids",
    exclusive=True,
)
async def test_stations_alike(station, sut, bench):
    """Ids are unique within a station only; a CSMS that takes them for unique mixes two stations of one model up."""
    await given(booted, station, sut)
    with second_station(bench) as other:
        theirs = sut_of_station(sut, other)
        await given(booted, other, theirs)
        tokens = sut.tokens.valid, sut.tokens.invalid
        everybody = await given(everybody_may_charge, station, sut)
        await given(token_known, station, sut)
        with step("Both ask at once under the same message id, each for another token: each gets its own answer"):
            for turn in (tokens, tokens[::-1]):
                calls = [("Authorize", token_payload(sut.ocpp, token)) for token in turn]
                answers = await same_ids(station, other, calls, sut.text(36))
                for token, answer in zip(turn, answers, strict=True):
                    wanted = everybody or token == tokens[0]
                    right = answer is not None and (token_status(answer) == "Accepted") is wanted
                    check("OCPP-J 4.2.2", right, expected=f"the verdict on {token.idToken}", received=answer)
        second = sut.tokens.second if sut.tokens.given("second") else None  # one token may be in use only once
        mine, foreign = Transaction(station, sut), Transaction(other, theirs, token=second)
        with step("Both start a transaction" + ("" if sut.ocpp == "1.6" else " of the same id")):
            foreign.id = mine.id
            await mine.begin()
            await foreign.begin()
            await recorded(sut, mine.id, active=True)
            await recorded(theirs, foreign.id, active=True)
        with step("One of them ends its own: that of the other goes on"):
            await foreign.tell("Ended")
            await recorded(theirs, foreign.id, active=False)
            await recorded(sut, mine.id, active=True)
        if sut.ocpp == "1.6":
            with step("It ends one that it does not have, with the id of the other's: that goes on as well"):
                theirs_no_more = Transaction(other, theirs)
                theirs_no_more.id = mine.id
                await theirs_no_more.tell("Ended")
                await recorded(sut, mine.id, "1.6 foreign stop", active=True)
        await expect_probe_answered(station)
        await expect_probe_answered(other)


@case("X_SIM_07_CSMS", ocpp=ALL, sut="csms", title="One station is slow, and the others are served", exclusive=True)
@pytest.mark.parametrize("how", ["does not answer", "sends a message by half"])
async def test_slow_station(station, sut, bench, how):
    """One station on a bad line must not be the reason why nobody in the city can charge."""
    await given(booted, station, sut)
    action, wish = setting_request(sut.ocpp, "HeartbeatInterval")
    mine = setting_asked(sut.ocpp, "HeartbeatInterval")
    with second_station(bench) as other:
        theirs = sut_of_station(sut, other)
        with step(f"One station {how}"):
            if how == "does not answer":
                with station.holding(action, **mine):
                    await requested(station, sut, action, wish, matching=mine)
                    await served(other, theirs)
            else:
                with ExitStack() as until_whole:  # no frame of another message within this one (RFC 6455, 5.4)
                    until_whole.enter_context(station.holding(ANY))
                    await station.accepted.settled(station.timing.message)
                    station.connection.send_frame(TEXT, BEGINNING, fin=False)
                    await served(other, theirs)
                    await expect_reply_to(station, "Heartbeat", {}, partial(the_rest, station, until_whole))
        with step("It goes on where it was"):
            await expect_probe_answered(station)


def the_rest(station, until_whole, text):
    """The second half of a message that has begun; then what waited for its end."""
    station.connection.send_frame(CONTINUATION, text.encode().removeprefix(BEGINNING))
    until_whole.close()


async def served(other, sut):
    """Another station is let in, and gets answers and requests."""
    with step("Another station connects, boots and asks: it is answered"):
        await booted(other, sut)
        everybody = await everybody_may_charge(other, sut)
        await token_known(other, sut)
        for token in (sut.tokens.valid, sut.tokens.invalid):
            answer = await other.call("Authorize", **token_payload(sut.ocpp, token))
            good = token_status(answer) == "Accepted"
            expected = f"the verdict on {token.idToken}"
            check(STATE, good is (everybody or token == sut.tokens.valid), expected=expected, received=dict(answer))
    with step("The operator asks it for something: the request comes"):
        action, wish = setting_request(sut.ocpp, "HeartbeatInterval")
        mine = setting_asked(sut.ocpp, "HeartbeatInterval")
        came = await requested_if(other, sut, action, wish, within=other.timing.event, matching=mine)
        check("OCPP-J per connection", came is not None, expected=action, received="as expected" if came else "nothing")
