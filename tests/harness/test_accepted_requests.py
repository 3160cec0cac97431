"""What a station of the harness owes for what it accepted is sent before it goes away."""

import asyncio

import pytest
from ocpp_proof.roles.accepted_requests import AcceptedRequests
from ocpp_proof.roles.message import Message, Payload


def request(number):
    return Message("GetReport", Payload(requestId=number), "", number, 0.0, 0)


@pytest.mark.asyncio
async def test_what_comes_while_the_rest_is_sent_is_sent_too():
    """A CSMS asks one thing after the other, and the last comes when the case is over."""
    sent = []

    async def send(action, payload):
        await asyncio.sleep(0)
        sent.append(payload["seqNo"])
        if len(sent) < 3:
            accepted.accepted(request(len(sent)), [("NotifyReport", {"seqNo": len(sent)})])

    accepted = AcceptedRequests(send)
    accepted.accepted(request(0), [("NotifyReport", {"seqNo": 0})])
    await accepted.settled(5)
    assert sent == [0, 1, 2]


@pytest.mark.asyncio
async def test_who_never_answers_is_not_waited_for_without_end():
    async def send(action, payload):
        await asyncio.get_running_loop().create_future()

    accepted = AcceptedRequests(send)
    accepted.accepted(request(0), [("NotifyReport", {"seqNo": 0})])
    await accepted.settled(0.01)
    accepted.clear()


@pytest.mark.parametrize(
    ("action", "payload", "expected"),
    [
        ("TriggerMessage", {"requestedMessage": "MeterValues"}, True),
        ("TriggerMessage", {"requestedMessage": "StatusNotification"}, False),
        ("Reset", {"type": "OnIdle"}, True),
        ("UpdateFirmware", {}, False),
    ],
)
def test_of_what_is_triggered_a_case_shows_only_what_it_asked_for(action, payload, expected):
    """Accepted, the others would have to come (F06.FR.10)."""
    accepted = AcceptedRequests(None)
    accepted.asked_by_case("TriggerMessage", {"requestedMessage": "MeterValues"})
    accepted.asked_by_case("Reset", {"type": "Immediate"})
    assert accepted.is_for_a_case(action, payload) is expected
