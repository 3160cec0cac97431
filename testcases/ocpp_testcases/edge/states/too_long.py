"""A CALL that may be longer than what the SUT reads."""

from __future__ import annotations

from typing import Any

from ocpp_proof.cases.evidence import current_case
from ocpp_proof.roles.connection_texts import closing_text
from ocpp_proof.roles.message import Answer, ErrorAnswer
from ocpp_proof.roles.peer import Peer

__all__ = ["TOO_BIG", "attempt_too_long"]

TOO_BIG = 1009
"""The code with which a connection is closed over a message that is too big (RFC 6455, 7.4.1)."""


async def attempt_too_long(peer: Peer, action: str, payload: dict[str, Any]) -> Answer | ErrorAnswer | None:
    """The answer to the CALL; None when the connection was closed with 1009. NonConformance for any other silence."""
    answer = await peer.outcome_of(action, payload, within=peer.timing.message)
    ended = peer.connections[-1].closed
    if answer is None and not (ended.done() and ended.result().code == TOO_BIG):
        received = closing_text(peer.connections[-1]) if ended.done() else "no answer"
        raise current_case().fail("OCPP-J answer", expected=f"an answer to {action}", received=received)
    if answer is not None:
        peer.judge_answer(answer, action)
    return answer
