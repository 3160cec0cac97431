"""Answers that are wrong: to nothing, twice, with an unknown error, of the wrong form; and the messages of 2.1."""

import pytest
from ocpp_proof import ALL, case, check, given, step
from ocpp_proof.ocppj.error_codes import error_codes
from ocpp_proof.ocppj.frames import CallResult, encode

from ocpp_testcases.edge.states.boot import booted
from ocpp_testcases.edge.states.probe import expect_probe_answered, probe_request
from ocpp_testcases.edge.states.rpc_probes import (
    answer_with_text,
    build_call,
    check_not_answered,
    send_malformed,
    sut_call,
    sut_call_action,
    to_json_text,
    unsolicited_answers,
)

ANSWERS = ["result", "error", "error to what could not be read", "result again"]


async def lets_pass(peer, sut, form):
    """Send an answer that nobody waits for; it is not answered, and the conversation goes on."""
    id, _ = build_call("", {})
    text = to_json_text([3, id, {}] if form == "result" else [4, id, "GenericError", "", {}])
    if form == "error to what could not be read":
        id, text = "-1", to_json_text([4, "-1", "GenericError", "", {}])
    if form == "result again":
        with step("The SUT sends a CALL, and it is answered"):
            message = await sut_call(peer, sut)
            id, text = message.message_id, encode(CallResult(message.message_id, message.answer))
    with step(f"An answer arrives that nobody waits for: {form}"):
        send_malformed(peer, text)
    with step("It is not answered, and the next valid CALL is"):
        await expect_probe_answered(peer)
        check_not_answered(peer, id, 3, 4)
    if form == "result again":
        with step("The SUT sends its next CALL"):
            await next_call(peer, sut, message)


async def next_call(peer, sut, before):
    """The SUT goes on: it sends another CALL, under an id of its own."""
    await expect_probe_answered(peer)
    message = await sut_call(peer, sut)
    other = message.message_id != before.message_id
    check("OCPP-J 4.1.4", other, expected="a message id of its own", received=message.message_id)
    await expect_probe_answered(peer)


@case("X_FRAME_07_CS", ocpp=ALL, sut="station", title="An answer that nobody waits for is not answered")
@pytest.mark.parametrize("form", ANSWERS, ids=ANSWERS)
async def test_station_lets_answer_pass(csms, sut, form):
    """A station that trips over a late answer goes dark after every slow moment of its CSMS."""
    await lets_pass(csms, sut, form)


@case("X_FRAME_07_CSMS", ocpp=ALL, sut="csms", title="An answer that nobody waits for is not answered")
@pytest.mark.parametrize("form", ANSWERS, ids=ANSWERS)
async def test_csms_lets_answer_pass(station, sut, form):
    """A CSMS that answers late answers starts an exchange of errors that never ends."""
    await given(booted, station, sut)
    await lets_pass(station, sut, form)


ERRORS = {
    "of a known code": ["GenericError", "", {}],
    "of an unknown code": ["ProofError", "an error that nobody knows", {}],
    "with a long description": ["InternalError", "x" * 300, {}],
    "without details": ["GenericError", ""],
    "whose details are null": ["GenericError", "", None],
    "whose code is a number": [42, "", {}],
}


async def goes_on_after(peer, sut, parts, what):
    """Answer a CALL of the SUT so; it goes on answering, and sends its next CALL."""
    with step(f"The SUT sends a CALL, and its answer is {what}"), peer.holding(sut_call_action(peer)):
        message = await sut_call(peer, sut)
        answer_with_text(peer, message, to_json_text([parts[0], message.message_id, *parts[1:]]))
        await expect_probe_answered(peer)
        errors = [s for s in unsolicited_answers(peer) if s.kind == 5]
        if peer.ocpp == "2.1" and parts[0] == 3:  # a CALLRESULTERROR may say what was wrong
            known = error_codes(peer.ocpp)
            right = all(e.code in known and e.message_id == message.message_id for e in errors)
            expected = "a CALLRESULTERROR of the CALLRESULT or nothing"
            check("OCPP-J error code", right, expected=expected, received=[e.text for e in errors] or "nothing")
        else:
            check("OCPP-J no answer", not errors, expected="nothing", received=[e.text for e in errors] or "nothing")
        check_not_answered(peer, message.message_id, 3, 4, unreadable=True)
    with step("The SUT sends its next CALL"):
        await next_call(peer, sut, message)
    peer.discard_findings()


@case("X_FRAME_08_CS", ocpp=ALL, sut="station", title="A CALLERROR of any kind does not stop the station's CALLs")
@pytest.mark.parametrize("form", ERRORS, ids=list(ERRORS))
async def test_station_goes_on_after_error(csms, sut, form):
    """A station whose queue stops at the first error never reports another session."""
    await goes_on_after(csms, sut, [4, *ERRORS[form]], f"a CALLERROR {form}")


@case("X_FRAME_08_CSMS", ocpp=ALL, sut="csms", title="A CALLERROR of any kind does not stop the CALLs of the CSMS")
@pytest.mark.parametrize("form", ERRORS, ids=list(ERRORS))
async def test_csms_goes_on_after_error(station, sut, form):
    """A CSMS whose queue stops at the first error can no longer command the station."""
    await given(booted, station, sut)
    await goes_on_after(station, sut, [4, *ERRORS[form]], f"a CALLERROR {form}")


RESULTS = {
    "that breaks its schema": [{"currentTime": 5, "configurationKey": 5, "getVariableResult": 5}],
    "whose payload is an array": [[]],
    "whose payload is a text": ["Accepted"],
    "whose payload is null": [None],
    "without payload": [],
    "with an element more": [{}, {}],
}


@case("X_FRAME_09_CS", ocpp=ALL, sut="station", title="A wrong CALLRESULT does not stop the station")
@pytest.mark.parametrize("form", RESULTS, ids=list(RESULTS))
async def test_station_goes_on_after_result(csms, sut, form):
    """A station that falls over a wrong answer falls over one wrong release of its CSMS."""
    await goes_on_after(csms, sut, [3, *RESULTS[form]], f"a CALLRESULT {form}")


@case("X_FRAME_09_CSMS", ocpp=ALL, sut="csms", title="A wrong CALLRESULT does not stop the CSMS")
@pytest.mark.parametrize("form", RESULTS, ids=list(RESULTS))
async def test_csms_goes_on_after_result(station, sut, form):
    """A CSMS that falls over a wrong answer loses the stations whose firmware is wrong."""
    await given(booted, station, sut)
    await goes_on_after(station, sut, [3, *RESULTS[form]], f"a CALLRESULT {form}")


UNCONFIRMED = {
    "SEND": [
        "NotifyPeriodicEventStream",
        {"id": 1, "pending": 0, "basetime": "2026-01-01T00:00:00Z", "data": [{"t": 0.5, "v": "230.4"}]},
    ],
    "SEND that breaks its schema": ["NotifyPeriodicEventStream", {"id": "one"}],
    "SEND of an unknown action": ["ProofStream", {}],
    "SEND of a request": None,
}


async def stays_silent(peer, form):
    """Send what 2.1 leaves without an answer."""
    id, _ = build_call("", {})
    rest = UNCONFIRMED.get(form) or [*probe_request(peer)]
    text = to_json_text([6, id, *rest])
    requirement = "OCPP-J SEND"
    if form not in UNCONFIRMED:
        requirement = "OCPP-J no answer"
        if form == "CALLRESULTERROR":
            with step("A CALL is answered"):
                id, text = build_call(*probe_request(peer))
                send_malformed(peer, text)
                await expect_probe_answered(peer)
        text = to_json_text([5, id, "FormatViolation", "", {}])
    with step(f"A {form} arrives"):
        send_malformed(peer, text)
    with step("It is not answered, and the next valid CALL is"):
        await expect_probe_answered(peer)
        kinds = (3, 4, 5) if form in UNCONFIRMED else (4, 5)
        came = [s.text for s in unsolicited_answers(peer) if s.kind in kinds and s.message_id in (id, "-1")]
        check(requirement, not came, expected="no answer", received=came or "no answer")
        peer.discard_findings()


FORMS_2_1 = [*UNCONFIRMED, "CALLRESULTERROR", "CALLRESULTERROR to nothing"]


@case("X_FRAME_19_CS", ocpp=("2.1",), sut="station", title="A SEND and a CALLRESULTERROR have no answer")
@pytest.mark.parametrize("form", FORMS_2_1, ids=FORMS_2_1)
async def test_station_stays_silent(csms, sut, form):
    """A station that answers what has no answer confuses a CSMS about its own CALLs."""
    await stays_silent(csms, form)


@case("X_FRAME_19_CSMS", ocpp=("2.1",), sut="csms", title="A SEND and a CALLRESULTERROR have no answer")
@pytest.mark.parametrize("form", FORMS_2_1, ids=FORMS_2_1)
async def test_csms_stays_silent(station, sut, form):
    """A CSMS that answers every reading of a stream doubles the traffic that streams were made to save."""
    await given(booted, station, sut)
    await stays_silent(station, form)
