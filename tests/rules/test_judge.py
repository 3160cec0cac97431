"""How the rules listen: pairs of CALL and answer, deviations, what is due, what a case provokes."""

import json

import pytest
from dialogue import START, Dialogue
from ocpp_proof.ocppj.actions import actions
from ocpp_proof.ocppj.frames import Call, CallResult, encode
from ocpp_proof.rules.exchange import Exchange
from ocpp_proof.rules.judge import Judge
from ocpp_proof.rules.recording import judge_recording
from ocpp_proof.rules.rule import Rule
from ocpp_proof.rules.subject import Subject, on

LATE = Rule("late", "station", "A heartbeat follows a trigger", {"1.6": "1.6 §5.17"})


class Triggers(Subject):
    rules = (LATE,)

    def begin(self):
        self.waiting = []

    @on("station answers", "TriggerMessage")
    def answered(self, exchange):
        self.waiting.append(self.due(LATE, exchange, expected="Heartbeat", within=self.judge.in_time))

    @on("station asks", "Heartbeat")
    def came(self, exchange):
        for due in self.waiting:
            due.came()


def judge(**options):
    made = Judge("1.6", of={"station"}, subjects=[Triggers], in_time=10, **options)
    made.opened(0, START)
    made.said("csms", Call("1", "TriggerMessage", {"requestedMessage": "Heartbeat"}), START)
    made.said("station", CallResult("1", {"status": "Accepted"}), START + 1)
    return made


def found(judge):
    return [breach.rule.id for breach in judge.settle()]


def test_what_does_not_come_in_time_is_a_breach_and_once():
    late = judge()
    late.said("csms", None, START + 10.9)
    assert found(late) == []
    late.said("csms", None, START + 11)
    assert found(late) == ["late"]
    late.said("csms", None, START + 12)
    assert found(late) == []


def test_what_comes_or_cannot_come_is_none():
    came, lost = judge(), judge()
    came.said("station", Call("2", "Heartbeat", {}), START + 5)
    lost.closed(0, START + 5)
    for one in (came, lost):
        one.opened(1, START + 20)
        assert found(one) == []


def test_the_time_in_which_the_listener_could_not_read_does_not_count():
    held_up = [0.0]
    slow = judge(held_up=lambda: held_up[0])
    held_up[0] = 5.0
    slow.said("csms", None, START + 15)
    assert found(slow) == []
    slow.said("csms", None, START + 17)
    assert found(slow) == ["late"]


def test_a_side_that_is_not_judged_breaks_nothing():
    made = Judge("1.6", of={"csms"}, subjects=[Triggers])
    made.said("csms", Call("1", "TriggerMessage", {"requestedMessage": "Heartbeat"}), START)
    made.said("station", CallResult("1", {"status": "Accepted"}), START)
    made.said("csms", None, START + 1000)
    assert found(made) == []


ASKED = Call("1", "GetConfiguration", {"key": ["A"]})
ANSWER = CallResult("1", {"unknownKey": ["B"]})


@pytest.mark.parametrize(("asked", "answered"), [("deviating", ""), ("broken", ""), ("", "broken"), ("", "deviating")])
def test_what_is_wrong_by_form_or_on_purpose_means_nothing(asked, answered):
    made = Judge("1.6", of={"station"})
    made.said("csms", ASKED, START, **({asked: True} if asked else {}))
    made.said("station", ANSWER, START, **({answered: True} if answered else {}))
    assert found(made) == []


def test_a_cause_is_found_once_until_it_is_settled():
    talk = Dialogue("1.6")
    for _ in range(3):
        talk.csms("GetConfiguration", {"unknownKey": ["B"]}, key=["A"])
    assert list(talk.judge.times.values()) == [3]
    assert talk.found() == ["keys-asked-for"]
    talk.csms("GetConfiguration", {"unknownKey": ["B"]}, key=["A"])
    assert talk.found() == ["keys-asked-for"]


def test_a_rule_keeps_still_for_a_case_that_provokes_it_and_only_for_it():
    talk = Dialogue("1.6")
    talk.judge.provoke("keys-asked-for")
    talk.csms("GetConfiguration", {"unknownKey": ["B"]}, key=["A"])
    assert talk.found() == []
    talk.csms("GetConfiguration", {"unknownKey": ["B"]}, key=["A"])
    assert talk.found() == ["keys-asked-for"]
    with pytest.raises(ValueError, match="no rule is called key-asked-for"):
        talk.judge.provoke("key-asked-for")


def test_an_answer_is_confirmed_by_what_comes_after_it():
    exchanges = []

    class Listener(Subject):
        rules = (LATE,)

        @on("csms answers", "Heartbeat")
        def answered(self, exchange):
            exchanges.append(exchange)

    made = Judge("1.6", of={"station"}, subjects=[Listener])
    made.said("station", Call("1", "Heartbeat", {}), START)
    made.said("csms", CallResult("1", {"currentTime": "x"}), START + 1)
    assert not exchanges[0].confirmed
    made.said("station", None, START + 2, connection=1)
    assert not exchanges[0].confirmed
    made.said("station", None, START + 3)
    assert exchanges[0].confirmed


def line(direction, data, kind="text", time=START):
    return json.dumps({"time": time, "direction": direction, "kind": kind, "data": data, "connection": 0})


def test_a_recording_is_judged_as_what_is_live():
    lines = [line("-", "127.0.0.1", "tcp-open"), line("out", encode(ASKED)), line("in", encode(ANSWER))]
    [breach] = judge_recording(lines, "1.6", recorded_by="csms", of={"station"})
    assert (breach.rule.id, breach.message_id, breach.at) == ("keys-asked-for", "1", START)
    assert judge_recording(lines, "1.6", recorded_by="csms", of={"csms"}) == []
    lines.insert(1, line("-", "on purpose: a key that is not there", "note"))
    assert judge_recording(lines, "1.6", recorded_by="csms", of={"station"}) == []


def recorded(*lines):
    """What a station is found to have broken in these."""
    lines = [line("-", "127.0.0.1", "tcp-open"), *lines]
    return [breach.rule.id for breach in judge_recording(lines, "1.6", recorded_by="csms", of={"station"})]


def test_on_purpose_is_everything_until_it_is_said_to_end():
    other = Call("0", "ClearCache", {})
    begin, end = line("-", "on purpose: two at once", "note"), line("-", "no longer on purpose", "note")
    asked, answered = line("out", encode(ASKED)), line("in", encode(ANSWER))
    assert recorded(begin, line("out", encode(other)), asked, end, answered) == []
    assert recorded(begin, line("out", encode(other)), end, asked, answered) == ["keys-asked-for"]


def frame(opcode, data, **more):
    return line("out", {"opcode": opcode, "data": data, "mask": False} | more, "frame")


def test_a_message_in_frames_of_a_case_is_heard_in_a_recording():
    text, answered = encode(ASKED), line("in", encode(ANSWER))
    begin, ping, rest = frame(1, text[:9], fin=False), frame(9, "00 01"), frame(0, text[9:])
    assert recorded(begin, ping, rest, answered) == ["keys-asked-for"]
    assert recorded(begin, answered) == []
    assert recorded(line("out", text, "binary"), answered) == []  # nobody need take it, and who does is heard
    assert recorded(frame(0, text), answered) == []
    assert recorded(frame(1, text.encode().replace(b"1", b"\xff", 1).hex(" ")), answered) == []


@pytest.mark.parametrize("text", ["{", "[]", '{"time": 1}'])
def test_a_line_that_is_no_record_is_named(text):
    with pytest.raises(ValueError, match="line 1 "):
        judge_recording([text], "1.6", recorded_by="csms", of={"station"})


def test_what_is_due_waits_for_an_answer_that_a_side_waits_for():
    made = judge()
    made.said("station", Call("2", "StatusNotification", {}), START + 2)
    made.said("csms", CallResult("9", {}), START + 30)
    assert found(made) == []
    made.said("csms", CallResult("2", {}), START + 35)
    made.said("csms", CallResult("9", {}), START + 60)
    assert found(made) == ["late"]


def test_what_is_due_when_a_case_ends():
    made = judge()
    assert made.settle(START + 5) == []
    assert [breach.rule.id for breach in made.settle(START + 50)] == ["late"]


def test_what_is_due_in_a_case_that_provokes_it():
    made = Judge("1.6", of={"station"}, subjects=[Triggers], in_time=10)
    made.provoked = frozenset({"late"})
    made.said("csms", Call("1", "TriggerMessage", {"requestedMessage": "Heartbeat"}), START)
    made.said("station", CallResult("1", {"status": "Accepted"}), START + 1)
    made.settle()
    made.said("csms", CallResult("9", {}), START + 60)
    assert found(made) == []


def test_what_no_handler_gets_is_told():
    class Unread(Triggers):
        def begin(self):
            super().begin()
            self.seen = []

        def unsound(self, exchange):
            self.seen.append(exchange.action)

        def unreadable(self, sender):
            self.seen.append(sender)

    made = Judge("1.6", of={"station"}, subjects=[Unread], in_time=10)
    made.said("csms", Call("1", "TriggerMessage", {}), START, deviating=True)
    made.said("station", None, START)
    made.said("csms", Call("2", "Reset", {"type": "Hard"}), START)
    made.said("station", CallResult("2", {}), START, broken=True)
    assert made._subjects[0].seen == ["TriggerMessage", "station", "Reset"]


@pytest.mark.parametrize("version", ["1.6", "2.0.1", "2.1"])
@pytest.mark.parametrize("payload", [None, [], "x", 1.5, True])
def test_what_is_no_object_makes_no_rule_fall_over(version, payload):
    judge = Judge(version, of=("station", "csms"))
    for number, action in enumerate(action.name for action in actions(version) if action.kind == "call"):
        for sender, other in (("station", "csms"), ("csms", "station")):
            judge.said(sender, Call(f"{number}", action, payload), 0.0, broken=True)
            judge.said(other, CallResult(f"{number}", payload), 0.0, broken=True)
            judge.said(sender, Call(f"{number}", action, {}), 0.0, deviating=True)
            judge.said(other, CallResult(f"{number}", payload), 0.0, broken=True)


def test_what_a_side_has_given_up_it_no_longer_waits_for():
    made = judge()
    made.said("station", Call("2", "StatusNotification", {}), START + 2)
    made.said("station", Call("3", "StatusNotification", {}), START + 8)
    made.said("csms", CallResult("3", {}), START + 9)
    made.said("csms", None, START + 12)
    assert found(made) == ["late"]


PASSWORD = "kept-from-all-eyes"
LONG = "x" * 150


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("ChangeConfiguration", {"value": PASSWORD, "note": LONG, "key": "AuthorizationKey"}),
        ("ChangeConfiguration", {"key": "authorizationkey", "value": PASSWORD}),
        (
            "SetVariables",
            {
                "setVariableData": [
                    {
                        "attributeValue": PASSWORD,
                        "component": {"name": "SecurityCtrlr", "instance": LONG},
                        "variable": {"name": "BasicAuthPassword"},
                    }
                ]
            },
        ),
        (
            "NotifyReport",
            {"reportData": [{"variable": {"name": "BasicAuthPassword"}, "variableAttribute": [{"value": PASSWORD}]}]},
        ),
        ("SetNetworkProfile", {"connectionData": {"basicAuthPassword": PASSWORD, "vpn": {"password": PASSWORD}}}),
    ],
)
def test_no_text_tells_a_password(action, payload):
    exchange = Exchange("csms", action, payload, "1", START, response=payload)
    assert "kept-from" not in exchange.text() + exchange.answer_text()
