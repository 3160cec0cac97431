"""Messages derived from the schemas: what can be sent, and wrong ones that must not be taken."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, TypeVar

from ocpp_proof.cases.errors import NotApplicable, NotRun
from ocpp_proof.cases.steps import check, not_judged, step
from ocpp_proof.ocppj.boundaries import Boundary, boundaries
from ocpp_proof.ocppj.error_codes import error_codes, fitting_codes
from ocpp_proof.ocppj.frames import Payload
from ocpp_proof.ocppj.mutations import Fault, faults
from ocpp_proof.ocppj.samples import Plan, build
from ocpp_proof.ocppj.schemas import violations
from ocpp_proof.ocppj.shrink import smallest_json
from ocpp_proof.roles.peer import Peer
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.edge.states.message_levels import (
    CLOSED,
    TAKEN,
    UNSUPPORTED,
    UNSUPPORTED_HERE,
    Answered,
    is_right,
    requirement_of_closing,
    requirement_of_code,
    requirement_of_fault,
)
from ocpp_testcases.edge.states.message_plans import OWN, Request, requests_sent_to
from ocpp_testcases.edge.states.message_sender import MessageSender
from ocpp_testcases.edge.states.probe import expect_probe_answered

__all__ = [
    "as_wrong_as",
    "boundary_messages",
    "by_action",
    "expect_each_refused",
    "how_many",
    "nothing",
    "whole_message",
    "without_custom_data",
    "wrong_messages",
]

MOST_FAILURES = 8
"""After so many messages of one kind that must not be taken and were the rest is not sent: the defect is known. What
only warns ends its own action after as many."""
MOST_SHRUNK = 2
LARGE = 20_000
"""Characters beyond which a message is left as it is: looking at all that is smaller would keep others waiting."""

_NEEDED = {"StatusNotification": "evse", "CustomTrigger": "customTrigger"}
"""What a TriggerMessage of 2.x asks for -> the field that it has to have then."""

M = TypeVar("M", Fault, Boundary)


# --- what can be sent


@cache
def _all_wrong(ocpp: str, role: str) -> tuple[Fault, ...]:
    found: list[Fault] = []
    for request in requests_sent_to(role, ocpp):
        plan = request.plan_of_faults
        whole = build(ocpp, request.name, "request", full=True, plan=plan)
        found += faults(ocpp, request.name, "request", whole, plan)
    return tuple(fault for fault in found if not _is_next_to_own(fault))


def _is_next_to_own(fault: Fault) -> bool:
    """Whether it is half a number more than the harness' own transaction: who rounds it means somebody else's."""
    return isinstance(fault.value, float) and int(fault.value) == OWN


@cache
def _all_edges(ocpp: str, role: str) -> tuple[Boundary, ...]:
    return tuple(
        edge
        for request in requests_sent_to(role, ocpp)
        if request.at_edges
        for edge in boundaries(ocpp, request.name, request.plan)
        if _is_harmless(edge, request)
    )


def _is_harmless(edge: Boundary, request: Request) -> bool:
    """Whether a system may act on it: it asks for no certificate (TriggerMessage), and it is about the same thing.

    It also is whole: what asks for a StatusNotification of 2.x names an EVSE, a CustomTrigger the trigger (F06).
    """
    place = ".".join(part for part in edge.path if isinstance(part, str))
    asked = str(edge.payload.get("requestedMessage", ""))
    needs = _NEEDED.get(asked) if "2.0.1" in request.versions else None
    if edge.payload.get("status") == "Idle":  # sent by stations when it was triggered, and only then (1.6, 7.24, 7.25)
        return False
    if asked.startswith("Sign") or (needs is not None and needs not in edge.payload):
        return False
    return not place.endswith(request.no_edges or ("\0",)) and not _is_whole_station(edge)


def _is_whole_station(edge: Boundary) -> bool:
    """Whether it is about EVSE or connector 0: that is the whole station, or no number of either (2.1: > 0)."""
    name = next((part for part in reversed(edge.path) if isinstance(part, str)), "")
    of_evse = name in ("evseId", "connectorId") or edge.path[-2:] == ("evse", "id")
    return edge.keyword == "minimum" and of_evse


def wrong_messages(ocpp: str, role: str, keyword: str) -> list[Fault]:
    """Every wrong message of one kind that a system of this role can be sent."""
    return [fault for fault in _all_wrong(ocpp, role) if fault.keyword == keyword]


def boundary_messages(ocpp: str, role: str, keyword: str) -> list[Boundary]:
    """Every message at the edge of one kind that is harmless for a system of this role that acts on it."""
    return [edge for edge in _all_edges(ocpp, role) if edge.keyword == keyword]


def whole_message(fault: Fault) -> Payload | None:
    """The message with everything that it can hold around the fault; None if the schema allows it after all."""
    return fault.on(_whole(fault.version, fault.action, fault.kind, fault.plan, "customData" in fault.path))


@cache
def _whole(version: str, action: str, kind: str, plan: Plan, with_custom_data: bool) -> Payload:
    """The valid message with everything that it can hold: one for all faults of an action. Shared: do not change it."""
    whole = build(version, action, kind, full=True, plan=plan)
    sound: Payload = whole if with_custom_data else without_custom_data(whole)
    return sound


def without_custom_data(value: Any) -> Any:
    """The same without the vendors' own data that every object of 2.x may hold."""
    if isinstance(value, dict):
        return {k: without_custom_data(v) for k, v in value.items() if k != "customData"}
    return [without_custom_data(v) for v in value] if isinstance(value, list) else value


# --- wrong ones


async def expect_each_refused(
    peer: Peer, sut: Sut, bench: Bench, keyword: str, *, count: int, action: str = ""
) -> None:
    """Send wrong messages of one kind; each is refused with a CALLERROR or dropped, and the SUT goes on.

    `count` of those of every action, or of one; then the others as far as the time of the run goes.
    """
    found = [f for f in wrong_messages(sut.ocpp, sut.role, keyword) if action in ("", f.action)]
    first = found
    if not bench.generation.exhaustive and not bench.generation.message:
        first = [c for c in found if "customData" not in c.path] or found
    chosen = bench.generation.chosen(first, count, sut.rng)
    if not chosen:
        raise nothing(bench, f"no harmless request of OCPP {sut.ocpp} can break {keyword}")
    sender = MessageSender(peer, sut, bench)
    with step("A valid CALL is answered"):
        await sender.measure()
    # a thousand whole elements are megabytes, and all messages whole are a report that nobody can open
    whole = not bench.generation.exhaustive and keyword != "maxItems"
    judged: dict[str, str] = {}
    started = time.monotonic()
    for name, wrong in by_action(chosen).items():
        with step(f"{name} arrives with {keyword} broken, in {len(wrong)} ways one after the other"):
            await _refuse(sender, wrong, judged, whole=whole)
    each = (time.monotonic() - started) / len(chosen)
    rest = bench.generation.rest(found, chosen, each, sut.rng) if not action and not sender.faults else []
    if rest:
        with step(how_many(bench, len(rest), len(found) - len(chosen), each)):
            for wrong in by_action(rest).values():
                await _refuse(sender, wrong, judged, whole=False)
    await sender.connected()
    with step("The next valid CALL is answered; what was answered late was no acceptance either"):
        await expect_probe_answered(peer)
        await peer.late.settle(peer.timing.quiet)
        await _judge_late(sender)
    if judged and set(judged.values()) == {UNSUPPORTED_HERE} and not sender.faults:
        raise NotApplicable(f"the SUT does not support {', '.join(judged)}")


async def _refuse(sender: MessageSender, wrong: list[Fault], judged: dict[str, str], *, whole: bool) -> None:
    """Send wrong messages of one action, if the right one is not refused already."""
    action, keyword = wrong[0].action, wrong[0].keyword
    if sender.failures >= MOST_FAILURES:
        return
    if action not in judged:
        judged[action] = await _refused_already(sender, wrong[0], whole=whole)
        if judged[action] not in ("", "whole", UNSUPPORTED_HERE):
            because = f"{action}: the message without a fault is not taken either: {judged[action]}"
            not_judged("OCPP-J invalid refused", because=because)
    if judged[action] not in ("", "whole") or _is_carried_out(sender, action):
        return
    counts: dict[str, int] = {}
    codes, taken = set[str](), 0
    for fault in wrong:
        payload = whole_message(fault) if whole and judged[action] == "whole" else fault.least()
        if payload is None:
            continue
        if max(sender.failures, taken) >= MOST_FAILURES or action in sender.carried_out:
            break
        answer = await sender.send_wrong(fault, payload)
        became = sender.became(answer, payload)
        counts[became] = counts.get(became, 0) + 1
        if answer is not None and answer.error is not None:
            codes.add(answer.error)
        if became == UNSUPPORTED_HERE:
            judged[action] = UNSUPPORTED_HERE
            break  # the product does not have this action: nothing more is to be learnt
        if not is_right(fault, became):
            taken += 1
            smallest = await _smallest(sender, fault, payload, became)
            _check_failed(sender, fault, smallest, became, answer)
    _check_codes(sender.sut.ocpp, keyword, codes)
    told = ", ".join(f"{number} {word}" for word, number in counts.items())
    if keyword == "additionalProperties" and TAKEN in counts:
        not_judged("OCPP-J unknown field", because=f"{action}: {told}; nobody has to refuse a field that is not known")
    elif counts and not taken:
        check(requirement_of_fault(wrong[0], TAKEN), not taken, expected="each refused or dropped", received=told)


def _is_carried_out(sender: MessageSender, action: str) -> bool:
    """Whether the station does what is asked of it with a thing that does not exist: then it is not asked again."""
    if action in sender.carried_out:
        because = f"{action} was carried out for an EVSE that does not exist; it is taken back and not sent again"
        not_judged("OCPP-J invalid refused", because=because)
    return action in sender.carried_out


def _check_codes(ocpp: str, keyword: str, codes: set[str]) -> None:
    known = error_codes(ocpp)
    for code in sorted(codes - known):
        check(requirement_of_code(ocpp, code), False, expected=f"a code of OCPP {ocpp}", received=code)
    fitting = fitting_codes(ocpp, keyword) + UNSUPPORTED + ("SecurityError",)
    strange = sorted(codes & known - set(fitting))
    if codes & known:
        check("OCPP-J 4.3", not strange, expected=f"one of {', '.join(fitting)}", received=strange or sorted(codes))


async def _refused_already(sender: MessageSender, fault: Fault, *, whole: bool) -> str:
    """Why a request is not taken though it is right; empty if the least one is taken, "whole" if the whole one is."""
    why = ""
    for full in (True, False) if whole else (False,):
        payload = without_custom_data(build(fault.version, fault.action, fault.kind, full=full, plan=fault.plan))
        answer = await sender.try_right(fault.action, payload)
        if answer is not None and answer.error is None:
            return "whole" if full else ""
        if answer is not None and answer.error in UNSUPPORTED:
            return UNSUPPORTED_HERE
        why = "no answer" if answer is None else f"{answer.error}: {getattr(answer, 'description', '')}"
    return why


async def _judge_late(sender: MessageSender) -> None:
    for late in sender.peer.late.came():
        for fault, payload in list(sender.sent):
            if payload is not late.payload:
                continue
            await sender.bring_back(fault.action, payload, late.answer, right=False)
            became = sender.became(late.answer, payload)
            if not is_right(fault, became):
                sender.patience = max(sender.patience, 2 * late.seconds)  # so slow is this SUT
                smallest = await _smallest(sender, fault, payload, became)
                _check_failed(sender, fault, smallest, became, late.answer)


def as_wrong_as(fault: Fault, payload: Payload) -> Callable[[Any], bool]:
    """Tells whether a smaller message is wrong in the same way, and still names what keeps it harmless.

    A text is there as it was or not at all: half of it may name something else, such as another host. What the plan
    gives a value is missing only where the least message does without it.
    """
    texts, broken = set(_texts(payload)), _broken(fault, payload)
    kept = {place: _at(payload, place) for place in fault.plan.keeps}
    given = {place: _at(payload, place) for place in fault.plan.values}
    least = fault.least() or {}

    def is_as_wrong(candidate: Any) -> bool:
        if not set(_texts(candidate)) <= texts or any(_at(candidate, place) != there for place, there in kept.items()):
            return False
        for place, whole in given.items():
            there = _at(candidate, place)
            if there != whole and (there or _at(least, place)):
                return False
        return _broken(fault, candidate) == broken

    return is_as_wrong


def _texts(value: Any) -> Iterator[str]:
    """Every text in a payload, at whatever depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for member in value.values() if isinstance(value, dict) else value:
            yield from _texts(member)


def _broken(fault: Fault, payload: Any) -> set[tuple[str, str]]:
    return {(v.path, v.keyword) for v in violations(fault.version, fault.action, fault.kind, payload)}


def _at(payload: Any, place: str) -> list[Any]:
    """What stands at a place, in every element of the lists on the way."""
    found = [payload]
    for name in place.split("."):
        found = [v for value in found for v in (value if isinstance(value, list) else [value])]
        found = [value[name] for value in found if isinstance(value, dict) and name in value]
    return found


async def _smallest(sender: MessageSender, fault: Fault, payload: Payload, became: str) -> Payload:
    """The smallest message with this fault alone of which the same becomes."""
    if sender.faults >= MOST_SHRUNK or len(repr(payload)) > LARGE or fault.action in sender.carried_out:
        return payload

    async def still(candidate: Any) -> bool:
        return sender.became(await sender.send_wrong(fault, candidate), candidate) == became

    least = fault.least()
    if least is not None and as_wrong_as(fault, payload)(least) and await still(least):
        payload = least
    smallest: Payload = await smallest_json(payload, still, keeps=as_wrong_as(fault, payload), tries=20)
    return smallest


def _check_failed(sender: MessageSender, fault: Fault, payload: Payload, became: str, answer: Answered) -> None:
    where = f"{fault.action} with {fault.json_path} breaking {fault.keyword}"
    note = sender.note(fault, payload)
    if became == CLOSED:
        sender.count(requirement_of_closing(fault.version, sender.sut.role))
        check(
            requirement_of_closing(fault.version, sender.sut.role),
            False,
            expected=f"the connection outlives {where}",
            received="the SUT closed it",
            note=note,
        )
        return
    sender.count(requirement_of_fault(fault, became))
    check(
        requirement_of_fault(fault, became),
        False,
        expected=f"a CALLERROR, or nothing, for {where}",
        received=f"{became}: {dict(answer or {})}",
        note=note,
    )


# --- both


def by_action(messages: Iterable[M]) -> dict[str, list[M]]:
    """The messages of each action, in the order of the first of each."""
    found: dict[str, list[M]] = {}
    for message in messages:
        found.setdefault(message.action, []).append(message)
    return found


def how_many(bench: Bench, count: int, others: int, each: float) -> str:
    """What a step that sends more says of how many, and why no more."""
    bound = f"{bench.generation.seconds:g} s at {1000 * each:.0f} ms each" if count < others else "all of them"
    return f"{count} of the {others} other messages of this kind follow ({bound})"


def nothing(bench: Bench, otherwise: str) -> NotApplicable | NotRun:
    """Why nothing is sent: the run is about another message, or there is none, as `otherwise` says."""
    if bench.generation.message:
        return NotRun(f"--message {bench.generation.message} is not of this kind")
    return NotApplicable(otherwise)
