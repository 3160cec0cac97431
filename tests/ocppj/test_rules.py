"""The rule book: each rule is broken once and kept once."""

import pytest
from ocpp_proof.ocppj.frames import VERSIONS, Call, CallError, CallResult, CallResultError, Send, encode
from ocpp_proof.rules.protocol import RuleBook

TIME = "2026-01-01T00:00:00Z"


def rules_of(book: RuleBook, text: str, now: float = 0.0) -> list[str]:
    return [finding.rule for finding in book.received(text, now)[1]]


def heartbeat(message_id: str = "1") -> str:
    return encode(Call(message_id, "Heartbeat", {}))


@pytest.mark.parametrize("version", VERSIONS)
def test_sound_traffic_has_no_findings(version: str) -> None:
    book = RuleBook(version, sut="station")
    book.connection_opened()
    for number in range(3):
        frame, findings = book.received(heartbeat(str(number)), now=number)
        assert frame == Call(str(number), "Heartbeat", {})
        assert findings == []
        book.sent(CallResult(str(number), {"currentTime": TIME}), now=number)
    book.sent(Call("a", "ClearCache", {}), now=5)
    assert rules_of(book, encode(CallResult("a", {"status": "Accepted"})), now=6) == []
    book.sent(Call("b", "ClearCache", {}), now=7)
    assert rules_of(book, encode(CallError("b", "NotImplemented")), now=8) == []


@pytest.mark.parametrize(
    "text", ["nonsense", "{}", '[2,"1"]', '[7,"1",{}]', '[2,"1","Nonsense",{}]', '[2,"1","Heartbeat",{"x":NaN}]']
)
def test_frame(text: str) -> None:
    assert rules_of(RuleBook("1.6"), text)[0] == "FRAME"


def test_frame_error_codes_belong_to_the_version() -> None:
    book = RuleBook("1.6")
    book.sent(Call("a", "ClearCache", {}), now=0)
    assert rules_of(book, encode(CallError("a", "FormatViolation"))) == ["FRAME"]


@pytest.mark.parametrize(
    ("version", "rest"),
    [
        ("2.0.1", ',"NotImplemented","' + "x" * 256 + '",{}]'),
        ("1.6", ',"NotImplemented","","details"]'),
        ("1.6", ',"NotImplemented",""]'),
        ("2.1", ',"NotImplemented",null,{}]'),
    ],
)
def test_a_refusal_of_the_wrong_form_is_an_answer_all_the_same(version: str, rest: str) -> None:
    book = RuleBook(version)
    book.sent(Call("a", "ClearCache", {}), now=0)
    frame, findings = book.received('[4,"a"' + rest, now=1)
    assert isinstance(frame, CallError)
    assert (frame.message_id, frame.code) == ("a", "NotImplemented")
    assert [(f.rule, f.requirement, f.malformed) for f in findings] == [("FRAME", "OCPP-J 4.2.3", True)]
    assert rules_of(book, '[4,"a"' + rest, now=2) == ["FRAME", "ANSWERED_ONCE"]


def test_the_code_of_a_refusal_of_the_wrong_form_is_looked_at_too() -> None:
    book = RuleBook("1.6")
    book.sent(Call("a", "ClearCache", {}), now=0)
    _, findings = book.received('[4,"a","FormatViolation","","details"]', now=1)
    assert [f.expected.split()[0] for f in findings] == ["a", "one"]


def test_direction() -> None:
    assert rules_of(RuleBook("1.6", sut="station"), encode(Call("1", "ClearCache", {}))) == ["FRAME"]
    assert rules_of(RuleBook("1.6", sut="csms"), encode(Call("1", "ClearCache", {}))) == []
    assert rules_of(RuleBook("1.6", sut="csms"), encode(Call("1", "DataTransfer", {"vendorId": "x"}))) == []
    stream = {"id": 1, "pending": 0, "basetime": TIME, "data": [{"t": 0, "v": "1"}]}
    assert rules_of(RuleBook("2.1", sut="station"), encode(Send("1", "NotifyPeriodicEventStream", stream))) == []
    assert rules_of(RuleBook("2.1", sut="station"), encode(Call("1", "NotifyPeriodicEventStream", stream))) == ["FRAME"]
    assert rules_of(RuleBook("2.1", sut="station"), encode(Send("1", "Heartbeat", {}))) == ["FRAME"]


def test_schema_of_requests_and_answers() -> None:
    book = RuleBook("2.0.1")
    _, findings = book.received(encode(Call("1", "BootNotification", {"reason": "PowerUp"})), 0)
    assert [(f.rule, f.requirement) for f in findings] == [("SCHEMA", "schema BootNotification request")]
    assert findings[0].expected.startswith("$.chargingStation")
    assert findings[0].received == "nothing"
    book.sent(Call("a", "ClearCache", {}), now=0)
    assert rules_of(book, encode(CallResult("a", {"status": "Perhaps"}))) == ["SCHEMA"]


def test_message_ids_stay_used_across_connections() -> None:
    book = RuleBook("1.6")
    assert rules_of(book, heartbeat("1")) == []
    book.sent(CallResult("1", {"currentTime": TIME}), 0)
    book.connection_opened()
    status = Call("1", "StatusNotification", {"connectorId": 0, "errorCode": "NoError", "status": "Available"})
    assert rules_of(book, encode(status)) == ["MESSAGE_ID"]
    assert rules_of(RuleBook("1.6"), encode(status)) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_a_retry_may_keep_its_id(version: str) -> None:
    book = RuleBook(version)
    assert rules_of(book, heartbeat("1")) == []
    book.connection_opened()
    assert rules_of(book, heartbeat("1"), now=0.1) == []
    assert rules_of(book, heartbeat("1"), now=20) == []  # after its own time-out, on the same connection
    book.sent(CallError("1", "InternalError"), now=20.1)
    assert rules_of(book, heartbeat("1"), now=21) == []
    book.sent(CallResult("1", {"currentTime": TIME}), 60)  # this answer may have crossed with the next attempt
    assert rules_of(book, heartbeat("1"), now=60) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_what_has_its_answer_is_not_sent_again(version: str) -> None:
    book = RuleBook(version)
    book.received(heartbeat("1"), 0)
    assert "MESSAGE_ID" in rules_of(book, heartbeat("1"), now=0.5)  # nobody gives up that soon
    book.sent(CallResult("1", {"currentTime": TIME}), 0.6)
    assert rules_of(book, heartbeat("1"), now=10) == ["MESSAGE_ID"]
    book.connection_opened()  # the answer may have been lost with the connection
    assert rules_of(book, heartbeat("1"), now=20) == []


def event(seq_no: int, transaction: str = "t", **more: object) -> str:
    info = {"transactionId": transaction}
    payload = {"eventType": "Updated", "timestamp": TIME, "triggerReason": "Trigger", "seqNo": seq_no, **more}
    return encode(Call("1", "TransactionEvent", {**payload, "transactionInfo": info}))


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
def test_a_retried_event_may_say_that_it_was_offline(version: str) -> None:
    def outcome(again: str) -> list[str]:
        book = RuleBook(version)
        assert rules_of(book, event(3)) == []
        book.connection_opened()
        return rules_of(book, again, now=9)

    assert outcome(event(3, offline=True)) == []
    assert outcome(event(4)) == ["MESSAGE_ID"]
    assert outcome(event(3, "another")) == ["MESSAGE_ID"]


def test_a_retried_stop_of_1_6_may_have_learnt_its_transaction() -> None:
    def stop(transaction: int, timestamp: str = TIME) -> str:
        payload = {"transactionId": transaction, "meterStop": 1, "timestamp": timestamp}
        return encode(Call("1", "StopTransaction", payload))

    def outcome(again: str) -> list[str]:
        book = RuleBook("1.6")
        assert rules_of(book, stop(-1)) == []
        book.connection_opened()
        return rules_of(book, again, now=9)

    assert outcome(stop(7)) == []
    assert outcome(stop(7, "2026-01-01T00:00:01Z")) == ["MESSAGE_ID"]


def test_an_answer_repeats_a_malformed_id_of_ours() -> None:
    book = RuleBook("2.0.1")
    assert rules_of(book, encode(CallResult("x" * 37, {}))) == ["FRAME"]
    book.sent_unreadable("x" * 37, "")
    assert rules_of(book, encode(CallResult("x" * 37, {}))) == []
    assert rules_of(book, encode(CallError("", "RpcFrameworkError"))) == []


def test_a_retry_may_keep_its_id_when_its_sender_has_given_the_first_up() -> None:
    """Errata of 2.0.1 (4.6) and OCPP-J 1.6 (3.1), 2.1 4.1.4: after the time-out, on the same connection, offline."""
    book = RuleBook("2.0.1", call_timeout=10)
    event = {"eventType": "Updated", "triggerReason": "Trigger", "seqNo": 1, "transactionInfo": {"transactionId": "a"}}
    event["timestamp"] = TIME
    assert rules_of(book, encode(Call("1", "TransactionEvent", event))) == []
    assert "MESSAGE_ID" in rules_of(book, encode(Call("1", "TransactionEvent", event)), now=0.5)
    again = encode(Call("1", "TransactionEvent", event | {"offline": True}))
    assert rules_of(book, again, now=20) == []
    assert rules_of(book, encode(Call("1", "TransactionEvent", event | {"seqNo": 2})), now=40) == ["MESSAGE_ID"]


def test_a_slow_answer_breaks_no_must() -> None:
    """4.1.1 leaves the time-out to the sender."""
    book = RuleBook("2.0.1", answer_time=30)
    book.sent(Call("a", "ClearCache", {}), now=0)
    (finding,) = book.received(encode(CallResult("a", {"status": "Accepted"})), 31)[1]
    assert (finding.rule, finding.should) == ("ANSWER_TIME", True)


def test_what_the_harness_was_late_in_reading_is_no_slowness_of_the_system() -> None:
    late = 2.0
    book = RuleBook("2.0.1", answer_time=30, held_up=lambda: late)
    book.sent(Call("a", "ClearCache", {}), now=0)
    late = 7.0
    assert book.received(encode(CallResult("a", {"status": "Accepted"})), 34)[1] == []


def test_answered_once() -> None:
    book = RuleBook("1.6")
    book.sent(Call("a", "ClearCache", {}), now=0)
    answer = encode(CallResult("a", {"status": "Accepted"}))
    assert rules_of(book, answer) == []
    frame, findings = book.received(answer, 0)
    assert frame is not None
    assert findings[0].received == "a second answer to a"
    assert rules_of(book, encode(CallResult("b", {}))) == ["ANSWERED_ONCE"]
    assert rules_of(book, encode(CallError("c", "GenericError"))) == ["ANSWERED_ONCE"]


def test_errors_about_unreadable_messages_belong_to_nothing() -> None:
    book = RuleBook("2.0.1")
    book.sent_unreadable()
    assert rules_of(book, encode(CallError("-1", "RpcFrameworkError"))) == []
    book = RuleBook("1.6")
    book.sent_unreadable()
    assert rules_of(book, encode(CallError("?", "FormationViolation"))) == []
    assert rules_of(book, encode(CallError("?", "FormationViolation"))) == ["ANSWERED_ONCE"]


def test_refused_results() -> None:
    book = RuleBook("2.1")
    book.received(heartbeat("1"), 0)
    book.sent(CallResult("1", {"currentTime": "soon"}), 0)
    assert rules_of(book, encode(CallResultError("1", "FormatViolation"))) == []
    assert rules_of(book, encode(CallResultError("2", "FormatViolation"))) == ["ANSWERED_ONCE"]


def test_one_outstanding() -> None:
    book = RuleBook("2.0.1", call_timeout=10)
    assert rules_of(book, heartbeat("1"), now=0) == []
    assert rules_of(book, heartbeat("2"), now=1) == ["ONE_OUTSTANDING"]
    assert rules_of(book, heartbeat("3"), now=20) == []
    book.connection_opened()
    assert rules_of(book, heartbeat("4"), now=20) == []
    recommended = RuleBook("1.6")
    recommended.received(heartbeat("1"), 0)
    assert recommended.received(heartbeat("2"), 0)[1][0].should


def test_what_lay_unread_while_the_harness_was_held_up_may_have_been_given_up() -> None:
    late = 0.0
    book = RuleBook("2.0.1", call_timeout=10, held_up=lambda: late)
    assert rules_of(book, heartbeat("1"), now=0) == []
    late = 0.5
    assert rules_of(book, heartbeat("2"), now=1) == ["ONE_OUTSTANDING"]
    late = 3.0
    assert rules_of(book, heartbeat("3"), now=4) == []
    book.connection_opened()
    late = 6.0
    assert rules_of(book, heartbeat("4"), now=8) == []
    assert rules_of(book, heartbeat("5"), now=8) == []  # both lay there
    book.sent(CallResult("4", {}), now=8)
    book.sent(CallResult("5", {}), now=8)
    assert rules_of(book, heartbeat("6"), now=8) == []
    assert rules_of(book, heartbeat("7"), now=8) == ["ONE_OUTSTANDING"]


def test_a_call_on_a_closed_connection_keeps_no_other_back() -> None:
    book = RuleBook("2.0.1", call_timeout=10)
    assert rules_of(book, heartbeat("1"), now=0) == []
    book.cannot_be_answered("1")
    assert rules_of(book, heartbeat("2"), now=1) == []
    assert rules_of(book, heartbeat("3"), now=2) == ["ONE_OUTSTANDING"]


def test_what_a_dead_line_held_back_came_at_any_distance() -> None:
    book = RuleBook("2.0.1", call_timeout=10)
    assert rules_of(book, heartbeat("1"), now=0) == []
    book.held_back()
    assert rules_of(book, heartbeat("2"), now=5) == []  # 1 was given up meanwhile
    assert rules_of(book, heartbeat("2"), now=5) == []  # and 2 repeated
    book.sent(CallResult("2", {}), now=5)
    assert rules_of(book, heartbeat("3"), now=5) == ["ONE_OUTSTANDING"]  # 1 has no answer yet, and things pass again


def test_answer_time() -> None:
    book = RuleBook("1.6", answer_time=5)
    book.sent(Call("a", "ClearCache", {}), now=0)
    _, findings = book.received(encode(CallResult("a", {"status": "Accepted"})), 6)
    assert [(f.rule, f.should) for f in findings] == [("ANSWER_TIME", True)]  # the time-out is the sender's choice
    book.sent(Call("b", "ClearCache", {}), now=10)
    book.given_up("b")
    book.given_up("never sent")
    assert rules_of(book, encode(CallResult("b", {"status": "Accepted"})), now=60) == []
