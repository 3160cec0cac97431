"""CALLs of the wrong form, and message ids: what can be named is refused by its name."""

from typing import Any

import pytest
from ocpp_proof import ALL, case, check, given, step

from ocpp_testcases.edge.states.boot import booted
from ocpp_testcases.edge.states.probe import probe_request
from ocpp_testcases.edge.states.recovery import expect_new_connection, expect_survival
from ocpp_testcases.edge.states.rpc_probes import (
    FRAME_CODES,
    build_call,
    check_refused_or_dropped,
    send_malformed,
    to_json_text,
    unsolicited_answers,
    wait_for_answer,
)

SHAPES = {
    "without payload": lambda action, payload: [action],
    "an element more": lambda action, payload: [action, payload, {}],
    "action is a number": lambda action, payload: [42, payload],
    "action is null": lambda action, payload: [None, payload],
    "payload is an array": lambda action, payload: [action, [payload]],
    "payload is a text": lambda action, payload: [action, to_json_text(payload)],
    "payload is a number": lambda action, payload: [action, 1],
    "payload is null": lambda action, payload: [action, None],
}
KINDS = {"type is a text": "2", "type is a fraction": 2.5, "type is true": True, "type is null": None}
FORMS = [*SHAPES, *KINDS]


def fitting(peer, form):
    """The codes of 2.x that say what is wrong in a CALL of this form."""
    if peer.ocpp == "1.6":
        return ()
    if form in KINDS:
        return (*FRAME_CODES, "MessageTypeNotSupported")
    return (*FRAME_CODES, "NotImplemented", "NotSupported") if "action" in form else FRAME_CODES


async def refuses(peer, form):
    """Send a CALL that is wrong in one element of its array."""
    action, payload = probe_request(peer)
    if form == "payload is null":
        action, payload = ("Heartbeat", {}) if peer.plays == "station" else EMPTY[peer.ocpp]
        whole = await peer.send_call(action, payload, judge=False)
    id, _ = build_call(action, payload)
    rest = SHAPES[form](action, payload) if form in SHAPES else [action, payload]
    with step(f"A CALL arrives whose {form}"):
        send_malformed(peer, to_json_text([KINDS.get(form, 2), id, *rest]), id, action=action)
        await wait_for_answer(peer, within=peer.timing.message if form == "payload is null" else None)
    with step("The next valid CALL is answered on the same connection"):
        await expect_survival(peer)
        if form == "payload is null":
            came = unsolicited_answers(peer)
            right = any(s.kind == (4 if whole.error else 3) for s in came)
            check("OCPP-J null payload", right, expected="the answer to {}", received=[s.text for s in came])
            check_refused_or_dropped(peer, "OCPP-J null payload", id, may_be_right=True)
        elif form == "an element more":
            check_refused_or_dropped(peer, "OCPP-J may reject", id, fits=fitting(peer, form))
        elif form in KINDS:
            check_refused_or_dropped(peer, "OCPP-J message type", id, fits=fitting(peer, form))
        else:
            check_refused_or_dropped(peer, "OCPP-J frame", id, fits=fitting(peer, form))


EMPTY: dict[str, tuple[str, dict[str, Any]]] = {
    "1.6": ("GetLocalListVersion", {}),
    "2.0.1": ("GetLocalListVersion", {}),
    "2.1": ("GetLocalListVersion", {}),
}
"""A request of a CSMS that has no payload and changes nothing."""


@case("X_FRAME_04_CS", ocpp=ALL, sut="station", title="A CALL of the wrong form is not answered as if it were right")
@pytest.mark.parametrize("form", FORMS, ids=FORMS)
async def test_station_refuses_form(csms, sut, form):
    """A station that guesses what a broken CALL meant does what nobody asked for."""
    await refuses(csms, form)


@case("X_FRAME_04_CSMS", ocpp=ALL, sut="csms", title="A CALL of the wrong form is not answered as if it were right")
@pytest.mark.parametrize("form", FORMS, ids=FORMS)
async def test_csms_refuses_form(station, sut, form):
    """A CSMS that trips over one broken CALL takes its stations with it."""
    await given(booted, station, sut)
    await refuses(station, form)


IDS = ["long", "longest", "short", "words", "signs", "empty"]


def message_id(sut, form):
    """A message id of this form, never used before."""
    match form:
        case "long":
            return sut.text(37)
        case "longest":
            return sut.text(36)
        case "short":
            return sut.text(4)
        case "words":
            return f"{sut.text(8)} is no UUID"
        case "signs":
            return f'{sut.text(8)}"\\/<&'
    return ""


async def keeps_the_id(peer, sut, form):
    """Send a CALL under an id of this form: one that is too long is refused, every other one comes back."""
    id, text = build_call(*probe_request(peer), message_id=message_id(sut, form))
    with step(f"A CALL arrives whose message id is {form}"):
        send_malformed(peer, text, id)
        await wait_for_answer(peer, within=None if form in ("long", "empty") else peer.timing.message)
    with step("The next valid CALL is answered on the same connection"):
        await expect_survival(peer)
        came = unsolicited_answers(peer)
        if form not in ("long", "empty"):
            right = [s for s in came if s.kind == 3 and s.message_id == id]
            check("OCPP-J 4.2.2", len(right) == 1, expected=f"one CALLRESULT of {id}", received=[s.text for s in came])
        check_refused_or_dropped(peer, "OCPP-J may reject", id, may_be_right=form != "long")


@case("X_FRAME_05_CS", ocpp=ALL, sut="station", title="Unusual message ids come back as they are, too long ones not")
@pytest.mark.parametrize("form", IDS, ids=IDS)
async def test_station_keeps_message_id(csms, sut, form):
    """A station that changes an id leaves its CSMS waiting for the answer that it has sent."""
    await keeps_the_id(csms, sut, form)


@case("X_FRAME_05_CSMS", ocpp=ALL, sut="csms", title="Unusual message ids come back as they are, too long ones not")
@pytest.mark.parametrize("form", IDS, ids=IDS)
async def test_csms_keeps_message_id(station, sut, form):
    """A CSMS that changes an id leaves its station waiting for the answer that it has sent."""
    await given(booted, station, sut)
    await keeps_the_id(station, sut, form)


USES = ["while it is handled", "after its answer", "on the next connection"]


async def answers_again(peer, sut, use, come_back):
    """Send a CALL twice under one id. Only who missed the answer may do that: on the next connection it is a retry."""
    id, text = build_call(*probe_request(peer))

    def answers():
        return [s for s in unsolicited_answers(peer) if s.message_id == id]

    def answered(requirement="OCPP-J answer"):
        came = [s.text for s in answers()]
        check(requirement, bool(came), expected="an answer", received=came or "no answer")

    if use == "on the next connection":
        with step("A CALL arrives, and the connection is cut before an answer is taken"):
            send_malformed(peer, text, id)
            peer.drop()
            await come_back()
            took = answers()  # who took an answer has no reason to ask again
        with step("The same CALL arrives under the same id on the next connection: it is answered"):
            send_malformed(peer, text, id)
            await wait_for_answer(peer, within=peer.timing.message)
            answered("OCPP-J retry" if took else "OCPP-J answer")
    elif use == "after its answer":
        with step("A CALL arrives, and is answered"):
            send_malformed(peer, text, id)
            await wait_for_answer(peer, within=peer.timing.message)
            answered()
        with step("The same CALL arrives under the same id after its answer"):
            send_malformed(peer, text, id)
            await wait_for_answer(peer)
    else:
        with step("A CALL arrives, and the same CALL under the same id while it is handled: the first is answered"):
            send_malformed(peer, text, id)
            peer.raw(text)
            await wait_for_answer(peer, within=peer.timing.message)
            if answers() or peer.connected:  # two CALLs at once may end the connection: that is judged below
                answered()
            await wait_for_answer(peer, count=2)
    with step("The next valid CALL is answered on the same connection"):
        await expect_survival(peer)
        came = answers()
        if use != "while it is handled":
            right = [s.kind for s in came] == [3]
            check("OCPP-J retry", right, expected="a CALLRESULT", received=[s.text for s in came] or "no answer")
        few = [s.text for s in came]
        check("OCPP-J 4.2.2", len(few) <= 2, expected="one answer to each", received=few)
        check_refused_or_dropped(peer, "OCPP-J 4.2.2", id, may_be_right=True)


@case("X_FRAME_06_CS", ocpp=ALL, sut="station", title="A CALL that is sent again under its message id")
@pytest.mark.parametrize("use", USES, ids=USES)
async def test_station_answers_again(csms, sut, use):
    """A station that does not answer a repeated CALL can no longer be reached after one lost answer."""

    async def come_back():
        await expect_new_connection(csms, connections)

    connections = len(csms.connections)
    await answers_again(csms, sut, use, come_back)


@case("X_FRAME_06_CSMS", ocpp=ALL, sut="csms", title="A CALL that is sent again under its message id")
@pytest.mark.parametrize("use", USES, ids=USES)
async def test_csms_answers_again(station, sut, use):
    """A CSMS that does not answer a repeated CALL blocks its station after one lost answer."""
    await given(booted, station, sut)

    async def come_back():
        await expect_new_connection(station, len(station.connections))

    await answers_again(station, sut, use, come_back)
