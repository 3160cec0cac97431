"""CALLs that the SUT sends because it was asked to: one whose answer a case arranges, and the one after it."""

from __future__ import annotations

import time
from typing import Any

from ocpp_proof.cases.errors import Inconclusive, NotApplicable
from ocpp_proof.cases.steps import by_version, check
from ocpp_proof.ocppj.frames import CallError
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.peer import Peer
from ocpp_proof.roles.station import Station
from ocpp_proof.roles.triggered_messages import in_vain_text
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.edge.states.concurrent_calls import setting_asked, setting_request
from ocpp_testcases.edge.states.operator import requested_if

__all__ = ["answer_with_text", "expect_next_call", "expect_triggers", "sut_call", "sut_call_action", "sut_call_fields"]

SETTING = "WebSocketPingInterval"
"""One that a CSMS hardly asks for by itself."""


def sut_call_action(peer: Peer) -> str:
    """The CALL that `sut_call` has the SUT send."""
    if peer.plays == "csms":
        return "Heartbeat"
    return "GetConfiguration" if peer.ocpp == "1.6" else "GetVariables"


def sut_call_fields(peer: Peer) -> dict[str, Any]:
    """By what it is told from others of this action, which a CSMS may send by itself."""
    return {} if peer.plays == "csms" else setting_asked(peer.ocpp, SETTING)


async def sut_call(peer: Peer, sut: Sut) -> Message:
    """The SUT is asked for a CALL of its own, and sends it. Inconclusive without it."""
    action = sut_call_action(peer)
    peer.match_from_now_on()
    if isinstance(peer, Csms):
        expect_triggers(peer, action)
        if not await _triggers(peer):
            raise NotApplicable("the station does not send a Heartbeat when TriggerMessage asks for it")
    message = await _call_asked_for(peer, sut)
    if message is None and isinstance(peer, Csms):
        raise Inconclusive(in_vain_text(action))
    if message is None:
        raise Inconclusive(f"the SUT was asked for {action} and did not send it")
    return message


def expect_triggers(csms: Csms, action: str) -> None:
    """Inconclusive where an earlier case waited in vain for a message that TriggerMessage was accepted for."""
    if where := csms.triggered.missed(action, csms.timing.event):
        raise Inconclusive(in_vain_text(action, where))


async def expect_next_call(peer: Peer, sut: Sut) -> Message | None:
    """The SUT, whose last CALL has its answer, is asked for another one and sends it; None when it does not.

    Inconclusive where it will not be asked: what it does after an answer that it could not use is its own choice.
    """
    action, within = sut_call_action(peer), peer.timing.event
    peer.match_from_now_on()
    if isinstance(peer, Csms) and not await _triggers(peer):
        raise Inconclusive(f"the SUT does not send another {action} when it is asked again")
    message = await _call_asked_for(peer, sut)
    expected, received = f"{action} within {within:g} s", "nothing" if message is None else action
    if peer.plays == "station":
        check("OCPP-J next call", message is not None, expected=expected, received=received)
    else:
        trigger = by_version({"1.6": "1.6 §5.17 trigger", "2": "F06.FR.10"})
        check(trigger, message is not None, expected=expected, received=received)
    return message


def answer_with_text(peer: Peer, message: Message, text: str) -> None:
    """Answer a CALL of the SUT with this text, whatever it is; it counts as answered."""
    peer.strays.clear()
    peer.unreadable.clear()
    peer.rules.sent(CallError(message.message_id, "GenericError"), time.monotonic())
    peer.raw(text)


async def _triggers(csms: Csms) -> bool:
    """Ask a station for a CALL; False when it says that it will not send it."""
    answer = await csms.attempt("TriggerMessage", requestedMessage="Heartbeat")
    return answer.error is None and answer.status == "Accepted"


async def _call_asked_for(peer: Peer, sut: Sut) -> Message | None:
    """The CALL that a station was asked for, or that the operator of a CSMS asks for now; None where it does not come.

    DriverError where a CSMS cannot be asked. What its API says when the CALL has an answer is not waited for.
    """
    action, within = sut_call_action(peer), peer.timing.event
    if not isinstance(peer, Station):
        return await peer.expect_optional(action, within=within)
    wish = setting_request(sut.ocpp, SETTING)[1]
    return await requested_if(peer, sut, action, wish, within=within, matching=sut_call_fields(peer))
