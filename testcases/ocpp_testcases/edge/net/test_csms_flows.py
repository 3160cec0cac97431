"""A CSMS whose stations lose their connections in the middle of something, or tell of it long afterwards."""

import json

import pytest
from ocpp_proof import ALL, CannotTell, NotApplicable, by_version, case, check, given, not_judged, step
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.roles.answers import Silence

from ocpp_testcases.common.clock import now
from ocpp_testcases.edge.states.boot import booted
from ocpp_testcases.edge.states.concurrent_calls import asks_for, expect_conversation
from ocpp_testcases.edge.states.network_faults import back_again, lose_after_sending
from ocpp_testcases.edge.states.operator import requested, requested_if
from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.transaction_messages import Transaction, operator_request

DAY = 24 * 3600


@case("X_NET_04_CSMS", ocpp=ALL, sut="csms", title="Connection lost before the answer to a message", disruptive=True)
@pytest.mark.parametrize("what", ["boot", "sample", "stop", "status"])
async def test_message_again(station, sut, what):
    """What a station cannot know to have arrived it sends again: a CSMS that refuses or doubles it loses money."""
    await given(booted, station, sut)
    tx = Transaction(station, sut)
    if what in ("sample", "stop"):
        await given(tx.begin)
    match what:
        case "boot":
            action, payload = "BootNotification", station.nameplate.boot(sut.ocpp)
        case "status":
            action, payload = available(sut)
        case _:
            action, payload = tx.message("Updated" if what == "sample" else "Ended")
    with step(f"{action} is sent, and the connection is lost behind it, before the answer is read"):
        station.send_unanswered(action, payload)
        lose_after_sending(station)
        await back_again(station)
    with step("The station sends it again"):
        answer = await station.attempt(action, **payload)
        if what == "stop":
            tx.note(answer, "Ended")
        received = answer.error or dict(answer)
        check("OCPP-J 4.2.2", answer.error is None, expected=f"{action} answered", received=received)
        if what == "boot":
            requirement = by_version({"1.6": "1.6 §4.2", "2": "B01.FR.02"})
            check(requirement, answer.status == "Accepted", expected="Accepted", received=dict(answer))
    await expect_probe_answered(station)
    if what in ("sample", "stop"):
        with step("It is recorded once"):
            await tx.check_recorded(events=None if sut.ocpp == "1.6" else [0, 1])


@case(
    "X_NET_05_CSMS", ocpp=ALL, sut="csms", title="Connection lost while the CSMS waits for an answer", disruptive=True
)
@pytest.mark.parametrize("what", ["remote start", "trigger", "reservation"])
async def test_answer_lost(station, sut, what):
    """A CSMS that waits for ever for an answer that was lost can no longer operate the station."""
    await given(booted, station, sut)
    action, wish = operator_request(sut, what)
    station.answer(action, status="Rejected")  # nothing is to stay behind at the CSMS
    station.answer(action, Silence(), times=1, where=mine(wish))
    with step(f"The CSMS sends {action}, and the connection is lost before the answer"):
        await requested(station, sut, action, wish)
        station.drop()
        await back_again(station)
        await expect_probe_answered(station)
    number = len(station.connections) - 1
    with step("The operator asks once more: the request comes on the new connection"):
        wish = operator_request(sut, what)[1]
        again = await requested_if(station, sut, action, wish, within=station.timing.event)
        there = again is not None and again.connection == number
        received = "as expected" if there else "on the old one" if again else "it did not come"
        check("OCPP-J unanswered CALL", there, expected=f"{action} on the new connection", received=received)
        await expect_probe_answered(station)


def mine(wish):
    """By what the request is told from those that a CSMS sends by itself: it may trigger other messages."""
    return {name: value for name, value in wish.items() if name == "requestedMessage"}


def available(sut):
    """The report of a connector that is available."""
    if sut.ocpp == "1.6":
        return "StatusNotification", {"connectorId": sut.connectorId, "errorCode": "NoError", "status": "Available"}
    place = {"evseId": sut.evseId, "connectorId": sut.connectorId}
    return "StatusNotification", {**place, "connectorStatus": "Available", "timestamp": now()}


def reading(sut, name, value):
    """The wish to read a variable, the fields by which its request is known, and the station's answer."""
    if sut.ocpp == "1.6":
        entry = {"key": name, "readonly": False, "value": value}
        return "GetConfiguration", {"key": [name]}, {"key": asks_for(name)}, {"configurationKey": [entry]}
    place = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": name}}
    result = {**place, "attributeType": "Actual", "attributeStatus": "Accepted", "attributeValue": value}
    return (
        "GetVariables",
        {"getVariableData": [place]},
        {"getVariableData": asks_for(name)},
        {"getVariableResult": [result]},
    )


MIXED_UP = "OCPP-J answer mixed up"
LATE = "OCPP-J late answer"


@case("X_NET_06_CSMS", ocpp=ALL, sut="csms", title="The answer to a CALL comes after a reconnection", disruptive=True)
async def test_late_answer(station, sut):
    """A CSMS that takes a late answer for that to its present CALL believes what the station never said."""
    await given(booted, station, sut)
    value = str(sut.number(100, 999))
    action, wish, about, late = reading(sut, "HeartbeatInterval", str(sut.number(1000, 9999)))
    _, other, about_other, _ = reading(sut, "WebSocketPingInterval", value)
    station.has("WebSocketPingInterval" if sut.ocpp == "1.6" else "OCPPCommCtrlr.WebSocketPingInterval", value)
    station.answer(action, Silence(), times=1, where=about)
    with step(f"The CSMS sends {action}; its answer does not come before the connection is lost"):
        first = await requested(station, sut, action, wish, matching=about)
        station.drop()
        await back_again(station)
    with step("While it waits for another answer that of the first comes"):
        with station.holding(action):
            came = await requested_if(station, sut, action, other, within=station.timing.long, matching=about_other)
            if came is None:
                raise Inconclusive(
                    "the CSMS sends no other request: it may wait for the answer to its first one until its time-out, "
                    "which is its own (OCPP-J 4.1.1)"
                )
            number = len(station.connections)
            station.raw(json.dumps([3, first.message_id, late]))
            await expect_conversation(station, LATE)
        await expect_probe_answered(station)
    with step("It has learned what the station said in the end"):
        if len(station.connections) > number:
            not_judged(MIXED_UP, because="the CSMS closed the connection: the right answer could not be given")
            station.discard_findings()
            return
        component = "" if sut.ocpp == "1.6" else "OCPPCommCtrlr"
        try:
            known = await sut.variable(component, "WebSocketPingInterval", value=value)
        except CannotTell as cannot:
            raise CannotTell(f"what the CSMS learned is what this case is about: {cannot}") from None
        check(MIXED_UP, known == value, expected=value, received=known)
    station.discard_findings()


@case("X_NET_09_CSMS", ocpp=ALL, sut="csms", title="A transaction is told long after it took place", disruptive=True)
@pytest.mark.parametrize("how", ["a day late", "out of order", "its start never told"])
async def test_told_late(station, sut, how):
    """What a station charged without a connection has to be billed, however late and in whatever order it is told."""
    v16 = sut.ocpp == "1.6"
    if how == "out of order" and v16:
        raise NotApplicable("OCPP 1.6 has the station tell in chronological order")
    await given(booted, station, sut)
    tx = Transaction(station, sut, at=-DAY)
    numbers = []

    async def told(kind, requirement, **options):
        answer = await tx.tell(kind, **options)
        numbers.append(options.get("seqNo"))
        check(requirement, answer.error is None, expected=f"{kind} answered", received=answer.error or dict(answer))

    if how == "its start never told":
        requirement = by_version({"1.6": "1.6 §4.8 no id", "2": "OCPP-J 4.2.2"})
        tx.id = -1 if v16 else tx.id  # that of a transaction that got none, which belongs to nobody
        if v16:
            with step("A sample comes of a transaction that never got an id"):
                await told("Updated", requirement)
        with step("The end of a transaction comes of which the CSMS has heard nothing"):
            await told("Ended", requirement, **({} if v16 else {"seqNo": 7}))
            await expect_probe_answered(station)
        return
    with step("The station tells of a transaction of yesterday"):
        first = await tx.begin(**({} if v16 else {"seqNo": 0, "offline": True}))
        order = ("Ended", 3), ("Updated", 1), ("Updated", 2)
        for kind, number in order if how == "out of order" else sorted(order, key=lambda item: item[1]):
            requirement = "1.6 §4.10" if kind == "Ended" else "1.6 §4.7 confirm"
            requirement = requirement if v16 else "OCPP-J 4.2.2"
            await told(kind, requirement, **({} if v16 else {"seqNo": number, "offline": True}))
    await expect_probe_answered(station)
    with step("It is recorded with the times at which it took place"):
        await tx.check_recorded(events=None if v16 else [0, *numbers], started=first["timestamp"])
