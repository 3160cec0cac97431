"""Broken frames and unknown actions: the connection and the system survive."""

import pytest
from ocpp_proof import ALL, case, check, given, step
from ocpp_proof.ocppj.error_codes import fitting_codes

from ocpp_testcases.edge.states.boot import booted
from ocpp_testcases.edge.states.probe import probe_request
from ocpp_testcases.edge.states.recovery import expect_survival
from ocpp_testcases.edge.states.rpc_probes import (
    FRAME_CODES,
    build_call,
    check_refused_or_dropped,
    send_malformed,
    unsolicited_answers,
    wait_for_answer,
)

UNREADABLE = {
    "no JSON": "this is not JSON",
    "an object": '{"not": "an array"}',
    "an empty array": "[]",
    "a CALL that breaks off": '[2,"unfinished',
    "a CALL without action": '[2,"too-short"]',
    "a CALL whose id is a number": '[2,42,"Heartbeat",{}]',
    "nothing": "",
    "null": "null",
    "a text": '"2"',
    "a message type alone": "[2]",
    "single quotes": "['2','single quotes','Heartbeat',{}]",
    "a comma too many": '[2,"comma","Heartbeat",{},]',
}
READABLE_IDS = {"a CALL without action": "too-short", "a CALL whose id is a number": "42"}
"""Ids that can be read in them; in what is no JSON 1.6 demands none, and 2.x "-1" or what could be read after all."""
GUESSED_IDS = {"a CALL that breaks off": "unfinished", "single quotes": "single quotes", "a comma too many": "comma"}


async def survives(peer, form):
    """Send what cannot be read; the next valid CALL is answered, and what comes back says what was wrong."""
    with step(f"What arrives is {form}: {UNREADABLE[form]!r}"):
        send_malformed(peer, UNREADABLE[form])
        await wait_for_answer(peer)
    with step("The next valid CALL is answered on the same connection"):
        await expect_survival(peer)
        ids = [table[form] for table in (READABLE_IDS, GUESSED_IDS) if form in table]
        if form == "a CALL whose id is a number":
            # "the exact same id" is a number, and an id is a text: both sentences are in 4.2.3
            numbers = [s.text for s in unsolicited_answers(peer) if s.message_id == 42]
            check("OCPP-J id is text", not numbers, expected="an id that is a text", received=numbers or "none")
            ids = ["42", 42]
        if peer.ocpp == "1.6" and form in GUESSED_IDS:
            ids = []
        check_refused_or_dropped(peer, "OCPP-J frame", *ids, fits=() if peer.ocpp == "1.6" else FRAME_CODES)


@case("X_FRAME_01_CS", ocpp=ALL, sut="station", title="An unreadable frame does not take the station down")
@pytest.mark.parametrize("form", UNREADABLE, ids=list(UNREADABLE))
async def test_station_survives_unreadable_frame(csms, sut, form):
    """A station that dies of one broken message stands dark until somebody drives there."""
    await survives(csms, form)


@case("X_FRAME_01_CSMS", ocpp=ALL, sut="csms", title="An unreadable frame does not end the conversation")
@pytest.mark.parametrize("form", UNREADABLE, ids=list(UNREADABLE))
async def test_csms_survives_unreadable_frame(station, sut, form):
    """A CSMS that drops a station for one broken message loses its charging sessions."""
    await given(booted, station, sut)
    await survives(station, form)


ACTIONS = ["that does not exist", "of the other side"]


async def refuses_unknown_action(peer, sut, kind):
    """Send a CALL of an action that the SUT does not have."""
    name, payload = f"Proof{sut.text(8)}", {}
    if kind == "of the other side":
        name = "Heartbeat" if peer.plays == "csms" else "GetLocalListVersion"
    id, text = build_call(name, payload)
    with step(f"A CALL with an action {kind} arrives, {name}: it is refused"):
        send_malformed(peer, text, id, action=name)
        await wait_for_answer(peer, within=peer.timing.message)
        came = unsolicited_answers(peer)
        refused = any(s.kind == 4 for s in came)
        check("OCPP-J refusal", refused, expected="a CALLERROR", received=[s.text for s in came] or "no answer")
        # 4.1.7 of 2.x is about an action that is not known; one of the other side is known, and 1.6 has no such words
        invented = kind == "that does not exist" and peer.ocpp != "1.6"
        requirement = "OCPP-J unknown action" if invented else "OCPP-J action of the other side"
        check_refused_or_dropped(peer, requirement, id, fits=fitting_codes(peer.ocpp, "unknown action"))
    with step("The next valid CALL is answered on the same connection"):
        await expect_survival(peer)


@case("X_FRAME_02_CS", ocpp=ALL, sut="station", title="An unknown action is refused as not implemented")
@pytest.mark.parametrize("kind", ACTIONS, ids=ACTIONS)
async def test_station_refuses_unknown_action(csms, sut, kind):
    """A station that does not answer what it does not know blocks its CSMS until a time-out."""
    await refuses_unknown_action(csms, sut, kind)


@case("X_FRAME_02_CSMS", ocpp=ALL, sut="csms", title="An unknown action is refused as not implemented")
@pytest.mark.parametrize("kind", ACTIONS, ids=ACTIONS)
async def test_csms_refuses_unknown_action(station, sut, kind):
    """A CSMS that does not answer what it does not know blocks its stations until a time-out."""
    await given(booted, station, sut)
    await refuses_unknown_action(station, sut, kind)


TYPES = [0, 1, 5, 6, 7, 99, -2]
"""Message type numbers; 5 and 6 are known in 2.1 and stand for 8 and 9 there."""


async def ignores(peer, kind):
    """Send a message of an unknown type that would be a proper CALL otherwise."""
    kind = kind + 3 if peer.ocpp == "2.1" and kind in (5, 6) else kind
    id, text = build_call(*probe_request(peer))
    with step(f"A message of the type {kind} arrives"):
        send_malformed(peer, text.replace("[2,", f"[{kind},", 1), id)
        if peer.ocpp == "2.0.1":
            await wait_for_answer(peer)
    with step("The next valid CALL is answered on the same connection"):
        await expect_survival(peer)
        if peer.ocpp == "2.0.1":  # 4.4 wants this code; 4.1.3 and 4.2.3 let it be ignored and dropped
            came = unsolicited_answers(peer)
            right = any(s.code == "MessageTypeNotSupported" for s in came)
            expected = "CALLERROR MessageTypeNotSupported"
            check("OCPP-J 4.4", right, expected=expected, received=[s.text for s in came] or "dropped")
        check_refused_or_dropped(peer, "OCPP-J message type", id)


@case("X_FRAME_03_CS", ocpp=ALL, sut="station", title="An unknown message type is ignored")
@pytest.mark.parametrize("kind", TYPES, ids=TYPES)
async def test_station_ignores_message_type(csms, sut, kind):
    """A station that takes the messages of a later version for CALLs does what nobody asked for."""
    await ignores(csms, kind)


@case("X_FRAME_03_CSMS", ocpp=ALL, sut="csms", title="An unknown message type is ignored")
@pytest.mark.parametrize("kind", TYPES, ids=TYPES)
async def test_csms_ignores_message_type(station, sut, kind):
    """A CSMS that loses the conversation over a new message type cannot live with newer stations."""
    await given(booted, station, sut)
    await ignores(station, kind)
