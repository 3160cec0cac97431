"""What counts as told twice, and what as never told, over several connections."""

from ocpp_proof.roles.message import Message, Payload
from ocpp_testcases.edge.states.transaction_log import never_answered, repeated_although_answered


def event(index, number, *, connection=0, answered=True):
    payload = {"seqNo": number, "eventType": "Updated", "transactionInfo": {"transactionId": "a"}}
    message = Message("TransactionEvent", Payload(payload), str(index), index, 0.0, connection)
    message.answer = {} if answered else None
    return message


def start(index, timestamp, *, connection=0, answered=True):
    payload = Payload({"connectorId": 1, "idTag": "A", "timestamp": timestamp})
    message = Message("StartTransaction", payload, str(index), index, 0.0, connection)
    message.answer = {"transactionId": index} if answered else None
    return message


def test_each_once_is_right():
    told = [event(0, 0), event(1, 1), event(2, 2)]
    assert not repeated_although_answered(told)
    assert not never_answered(told)


def test_what_was_not_answered_is_to_be_sent_again():
    told = [event(0, 0, answered=False), event(1, 0, connection=1)]
    assert not repeated_although_answered(told)
    assert not never_answered(told)
    assert never_answered(told[:1]) == told[:1]


def test_again_after_an_answer_that_may_have_been_lost_is_right():
    told = [event(0, 0), event(1, 0, connection=1)]
    assert not repeated_although_answered(told)


def test_again_after_an_answer_that_arrived_is_wrong():
    told = [event(0, 0), event(1, 0, connection=1)]
    assert repeated_although_answered(told, sure=1) == told[1:]


def test_again_on_the_same_connection_is_wrong():
    told = [event(0, 0, answered=False), event(1, 0, connection=1), event(2, 0, connection=1)]
    assert repeated_although_answered(told) == told[2:]


def test_a_start_with_another_time_is_another_start():
    told = [start(0, "2026-01-01T00:00:00Z", answered=False), start(1, "2026-01-01T00:00:05Z", connection=1)]
    assert never_answered(told) == told[:1]
