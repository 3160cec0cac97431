"""Messages derived from the schemas that are right, with a value at its edge: they must be taken."""

from __future__ import annotations

import time
from typing import Any

from ocpp_proof.cases.errors import NotApplicable
from ocpp_proof.cases.steps import check, not_judged, step
from ocpp_proof.ocppj.boundaries import Boundary
from ocpp_proof.ocppj.frames import Payload
from ocpp_proof.ocppj.samples import build
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.peer import Peer
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.edge.states.generated_messages import (
    MOST_FAILURES,
    boundary_messages,
    by_action,
    how_many,
    nothing,
    without_custom_data,
)
from ocpp_testcases.edge.states.message_levels import UNSUPPORTED, requirement_of_edge
from ocpp_testcases.edge.states.message_plans import requests_sent_to
from ocpp_testcases.edge.states.message_sender import MessageSender
from ocpp_testcases.edge.states.probe import expect_probe_answered

__all__ = ["expect_each_accepted"]


async def expect_each_accepted(peer: Peer, sut: Sut, bench: Bench, keyword: str, *, count: int) -> None:
    """Send right messages with a value at the edge; none may be refused for its form.

    Each action is sent with usual values first. What is refused with those too is not refused for its edge.
    """
    found = boundary_messages(sut.ocpp, sut.role, keyword)
    spontaneous = {request.name for request in requests_sent_to(sut.role, sut.ocpp) if request.spontaneous}
    # of what has to be taken most, and some of what may be refused
    binding, others = ([edge for edge in found if (edge.action in spontaneous) is told] for told in (True, False))
    chosen = bench.generation.chosen(binding, count - min(count // 4, len(others)), sut.rng)
    chosen += bench.generation.chosen(others, count - min(count, len(chosen)), sut.rng)
    if not chosen:
        raise nothing(bench, f"no harmless request of OCPP {sut.ocpp} has an edge of {keyword}")
    sender = MessageSender(peer, sut, bench)
    usual: dict[str, bool] = {}
    started = time.monotonic()
    for action, right in by_action(chosen).items():
        with step(f"{action} arrives with a value at the edge ({keyword}), {len(right)} times"):
            await _accept(sender, right, usual, spontaneous=action in spontaneous)
    each = (time.monotonic() - started) / len(chosen)
    rest = bench.generation.rest(found, chosen, each, sut.rng) if not sender.faults else []
    if rest:
        with step(how_many(bench, len(rest), len(found) - len(chosen), each)):
            for action, right in by_action(rest).items():
                await _accept(sender, right, usual, spontaneous=action in spontaneous)
    await sender.connected()
    with step("The next valid CALL is answered"):
        await expect_probe_answered(peer)
    if isinstance(peer, Csms):  # what was triggered last belongs to this case
        await peer.wait_until_quiet()
    if usual and sender.unsupported >= usual.keys():
        raise NotApplicable(f"the SUT does not support {', '.join(usual)}")


async def _accept(sender: MessageSender, right: list[Boundary], usual: dict[str, bool], *, spontaneous: bool) -> None:
    action = right[0].action
    if action not in usual:
        usual[action] = await _usual_is_taken(sender, right[0], spontaneous=spontaneous)
    if not usual[action]:
        return
    before = sender.faults
    for edge in right:
        if max(sender.failures, sender.faults - before) >= MOST_FAILURES:
            return
        answer = await sender.send_right(action, edge.payload)
        if answer.error and not await _usual_is_taken(sender, edge, spontaneous=spontaneous):
            continue
        _judge_edge(sender, edge, answer, spontaneous=spontaneous)


async def _usual_is_taken(sender: MessageSender, edge: Boundary, *, spontaneous: bool) -> bool:
    """Whether the same message with a usual value is taken. One that has to be and is not is blamed itself.

    That the action is not there a system may say only of a message that has everything: it is asked with one first.
    """
    answer = await sender.send_right(edge.action, edge.plain)
    if answer.error is None:
        return True
    told = f"{answer.error}: {getattr(answer, 'description', '')}"
    supported = answer.error not in UNSUPPORTED
    if not supported:
        sender.unsupported.add(edge.action)
    elif spontaneous:
        whole = await sender.send_right(edge.action, _whole(sender.sut, edge.action))
        if whole.error in UNSUPPORTED:
            supported = False
            expected = f"{edge.action}, which is not there, refused with {' or '.join(UNSUPPORTED)}"
            check("OCPP-J 4.3", False, expected=expected, received=told)
    if not (supported and spontaneous):
        not_judged("OCPP-J boundary", because=f"{edge.action} with usual values is refused as well: {told}")
        return False
    sender.count(requirement_of_edge(sender.sut.ocpp, edge, answer))
    check(
        requirement_of_edge(sender.sut.ocpp, edge, answer),
        False,
        expected=f"{edge.action} with usual values taken, or not supported",
        received=told,
    )
    return False


def _whole(sut: Sut, action: str) -> Payload:
    """The usual message with everything that it can hold and a system may act on."""
    request = next(request for request in requests_sent_to(sut.role, sut.ocpp) if request.name == action)
    made: Payload = without_custom_data(build(sut.ocpp, action, "request", full=True, plan=request.plan_of_faults))
    return made


def _judge_edge(sender: MessageSender, edge: Boundary, answer: Any, *, spontaneous: bool) -> None:
    where = edge.name.removeprefix(edge.action).rpartition(":")[0]
    taken = answer.error is None or answer.error in UNSUPPORTED
    if not taken:
        sender.count(requirement_of_edge(sender.sut.ocpp, edge, answer, spontaneous=spontaneous))
    check(
        requirement_of_edge(sender.sut.ocpp, edge, answer, spontaneous=spontaneous),
        taken,
        expected=f"{edge.action} with {where} at its edge is taken, or not supported",
        received=f"{answer.error}: {getattr(answer, 'description', '')}" if answer.error else dict(answer),
        note=sender.note(edge, edge.payload) if answer.error else "",
    )
