"""The harness's end of the wire: connections, what comes in, and what is answered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from ..cases.errors import Inconclusive, NonConformance
from ..cases.evidence import CaseRun
from ..cases.timing import Timing
from ..net.endpoint import Endpoint
from ..net.real_link import RealLink
from ..net.sent_frames import SentMessage
from ..net.waiting import Timeout, held_up, timeout
from ..ocppj.error_codes import fitting_codes
from ..ocppj.frames import Call, CallError, CallResult, CallResultError, Frame, MalformedFrame, Send, encode, parse
from ..rules.judge import Judge
from ..rules.protocol import BY_CHANCE, Finding, RuleBook, breach_finding
from ..rules.recording import NO_LONGER, ON_PURPOSE
from ..rules.rule import Side
from .accepted_requests import AcceptedRequests
from .answers import Answers, Reply, ReplyError, Silence
from .connection_texts import closing_text, tls_record
from .defaults import DefaultAnswers
from .late_answers import LateAnswers
from .liveness import Liveness
from .message import Message, Payload, messages_text

__all__ = ["Conversation"]


class Conversation:
    """One side of the conversation with the SUT, over however many connections it takes.

    `plays` is the role of the harness. Every CALL of the SUT is answered by itself with a sound default. `Peer` adds
    the expectations and deviations that cases are written in.
    """

    plays: Side = "csms"

    def __init__(self, *, ocpp: str, timing: Timing, heartbeat_interval: int = 300) -> None:
        self.ocpp = ocpp
        self.timing = timing
        self.defaults = DefaultAnswers(ocpp, self.plays, interval=heartbeat_interval)
        self.answers = Answers(self._default_answer)
        self.sut: Side = "station" if self.plays == "csms" else "csms"
        self.rules = RuleBook(
            ocpp, sut=self.sut, answer_time=timing.message, call_timeout=timing.message, held_up=held_up
        )
        self.mistakes: list[str] = []
        """What went wrong in rules: of ours, and of the run, whatever the case is about."""
        self.judge = Judge(ocpp, of={self.sut}, in_time=timing.long, held_up=held_up, failed=self.mistakes.append)
        self.inbox: list[Message] = []
        self.strays: list[Frame] = []
        self.unreadable: list[str] = []
        self.findings: list[Finding] = []
        self.connections: list[Endpoint] = []
        self.late = LateAnswers()
        self.liveness = Liveness()
        self.real_link: RealLink | None = None  # where there is one, a dead line is this link going down
        self.case: CaseRun | None = None
        self._began = "no case"
        self._since = 0
        self._pending: dict[str, asyncio.Future[CallResult | CallError]] = {}
        self._dead: Endpoint | None = None
        self._found: dict[str, list[Finding]] = {}
        self._calling = asyncio.Lock()  # one CALL at a time (OCPP-J 4.1.1)
        self.breaking = ""
        self.accepted = AcceptedRequests(self._send_owed)
        self._activity = asyncio.Event()

    # --- the case that is running

    def begin(self, case: CaseRun) -> None:
        """Belong to a case from now on: what came before is no longer matched."""
        self.case, self._began = case, case.result.key
        self.match_from_now_on()
        case.when_preconditions_are_met(self.match_from_now_on)

    def end(self) -> list[Finding]:
        """Leave the case; returns what the rules found in messages that it did not judge."""
        self.restore()  # a case that stopped early must not leave a dead link behind
        self.answers.clear()
        self.accepted.clear()
        left = [f for m in self.inbox if not m.taken for f in m.findings]
        left += self.findings
        left += [breach_finding(breach) for breach in self.judge.settle(time.time())]
        self.inbox.clear()
        self.strays.clear()
        self.unreadable.clear()
        self.findings.clear()
        self.late.clear()
        self._since = 0
        self.case = None
        return left

    def match_from_now_on(self) -> None:
        """Match only what comes from now on."""
        self._since = self.inbox[-1].index + 1 if self.inbox else self.next_index

    @property
    def next_index(self) -> int:
        """The index that the next message of the SUT will have."""
        return self._since if not self.inbox else max(self._since, self.inbox[-1].index + 1)

    def _record(self, direction: str, kind: str, data: Any, connection: int = 0) -> None:
        if self.case is not None:
            self.case.record(direction, kind, data, connection)

    def _passed(self, limit: Timeout, what: str) -> None:
        if self.case is not None:
            self.case.time_passed(what, late=limit.late)

    # --- connections

    @property
    def connection(self) -> Endpoint:
        """The connection in use; Inconclusive when there is none."""
        if not self.connected:
            raise Inconclusive("there is no connection to the SUT")
        return self.connections[-1]

    @property
    def connected(self) -> bool:
        """Whether the newest connection is open."""
        return bool(self.connections) and self.connections[-1].is_open

    def recorder(self, number: int) -> Callable[[str, str, object], None]:
        """What a connection calls for everything that happens on it."""

        def record(direction: str, kind: str, data: object) -> None:
            self.liveness.seen(direction, kind, data)
            self._record(direction, kind, tls_record(data) if kind == "tls" else data, number)

        return record

    def adopt(self, endpoint: Endpoint) -> None:
        """Take a new connection into use."""
        number = len(self.connections)
        self.connections.append(endpoint)
        self.rules.connection_opened()
        self.judge.opened(number, time.time())
        endpoint.on_text = lambda text: self._received(endpoint, number, text)
        endpoint.on_sent_by_hand = lambda message: self._sent_by_hand(number, message)
        endpoint.closed.add_done_callback(lambda _: self._lost(endpoint, number))
        self._wake()

    def _lost(self, endpoint: Endpoint, number: int) -> None:
        self.judge.closed(number, time.time())
        if self.connections and endpoint is self.connections[-1]:
            for future in self._pending.values():
                if not future.done():
                    future.set_exception(ConnectionError(closing_text(endpoint)))
                    future.exception()  # whoever still waits gets it; if nobody does, that is no error
            self.liveness.disconnected(self._began)
        self._wake()

    def _wake(self) -> None:
        activity, self._activity = self._activity, asyncio.Event()
        activity.set()

    async def wait_until(self, condition: Callable[[], Any], within: float, what: str) -> Any:
        """Wait until `condition` gives something true, looking each time something happens on the wire.

        Returns what it gave; raises TimeoutError after `within` seconds. The deadline is written to the wire log.
        """
        if value := condition():
            return value
        within = self._patience(within)
        try:
            with self.case.waiting(what, within) if self.case is not None else nullcontext():
                async with timeout(within) as limit:
                    with self.case.limited(limit) if self.case is not None else nullcontext():
                        while not (value := condition()):
                            await self._activity.wait()
        except TimeoutError:
            self._passed(limit, f"{within:g} s passed waiting for {what}")
            raise TimeoutError(what) from None
        return value

    def _patience(self, within: float) -> float:
        """How long to wait for a SUT that answers nothing, while only something is taken back: as long as it speaks."""
        hurry = self.liveness.mute and self.case is not None and self.case.cleaning_up
        return min(within, self.timing.quiet) if hurry else within

    def activity(self) -> Awaitable[Any]:
        """Done as soon as anything comes from the SUT."""
        return self._activity.wait()

    # --- what comes in

    def _received(self, endpoint: Endpoint, number: int, text: str) -> None:
        now = time.monotonic()
        frame, findings = self.rules.received(text, now)
        broken = any(finding.rule in ("FRAME", "SCHEMA", "ANSWERED_ONCE") for finding in findings)
        self.judge.said(self.sut, frame, time.time(), connection=number, broken=broken)
        match frame:
            case Call() | Send():
                message = Message(
                    frame.action, Payload(frame.payload), frame.message_id, self.next_index, now, number, findings
                )
                self.inbox.append(message)
                if isinstance(frame, Call):
                    # after everything that the same read brought: a SUT that does not wait for answers shows only so
                    asyncio.get_running_loop().call_soon(self._respond_unless_held, message, endpoint)
            case CallResult() | CallError():
                future = self._pending.pop(frame.message_id, None)
                self._note_answer(frame)
                if self.late.take(frame):
                    self.findings += [f for f in findings if f.malformed]  # its case judges the rest
                elif future is None or future.done():
                    self.strays.append(frame)
                    self.findings += findings
                else:
                    self._found[frame.message_id] = findings
                    future.set_result(frame)
            case CallResultError():
                self.strays.append(frame)
                self.findings += findings
            case None:
                self.unreadable.append(text)
                self.findings += findings
        self._wake()

    def _note_answer(self, frame: CallResult | CallError) -> None:
        """An answer came, whoever waits for it."""
        self.liveness.answered()

    def _respond_unless_held(self, message: Message, endpoint: Endpoint) -> None:
        if not self.answers.holds(message):  # a case may hold answers back since the request came
            self._respond(message, endpoint)

    def _respond(self, message: Message, endpoint: Endpoint | None = None) -> None:
        endpoint = endpoint or (self.connections[message.connection])
        if not endpoint.is_open:
            self.rules.cannot_be_answered(message.message_id)
            return
        reply: Reply
        try:
            reply = self.answers.reply_to(message)
        except LookupError:
            reply = ReplyError("NotImplemented", f"{message.action} is not an action of OCPP {self.ocpp}")
        except Exception as error:
            if not message.findings:
                raise
            # a message that breaks its schema: no answer can be made of it
            reply = ReplyError(fitting_codes(self.ocpp, "type")[0], f"{type(error).__name__}: {error}"[:255])
        match reply:
            case Silence():
                self._record("-", "note", f"the harness leaves {message.action} unanswered")
            case ReplyError():
                self._send(CallError(message.message_id, reply.code, reply.description, reply.details), endpoint)
            case dict():
                message.answer = reply
                self._send(CallResult(message.message_id, reply), endpoint)
                broken = any(finding.rule == "SCHEMA" for finding in message.findings)  # nothing is kept of that
                if self.plays == "station" and not broken:
                    self._keep_to(message, reply)

    def _keep_to(self, message: Message, reply: dict[str, Any]) -> None:
        """Later answers agree with this one, and what it promised follows."""
        told = dict(message.payload)
        self.defaults.remember(message.action, told, reply)
        if not message.deviating:
            self.accepted.accepted(message, self.defaults.follow_ups(message.action, told, reply))

    def _default_answer(self, action: str, payload: dict[str, Any]) -> dict[str, Any]:
        for_a_case = self.plays == "csms" or self.accepted.is_for_a_case(action, payload)
        return self.defaults.answer(action, payload, for_a_case=for_a_case)

    def _send(self, frame: Frame, endpoint: Endpoint | None = None, *, on_purpose: str = "") -> None:
        self.rules.sent(frame, time.monotonic())
        endpoint = endpoint or self.connection
        self.judge.said(
            self.plays,
            frame,
            time.time(),
            connection=self.connections.index(endpoint),
            deviating=bool(on_purpose or self.breaking),
        )
        if isinstance(frame, Call) and not on_purpose:  # what is wrong may be dropped
            self.liveness.called(self.case.result.key if self.case is not None else "")
        with self.on_purpose(on_purpose) if on_purpose else nullcontext():
            endpoint.send_text(encode(frame))

    def _sent_by_hand(self, number: int, message: SentMessage) -> None:
        """A message went out in frames that a case has made: the rules hear it as the SUT may."""
        try:
            frame: Frame | None = parse(message.text, self.ocpp)
        except MalformedFrame:
            frame = None
        deviating = bool(self.breaking) or not message.as_text
        self.judge.said(self.plays, frame, time.time(), connection=number, deviating=deviating)

    @contextmanager
    def on_purpose(self, what: str) -> Iterator[None]:
        """What is sent inside breaks the standard because the case wants it so: `what` says how, in the wire log too.

        All else that the harness sends is as sound as what it judges. Nothing is awaited inside.
        """
        self._record("-", "note", f"{ON_PURPOSE}: {what}")
        self.breaking, before = what, self.breaking
        try:
            yield
        finally:
            self.breaking = before
            self._record("-", "note", f"{ON_PURPOSE}: {before}" if before else NO_LONGER)

    async def _send_owed(self, action: str, payload: dict[str, Any]) -> None:
        """Send what follows an accepted request."""
        raise NotImplementedError

    # --- the line

    def restore(self) -> None:
        """The link works again."""
        if self.real_link is not None:
            self.rules.held_back()
            self.real_link.up()
        dead, self._dead = self._dead, None
        if dead is None:
            return
        if dead is self.connections[-1]:
            self.rules.held_back()
            dead.restore()
        else:
            dead.abort()  # the SUT has come back on a new one: what lies on the old line is of no use to anybody

    # --- texts

    def _case(self) -> CaseRun:
        if self.case is None:
            raise Inconclusive("this end of the wire does not belong to a case")
        return self.case

    def _closed(self, purpose: str) -> NonConformance | Inconclusive:
        if not self.connections:
            return Inconclusive(f"there is no connection {purpose}")
        return self._case().fail(
            self._case().official_step or "survival",
            expected=f"an open connection {purpose}",
            received=closing_text(self.connections[-1]),
        )

    def _judge(self, findings: list[Finding], what: str) -> None:
        """What the rules found in a message that the case took is the case's.

        In a precondition, and while something is taken back, it stays with the rules: the state was reached anyhow. So
        does that a message came before the one before it was answered: which case takes the second is chance.
        """
        case = self._case()
        for finding in findings:
            if case.in_given or finding.rule in BY_CHANCE:
                self.findings.append(finding)
                continue
            case.check(
                finding.requirement,
                False,
                expected=finding.expected,
                received=finding.received,
                note=f"rule {finding.rule} in {what}",
                level="SHOULD" if finding.should else None,
            )

    def _since_text(self, told: Message | None = None) -> str:
        """What came since the main scenario began, but for a message of which the reader was told already."""
        text = messages_text([m for m in self.inbox if m.index >= self._since and m is not told])
        if self.connections and not self.connected:
            text += f"; {closing_text(self.connections[-1])}"
        return text
