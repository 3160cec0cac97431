"""A CALL that changes nothing, and the judgement that the SUT still answers it."""

from __future__ import annotations

from typing import Any

from ocpp_proof.cases.steps import check
from ocpp_proof.roles.message import Answer, ErrorAnswer
from ocpp_proof.roles.peer import Peer

__all__ = ["expect_probe_answered", "has_booted_here", "probe_request"]


def probe_request(peer: Peer) -> tuple[str, dict[str, Any]]:
    """A CALL that every SUT of the role must answer, and that changes nothing."""
    if peer.plays == "station":
        return "Heartbeat", {}
    if peer.ocpp == "1.6":
        return "GetConfiguration", {"key": ["HeartbeatInterval"]}
    variable = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
    return "GetVariables", {"getVariableData": [variable]}


def has_booted_here(peer: Peer) -> bool:
    """Whether the SUT has sent a BootNotification on this connection: it may refuse CALLs until that was answered."""
    newest = len(peer.connections) - 1
    return any(m.action == "BootNotification" and m.connection == newest for m in peer.inbox)


async def expect_probe_answered(peer: Peer, *, requirement: str = "survival") -> Answer | ErrorAnswer:
    """The SUT answers the next valid CALL, on the same connection.

    A station that boots on this connection may refuse until that was answered: then it is asked once more.
    """
    action, payload = probe_request(peer)
    check(
        requirement,
        peer.connected,
        expected=f"the connection stays open, and {action} is answered",
        received="open" if peer.connected else "the SUT closed the connection",
    )
    answer = await peer.send_call(action, payload, judge=False)
    if answer.error and has_booted_here(peer):
        answer = await peer.send_call(action, payload, judge=False)
    check(
        requirement,
        answer.error is None,
        expected=f"{action} answered with a CALLRESULT",
        received=answer.error or dict(answer),
    )
    return answer
