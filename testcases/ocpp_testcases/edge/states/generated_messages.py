"""Messages derived from the schemas: wrong ones that must not be taken, and right ones at the edge that must be."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from ocpp_proof.cases.errors import NotApplicable
from ocpp_proof.cases.evidence import current_case, describe
from ocpp_proof.cases.steps import check, step
from ocpp_proof.ocppj.actions import actions
from ocpp_proof.ocppj.boundaries import Boundary, boundaries
from ocpp_proof.ocppj.error_codes import fitting_codes
from ocpp_proof.ocppj.frames import Payload
from ocpp_proof.ocppj.mutations import Fault, faults
from ocpp_proof.ocppj.samples import build
from ocpp_proof.ocppj.schemas import violations
from ocpp_proof.ocppj.shrink import smallest_json
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Answer, ErrorAnswer
from ocpp_proof.roles.peer import Peer
from ocpp_proof.roles.station import Station
from ocpp_proof.run.bench import Bench
from ocpp_proof.run.generation import repeat_line
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.edge.states.boot import booted
from ocpp_testcases.edge.states.probe import expect_probe_answered

__all__ = ["boundary_messages", "expect_each_accepted", "expect_each_refused", "wrong_messages"]

MOST_FAILURES = 8
"""After so many messages of one kind that were taken the rest is not sent: the defect is known."""
MOST_SHRUNK = 2
LARGE = 20_000
"""Characters beyond which a message is left as it is: looking at all that is smaller would keep others waiting."""
PATIENCE = 0.25, 5
"""An answer to a wrong message is waited for so many seconds at least, and so many times what a right one took; later
ones are judged when they come."""
UNSUPPORTED = ("NotImplemented", "NotSupported")
UNSUPPORTED_HERE, TAKEN, CLOSED = "not supported", "taken", "the connection closed"
WRONG = {TAKEN, CLOSED, "answered with a status"}
"""What must not become of a wrong message."""
OPTIONAL = {"additionalProperties": "OCPP-J unknown field", "multipleOf": "OCPP-J fraction"}
"""Kinds of wrong of which the standard does not say that a receiver has to refuse them."""
CHOICE = ("enum", "minimum", "maximum")
"""Edges that a receiver may turn down as a value that it cannot use: a PropertyConstraintViolation."""

NOT_SENT = ("SetNetworkProfile",)
"""Left out until it can be taken back: a station that takes it connects to the CSMS "sample" ever after."""

Answered = Answer | ErrorAnswer | None


def requests_received_by(ocpp: str, role: str) -> list[str]:
    """The names of the requests that a system of this role receives and that can be sent to a product."""
    calls = [a.name for a in actions(ocpp) if a.kind == "call" and a.sender in ("both", _other(role))]
    return [name for name in calls if name not in NOT_SENT]


def wrong_messages(ocpp: str, role: str, keyword: str) -> list[Fault]:
    """Every wrong message of one kind that a system of this role can be sent."""
    found = []
    for action in requests_received_by(ocpp, role):
        whole = build(ocpp, action, "request", full=True)
        found += [f for f in faults(ocpp, action, "request", whole) if f.keyword == keyword]
    return found


def boundary_messages(ocpp: str, role: str, keyword: str, harmless: Callable[[Boundary], bool]) -> list[Boundary]:
    """Every message at the edge of one kind that is harmless for a system that acts on it."""
    found = [b for action in requests_received_by(ocpp, role) for b in boundaries(ocpp, action)]
    return [b for b in found if b.keyword == keyword and harmless(b)]


def _other(role: str) -> str:
    return "csms" if role == "station" else "station"


async def expect_each_refused(
    peer: Peer, sut: Sut, bench: Bench, keyword: str, *, count: int, action: str = ""
) -> None:
    """Send wrong messages of one kind; each is refused with a CALLERROR or dropped, and the SUT goes on.

    `count` of those of every action, or of one.
    """
    candidates = [f for f in wrong_messages(sut.ocpp, sut.role, keyword) if action in ("", f.action)]
    if not bench.generation.exhaustive and not bench.generation.message:
        candidates = [c for c in candidates if "customData" not in c.path] or candidates
    chosen = bench.generation.chosen(candidates, count, sut.rng)
    if not chosen:
        raise NotApplicable(_nothing(bench, f"no request of OCPP {sut.ocpp} can break {keyword}"))
    sender = _Sender(peer, sut, bench)
    with step("A valid CALL is answered"):
        await sender.measure()
    by_action: dict[str, list[Fault]] = {}
    for fault in chosen:
        by_action.setdefault(fault.action, []).append(fault)
    for action, wrong in by_action.items():
        with step(f"{action} arrives with {keyword} broken, in {len(wrong)} ways one after the other"):
            await _refuse(sender, wrong, keyword)
    with step("The next valid CALL is answered; what was answered late was no acceptance either"):
        await expect_probe_answered(peer)
        await peer.late.settle(peer.timing.quiet)
        await _judge_late(sender)


async def _refuse(sender: _Sender, wrong: list[Fault], keyword: str) -> None:
    counts: dict[str, int] = {}
    failures = sender.failures
    codes: set[str] = set()
    for fault in wrong:
        payload = sender.made(fault)
        if payload is None:
            continue
        if sender.failures >= MOST_FAILURES:
            break
        answer = await sender.send(fault, payload)
        became = sender.became(answer)
        counts[became] = counts.get(became, 0) + 1
        if answer is not None and answer.error is not None:
            codes.add(answer.error)
        if became == UNSUPPORTED_HERE:
            break  # the product does not have this action: nothing more is to be learnt
        if became in WRONG:
            smallest = await _smallest(sender, fault, payload, became)
            _check_failed(sender, fault, smallest, became, answer)
    fitting = fitting_codes(sender.sut.ocpp, keyword) + UNSUPPORTED + ("SecurityError",)
    strange = sorted(codes - set(fitting))
    if codes:
        check("OCPP-J 4.3", not strange, expected=f"one of {', '.join(fitting)}", received=strange or sorted(codes))
    if sender.failures == failures:
        check(
            _lenient_requirement(sender.sut.ocpp, keyword) or "OCPP-J 4.1.7",
            not WRONG & counts.keys(),
            expected="each refused or dropped",
            received=", ".join(f"{number} {word}" for word, number in counts.items()),
        )


async def _judge_late(sender: _Sender) -> None:
    for late in sender.peer.late.came():
        for fault, payload in list(sender.sent):
            if payload is late.payload and (became := sender.became(late.answer)) in WRONG:
                sender.patience = max(sender.patience, 2 * late.seconds)  # so slow is this SUT
                smallest = await _smallest(sender, fault, payload, became)
                _check_failed(sender, fault, smallest, became, late.answer)


async def _smallest(sender: _Sender, fault: Fault, payload: Payload, became: str) -> Payload:
    """The smallest message with this fault alone of which the same becomes."""
    if sender.failures >= MOST_SHRUNK:
        return payload

    def faulty(candidate: Any) -> set[tuple[str, str]]:
        return {(v.path, v.keyword) for v in violations(fault.version, fault.action, fault.kind, candidate)}

    if len(repr(payload)) > LARGE:
        return payload
    broken = faulty(payload)

    async def still(candidate: Any) -> bool:
        return sender.became(await sender.send(fault, candidate)) == became

    least = fault.least()
    if least is not None and faulty(least) == broken and await still(least):
        payload = least
    smallest: Payload = await smallest_json(payload, still, keeps=lambda c: faulty(c) == broken, tries=20)
    return smallest


def _check_failed(sender: _Sender, fault: Fault, payload: Payload, became: str, answer: Answered) -> None:
    sender.failures += 1
    where = f"{fault.action} with {fault.json_path} breaking {fault.keyword}"
    note = sender.note(fault, payload)
    if became == CLOSED:
        check("survival", False, expected=f"the connection outlives {where}", received="the SUT closed it", note=note)
        return
    judged = "OCPP-J invalid refused" if became != TAKEN else "OCPP-J null" if fault.is_null else "OCPP-J 4.1.7"
    check(
        _lenient_requirement(fault.version, fault.keyword) or judged,
        False,
        expected=f"a CALLERROR, or nothing, for {where}",
        received=str(dict(answer or {})),
        note=note,
    )


def _lenient_requirement(ocpp: str, keyword: str) -> str:
    """The requirement where a receiver does not have to refuse this kind of wrong."""
    if ocpp == "1.6" and keyword == "minItems":  # OCA's schemas allow what the text does not
        return "OCPP-J empty list"
    return OPTIONAL.get(keyword, "")


def is_accepted(answer: Answered) -> bool:
    """Whether an answer is one that a right message could have got: a CALLRESULT that refuses nothing."""
    if answer is None or answer.error is not None:
        return False
    said = list(_statuses(dict(answer)))
    return not said or any(status in ("Accepted", "Scheduled", "RebootRequired") for status in said)


def _statuses(value: Any) -> Sequence[str]:
    found: list[str] = []
    if isinstance(value, dict):
        for name, member in value.items():
            if isinstance(member, str) and name.lower().endswith("status"):
                found.append(member)
            else:
                found += _statuses(member)
    elif isinstance(value, list):
        for member in value:
            found += _statuses(member)
    return found


async def expect_each_accepted(
    peer: Peer, sut: Sut, bench: Bench, keyword: str, harmless: Callable[[Boundary], bool], *, count: int
) -> None:
    """Send right messages with a value at the edge; none may be refused for its form."""
    chosen = bench.generation.chosen(boundary_messages(sut.ocpp, sut.role, keyword, harmless), count, sut.rng)
    if not chosen:
        raise NotApplicable(_nothing(bench, f"no harmless request of OCPP {sut.ocpp} has an edge of {keyword}"))
    sender = _Sender(peer, sut, bench)
    by_action: dict[str, list[Boundary]] = {}
    for edge in chosen:
        by_action.setdefault(edge.action, []).append(edge)
    for action, right in by_action.items():
        with step(f"{action} arrives with a value at the edge ({keyword}), {len(right)} times"):
            for edge in right:
                if sender.failures >= MOST_FAILURES:
                    break
                answer = await peer.send_call(action, sender.fresh(edge), judge=False)
                _judge_edge(sender, edge, answer)
                if answer.error in UNSUPPORTED:
                    break
    with step("The next valid CALL is answered"):
        await expect_probe_answered(peer)


def _judge_edge(sender: _Sender, edge: Boundary, answer: Answer | ErrorAnswer) -> None:
    where = edge.name.removeprefix(edge.action).rpartition(":")[0]
    its_choice = edge.keyword in CHOICE and answer.error == "PropertyConstraintViolation"
    taken = answer.error is None or answer.error in UNSUPPORTED
    sender.failures += int(not taken)
    check(
        "OCPP-J boundary" if its_choice or answer.error in ("SecurityError", *UNSUPPORTED) else "OCPP-J schema",
        taken,
        expected=f"{edge.action} with {where} at its edge is taken, or not supported",
        received=f"{answer.error}: {getattr(answer, 'description', '')}" if answer.error else dict(answer),
        note=sender.note(edge, edge.payload) if answer.error else "",
    )


def without_custom_data(value: Any) -> Any:
    """The same without the vendors' own data that every object of 2.x may hold."""
    if isinstance(value, dict):
        return {k: without_custom_data(v) for k, v in value.items() if k != "customData"}
    return [without_custom_data(v) for v in value] if isinstance(value, list) else value


def _nothing(bench: Bench, otherwise: str) -> str:
    return f"--message {bench.generation.message} is not of this kind" if bench.generation.message else otherwise


class _Sender:
    """Sends generated messages and keeps count."""

    def __init__(self, peer: Peer, sut: Sut, bench: Bench) -> None:
        self.peer = peer
        self.sut = sut
        self.bench = bench
        self.failures = 0
        self.sent: list[tuple[Fault, Payload]] = []
        self.patience = peer.timing.quiet

    async def measure(self) -> None:
        """Learn how quick the SUT is."""
        started = time.monotonic()
        await expect_probe_answered(self.peer)
        least, times = PATIENCE
        self.patience = min(self.peer.timing.quiet, max(least, times * (time.monotonic() - started)))

    def made(self, fault: Fault) -> Payload | None:
        """The message: everything that it can hold around the fault, or as little as possible when all are sent."""
        if self.bench.generation.exhaustive or fault.keyword == "maxItems":  # a thousand whole elements are megabytes
            return fault.least()
        whole = build(fault.version, fault.action, fault.kind, full=True)
        return fault.on(whole if "customData" in fault.path else without_custom_data(whole))

    async def send(self, fault: Fault, payload: Payload) -> Answered:
        """Send it and give the answer; None when it seems to be dropped."""
        await self._connected()
        self.sent.append((fault, payload))
        return await self.peer.outcome_of(fault.action, payload, within=self.patience)

    def became(self, answer: Answered) -> str:
        """What the SUT made of a wrong message."""
        if not self.peer.connected:
            return CLOSED
        if answer is None:
            return "dropped"
        if answer.error is not None:
            return UNSUPPORTED_HERE if answer.error in UNSUPPORTED else "refused"
        return TAKEN if is_accepted(answer) else "answered with a status"

    async def _connected(self) -> None:
        peer = self.peer
        if peer.connected:
            return
        if isinstance(peer, Station):
            await booted(peer, self.sut)
        elif isinstance(peer, Csms):
            await peer.expect_reconnected(connections=len(peer.connections) - 1, requirement="OCPP-J reconnect")

    def fresh(self, edge: Boundary) -> Payload:
        """The message with ids that no other message of the run has, where it opens something."""
        payload = edge.payload
        info = payload.get("transactionInfo")
        if isinstance(info, dict) and "transactionId:maxLength" not in edge.name:
            payload = {**payload, "transactionInfo": {**info, "transactionId": self.sut.text(16)}}
        return payload

    def note(self, message: Fault | Boundary, payload: Payload) -> str:
        """The message as it was at its smallest, and how to send it again."""
        run = current_case().result
        line = repeat_line(
            self.sut.config,
            ocpp=run.ocpp,
            security_profile=run.security_profile,
            seed=self.bench.seed,
            case=run.id,
            message=message.name,
        )
        return f"smallest message: {message.action} {describe(payload, 900)}; repeat: {line}"
