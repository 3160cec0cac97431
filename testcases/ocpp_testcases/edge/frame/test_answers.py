"""Answers that are wrong: to nothing, twice, with an unknown error, of the wrong form; and the messages of 2.1."""

import pytest
from ocpp_proof import ALL, by_version, case, check, given, step
from ocpp_proof.ocppj.error_codes import error_codes
from ocpp_proof.ocppj.frames import CallResult, encode

from ocpp_testcases.edge.states.boot import booted
from ocpp_testcases.edge.states.probe import probe_request
from ocpp_testcases.edge.states.recovery import expect_survival
from ocpp_testcases.edge.states.rpc_probes import (
    build_call,
    check_not_answered,
    leave_to_rules,
    send_malformed,
    to_json_text,
    unsolicited_answers,
    wait_for_answer,
)
from ocpp_testcases.edge.states.sut_calls import (
    answer_with_text,
    expect_next_call,
    sut_call,
    sut_call_action,
    sut_call_fields,
)

ANSWERS = ["result", "error", "error to what could not be read", "result again"]


def holding_sut_call(peer):
    """The answer to the CALL that the SUT is asked for is kept back while the block runs."""
    return peer.holding(sut_call_action(peer), **sut_call_fields(peer))


async def lets_pass(peer, sut, form):
    """Send an answer that nobody waits for; it is not answered, and the conversation goes on."""
    id, _ = build_call("", {})
    text = to_json_text([3, id, {}] if form == "result" else [4, id, "GenericError", "", {}])
    if form == "error to what could not be read":
        id, text = "-1", to_json_text([4, "-1", "GenericError", "", {}])
    if form == "result again":
        with step("The SUT sends a CALL, and it is answered"), holding_sut_call(peer):
            message = await sut_call(peer, sut)  # the answer leaves at the end of this block: before it is repeated
        id, text = message.message_id, encode(CallResult(message.message_id, message.answer))
    with step(f"An answer arrives that nobody waits for: {form}"):
        send_malformed(peer, text)
    with step("It is not answered, and the next valid CALL is"):
        await expect_survival(peer)
        check_not_answered(peer, id, 3, 4)
    if form == "result again":
        with step("The SUT sends its next CALL, under an id of its own"):
            other = await expect_next_call(peer, sut)
            if other is not None:
                own = other.message_id != message.message_id
                check("OCPP-J 4.1.4", own, expected="a message id of its own", received=other.message_id)
            await expect_survival(peer)


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


ENDS_THE_CALL = {
    "1.6": ("of a known code", "of an unknown code", "with a long description"),
    "2": ("of a known code",),
}
"""Errors that everybody has to read as errors. In 2.x whatever is not as its table says may be dropped (4.2.3), and a
usable answer waited for; 1.6 has no such sentence, but of errors of another form nobody can say what they are."""


def settles(form):
    """Whether a CALL is over with an error of this form."""
    return form in by_version(ENDS_THE_CALL)


async def goes_on_after(peer, sut, parts, what, *, settled=False):
    """Answer a CALL of the SUT so; it goes on answering, and sends its next CALL, which may be the same once more.

    Unless the CALL is `settled` by that, the right answer follows: it ends the CALL where the wrong one was dropped.
    """
    with holding_sut_call(peer) as held:
        with step("The SUT sends a CALL"):
            message = await sut_call(peer, sut)
        if settled:
            held.messages.remove(message)
        with step(f"The CALL of the SUT is answered with {what}; it answers the next valid CALL, and not that answer"):
            answer_with_text(peer, message, to_json_text([parts[0], message.message_id, *parts[1:]]))
            await expect_survival(peer)
            errors = [s for s in unsolicited_answers(peer) if s.kind == 5]
            received = [e.text for e in errors] or "nothing"
            if peer.ocpp == "2.1" and parts[0] == 3:  # a CALLRESULTERROR may say what was wrong
                known = error_codes(peer.ocpp)
                right = all(e.code in known and e.message_id == message.message_id for e in errors)
                expected = "a CALLRESULTERROR of the CALLRESULT or nothing"
                check("OCPP-J error code", right, expected=expected, received=received)
            else:
                check(
                    "OCPP-J no answer", not errors, expected="nothing", received=[e.text for e in errors] or "nothing"
                )
            check_not_answered(peer, message.message_id, 3, 4, unreadable=True)
    with step("The SUT sends its next CALL, and answers the next valid one"):
        await expect_survival(peer)
        await expect_next_call(peer, sut)
        await expect_survival(peer)
    peer.discard_findings()


@case("X_FRAME_08_CS", ocpp=ALL, sut="station", title="A CALLERROR of any kind does not stop the station's CALLs")
@pytest.mark.parametrize("form", ERRORS, ids=list(ERRORS))
async def test_station_goes_on_after_error(csms, sut, form):
    """A station whose queue stops at the first error never reports another session."""
    await goes_on_after(csms, sut, [4, *ERRORS[form]], f"a CALLERROR {form}", settled=settles(form))


@case("X_FRAME_08_CSMS", ocpp=ALL, sut="csms", title="A CALLERROR of any kind does not stop the CALLs of the CSMS")
@pytest.mark.parametrize("form", ERRORS, ids=list(ERRORS))
async def test_csms_goes_on_after_error(station, sut, form):
    """A CSMS whose queue stops at the first error can no longer command the station."""
    await given(booted, station, sut)
    await goes_on_after(station, sut, [4, *ERRORS[form]], f"a CALLERROR {form}", settled=settles(form))


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
    if form in UNCONFIRMED:
        rest = UNCONFIRMED[form] or [*probe_request(peer)]
        text, kinds = to_json_text([6, id, *rest]), (3, 4, 5)
    else:
        if form == "CALLRESULTERROR":
            with step("A CALL is answered"):
                id, text = build_call(*probe_request(peer))
                send_malformed(peer, text, id)
                await wait_for_answer(peer, within=peer.timing.message)
        text, kinds = to_json_text([5, id, "FormatViolation", "", {}]), (4, 5)
    with step(f"A {form} arrives"):
        send_malformed(peer, text)
    with step("It is not answered, and the next valid CALL is"):
        await expect_survival(peer)
        came = [s for s in unsolicited_answers(peer) if s.kind in kinds and s.message_id in (id, "-1")]
        unsupported = [s.text for s in came if s.code == "MessageTypeNotSupported"]
        others = [s.text for s in came if s.text not in unsupported]
        # 4.2.4 wants no CALLERROR; 4.3 has a code for message types that an implementation does not support
        refused, answered = "OCPP-J type 5 unsupported", "OCPP-J no answer"
        if form in UNCONFIRMED:
            refused, answered = "OCPP-J SEND unsupported", "OCPP-J SEND"
        check(refused, not unsupported, expected="no answer", received=unsupported or "no answer")
        check(answered, not others, expected="no answer", received=others or "no answer")
        leave_to_rules(peer)


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
