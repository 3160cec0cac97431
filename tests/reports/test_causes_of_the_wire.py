"""What the wire log tells of a finding: the message after which a station went, and what it accepted in vain."""

import pytest
from ocpp_reports.model import WireRecord
from sample_results import UUID, came, causes, check, failed, lost, note, opened, passed, sent, unjudged, unreached

NO_ANSWER = check(
    "OCPP-J answer", "an answer to GetVariables", "no answer; the connection was lost without a close frame"
)


def died_on(*frame, on_purpose=True):
    """The wire of a station that answered, got this and a probe behind it, and went."""
    return [
        opened(),
        sent(2.0, 2, "1", "GetVariables", {}),
        came(3.0, 3, "1", {}),
        *([note(4.0, "on purpose: a text as the case has it")] if on_purpose else []),
        sent(4.1, *frame),
        sent(4.2, 2, "3", "GetVariables", {}),
        lost(5.0),
    ]


def test_the_message_after_which_the_connection_went_is_the_cause_and_not_the_probe_behind_it():
    cases = [
        failed("X_A_CS", NO_ANSWER, wire=died_on(9, UUID.format(1), {})),
        failed("X_B_CS", NO_ANSWER, wire=died_on(17, UUID.format(2), "x", {})),
        unreached("X_C_CS", NO_ANSWER, wire=died_on(99, UUID.format(3), {})),
    ]
    (cause,) = causes(*cases)
    assert (cause.kind, cause.count) == ("connection", 3)
    assert "no message of OCPP-J" in cause.sentence
    assert UUID.format(1) in cause.sentence


def test_two_messages_that_end_connections_stay_apart():
    one = failed("X_A_CS", NO_ANSWER, wire=died_on(9, "7", {}))
    other = failed(
        "X_B_CS", NO_ANSWER, wire=died_on(2, "7", "CancelReservation", {"reservationId": 1}, on_purpose=False)
    )
    malformed = failed("X_C_CS", NO_ANSWER, wire=died_on(2, "7", "Reset"))
    assert {c.kind for c in causes(one, other, malformed)} == {"connection"}
    assert [c.cases for c in causes(one, other, malformed)] == [["X_A_CS", "X_C_CS"], ["X_B_CS"]]
    assert "CancelReservation" in causes(other)[0].sentence


def test_two_answers_that_end_connections_stay_apart():
    def died_on_the_answer_to(action):
        return [opened(), came(2.0, 2, "1", action, {}), sent(3.0, 3, "1", {}), lost(4.0)]

    found = causes(
        *(failed(f"TC_{a}_CS", NO_ANSWER, wire=died_on_the_answer_to(a)) for a in ("Authorize", "Heartbeat"))
    )
    assert [c.sentence.partition(":")[0] for c in found] == [
        f"after the answer to {action} the connection goes" for action in ("Authorize", "Heartbeat")
    ]


def test_that_the_connection_goes_after_a_reset_is_no_fault():
    reset = [opened(), sent(4.1, 2, "1", "Reset", {"type": "Hard"}), lost(5.0)]
    unanswered = check("OCPP-J 4.2.2", "Reset answered with a CALLRESULT", NO_ANSWER.received)
    (cause,) = causes(failed("TC_A_CS", unanswered, wire=reset), failed("TC_B_CS", unanswered, wire=reset))
    assert cause.kind == "finding"
    assert cause.sentence.startswith("OCPP-J 4.2.2: expected Reset answered with a CALLRESULT, received no answer")


def test_a_connection_that_the_harness_ended_is_no_cause():
    for end in (
        note(4.5, "the harness cuts the connection"),
        WireRecord(4.5, "out", "frame", {"opcode": 8, "code": 1000, "reason": ""}, 1),
    ):
        wire = [*died_on(2, "7", "Reset", {}, on_purpose=False)[:-1], end, lost(5.0)]
        assert causes(failed("X_A_CS", NO_ANSWER, wire=wire))[0].kind == "finding"


def test_what_comes_after_a_reconnect_is_not_the_loss_before():
    wire = [*died_on(9, "7", {}), opened(6.0)]
    assert causes(failed("X_A_CS", check(), wire=wire))[0].kind == "finding"
    assert causes(failed("X_A_CS", missing(), wire=wire))[0].kind == "finding"
    assert causes(failed("X_A_CS", NO_ANSWER, wire=wire))[0].kind == "connection"


def test_since_a_message_the_station_is_mute():
    noted = WireRecord(3.0, "-", "mute", {"since": "TC_001_CS", "frame": '[3,"1",{"status":"Rejected"}]'})
    silent = check("OCPP-J answer", "an answer to {} within 5 s", "no answer; nothing")
    told = 'since TC_001_CS, after this frame: [3,"1",{"status":"Rejected"}], the station answers nothing'
    cases = [
        failed("TC_A_CS", check("OCPP-J answer", "an answer to Reset within 5 s", "no answer; nothing"), wire=[noted]),
        unreached("TC_B_CS", silent, wire=[noted]),
        unjudged("TC_C_CS", told),
        failed("TC_D_CS", check()),
    ]
    mute, other = causes(*cases)
    assert (mute.kind, mute.cases) == ("mute", ["TC_A_CS", "TC_B_CS", "TC_C_CS"])
    assert "TC_001_CS" in mute.sentence
    assert "Rejected" in mute.sentence
    assert other.cases == ["TC_D_CS"]


@pytest.mark.parametrize(
    "told",
    [
        'since X_FRAME_02_CS[case=that does not exist], after this frame: [2,"1","A",{}], the station answers nothing',
        "since X_FRAME_02_CS[case=that does not exist], the station does not connect, and no driver can switch it off",
        "since X_FRAME_02_CS[case=that does not exist], after this frame: [2], the station answers nothing, not over a "
        "new connection, and not after it was switched off and on; the rest was not tried",
    ],
)
def test_what_the_bench_says_of_a_silence_names_its_case(told):
    (cause,) = causes(unjudged("TC_B_CS", told), unjudged("TC_C_CS", f"could not reach the state: Booted\n{told}"))
    assert (cause.kind, cause.count) == ("mute", 2)
    assert "since X_FRAME_02_CS[case=that does not exist]" in cause.sentence


def test_the_case_in_which_the_silence_began_has_the_same_cause():
    noted = WireRecord(3.0, "-", "mute", {"since": "TC_A_CS", "frame": '[2,"1","Reset",{}]'})
    silent = check("survival", "Heartbeat answered with a CALLRESULT", "no answer, and the connection is open")
    back = passed("TC_B_CS")
    back.wire = [noted]
    (cause,) = causes(failed("TC_A_CS", silent), back)
    assert (cause.kind, cause.cases) == ("mute", ["TC_A_CS"])
    assert [c.kind for c in causes(failed("TC_A_CS", check()), back)] == ["finding"]


def triggered(*after, message="Heartbeat", status="Accepted"):
    call = sent(2.0, 2, "1", "TriggerMessage", {"requestedMessage": message})
    return [opened(), call, came(3.0, 3, "1", {"status": status}), *after]


def missing(message="Heartbeat"):
    return check("F06.FR.10", f"{message} within 8 s", "nothing")


def test_what_was_accepted_without_effect_is_one_cause():
    cases = [
        failed("TC_F_20_CS", missing(), wire=triggered()),
        unjudged("X_A_CS", "TriggerMessage of Heartbeat was accepted, and no Heartbeat came (TC_F_20_CS)"),
        unreached("X_B_CS", check("STEP", "Heartbeat within 5 s", "nothing"), wire=triggered()),
    ]
    (cause,) = causes(*cases)
    assert (cause.kind, cause.count) == ("no effect", 3)
    assert cause.example.case == "TC_F_20_CS"


@pytest.mark.parametrize(
    "wire",
    [
        triggered(status="Rejected"),
        triggered(came(4.0, 2, "9", "Heartbeat", {})),
        triggered(sent(60.0, 2, "2", "Reset", {}))[:1],
        triggered(message="StatusNotification"),
    ],
)
def test_not_without_effect(wire):
    """It was refused, or the message came, or nothing was asked for, or something else."""
    assert causes(failed("TC_A_CS", missing(), wire=wire))[0].kind == "finding"


def test_two_requests_without_effect_stay_apart_and_one_names_what_did_not_come():
    one = failed("TC_A_CS", missing(), wire=triggered())
    other = failed("TC_B_CS", missing("StatusNotification"), wire=triggered(message="StatusNotification"))
    reset = [opened(), sent(2.0, 2, "1", "Reset", {}), came(3.0, 3, "1", {"status": "Accepted"})]
    triggers, restart = causes(one, other, failed("TC_C_CS", missing("BootNotification"), wire=reset))
    expected = "TriggerMessage is accepted without effect: no Heartbeat, no StatusNotification comes"
    assert triggers.sentence == expected
    assert restart.cases == ["TC_C_CS"]


def test_a_csms_is_not_told_of_what_a_station_accepts():
    assert causes(failed("TC_A_CSMS", missing(), wire=triggered()), role="csms")[0].kind == "finding"


STARTED = [
    opened(),
    sent(2.0, 2, "1", "RequestStartTransaction", {}),
    came(3.0, 3, "1", {"status": "Accepted"}),
]
PLUGGED_IN = WireRecord(4.0, "-", "driver", "reference: plug_in")


@pytest.mark.parametrize(
    ("since", "kind"),
    [
        ([], "no effect"),
        ([PLUGGED_IN], "finding"),
        ([came(4.0, 2, "9", "Heartbeat", {})], "finding"),
    ],
)
def test_a_status_that_does_not_come_after_a_remote_start(since, kind):
    """It is the start that has no effect, unless somebody plugged in, or the station spoke."""
    status = check("E02.FR.05", "StatusNotification(connectorStatus = 'Occupied') within 5 s", "nothing")
    assert causes(failed("TC_A_CS", status, wire=[*STARTED, *since]))[0].kind == kind
