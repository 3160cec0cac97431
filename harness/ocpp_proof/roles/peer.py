"""The words in which a case talks to the SUT, whichever role the harness plays: expectations and deviations."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import Any

from ..cases.errors import Inconclusive
from ..cases.fields import fields_text, payload_matches
from ..cases.requirements import STEP
from ..cases.timing import Timing
from ..net.endpoint import CloseInfo, Endpoint
from ..net.waiting import timeout
from ..ocppj.frames import Call, CallError, CallResult, Frame, MalformedFrame, parse
from .answers import Held, Override, Reply, ReplyError, Silence
from .calls import Calls
from .connection_texts import closing_text
from .late_answers import answer_of
from .message import Answer, ErrorAnswer, Message
from .nearest import nearest
from .triggered_messages import TriggeredMessages

__all__ = ["Expected", "Peer"]


@dataclass(frozen=True, slots=True)
class Expected:
    """One acceptable outcome: a message by its action and fields."""

    action: str
    fields: dict[str, Any]

    def text(self) -> str:
        """In words."""
        inner = fields_text(self.fields)
        return f"{self.action}({inner})" if inner else self.action


class Peer(Calls):
    """A conversation with what a case expects of it, and where it deviates from the sound answers."""

    def __init__(self, *, ocpp: str, timing: Timing, heartbeat_interval: int = 300) -> None:
        super().__init__(ocpp=ocpp, timing=timing, heartbeat_interval=heartbeat_interval)
        self.triggered = TriggeredMessages()

    def adopt(self, endpoint: Endpoint) -> None:
        """Take a new connection into use."""
        self.triggered.connected_anew(self.timing.event)
        super().adopt(endpoint)

    def _respond(self, message: Message, endpoint: Endpoint | None = None) -> None:
        self.triggered.heard(message)
        super()._respond(message, endpoint)

    async def _call_now(
        self, action: str, payload: Any, message_id: str | None, within: float, *, judge: bool
    ) -> Answer | ErrorAnswer:
        since = self.next_index
        answer = await super()._call_now(action, payload, message_id, within, judge=judge)
        came = {message.action for message in self.inbox if message.index >= since}  # with its answer, or before it
        self.triggered.answered(action, payload, answer, self._case().result.key, came)
        return answer

    # --- words of a case: CALLs that may be dropped, or lost

    async def outcome_of(
        self,
        action: str,
        payload: Any,
        *,
        within: float | None = None,
        on_purpose: str = "",
        at_once: bool = False,
    ) -> Answer | ErrorAnswer | None:
        """Send a CALL that the SUT may drop (because it is wrong): its answer, or None after `within` (quiet) seconds.

        `on_purpose`: what is wrong with it. `at_once`: even while another CALL waits for its answer. An answer that
        comes later, until the case ends, is in `late.came()`: nothing is decided by the wait.
        """
        async with nullcontext() if at_once else self._calling:
            return await self._outcome_now(action, payload, within, on_purpose)

    async def _outcome_now(
        self, action: str, payload: Any, within: float | None, on_purpose: str
    ) -> Answer | ErrorAnswer | None:
        message_id = str(uuid.uuid4())
        future: asyncio.Future[CallResult | CallError] = asyncio.get_running_loop().create_future()
        self._pending[message_id] = future
        sent = time.monotonic()
        self._send(Call(message_id, action, payload), on_purpose=on_purpose)
        try:
            async with timeout(self.timing.quiet if within is None else within):
                frame = await future
        except TimeoutError:
            self.rules.given_up(message_id)
            self.late.dropped(message_id, action, payload, sent=sent)
            self.liveness.unanswered()
            return None
        except ConnectionError:
            self.liveness.unanswered()
            return None
        finally:
            self._pending.pop(message_id, None)
        # what a wrong request is answered with is for the case to judge, but for the form of the answer
        found, answer = self._found.pop(message_id, []), answer_of(frame)
        self.findings += [f for f in found if f.malformed]
        answer.unjudged = tuple(f for f in found if not f.malformed)
        return answer

    def judge_answer(self, answer: Answer | ErrorAnswer, action: str) -> None:
        """Judge what the rules found in an answer that came before the case asked for one."""
        found, answer.unjudged = list(answer.unjudged), ()
        self._judge(found, f"the answer to {action}")

    def send_unanswered(self, action: str, payload: Any, *, on: Endpoint | None = None) -> str:
        """Send a CALL without waiting for its answer, on the newest connection or `on` another; gives its id."""
        message_id = str(uuid.uuid4())
        self._send(Call(message_id, action, payload), on)
        return message_id

    async def _send_owed(self, action: str, payload: dict[str, Any]) -> None:
        """What is said to it is for the rules; that it is dropped, or the connection lost, is no matter of the case."""
        with suppress(Inconclusive):  # the connection was lost while another CALL was waited for
            await self.outcome_of(action, payload, within=self.timing.message)

    # --- words of a case: expectations

    async def expect(
        self,
        action: str,
        /,
        *,
        requirement: str = STEP,
        within: float | None = None,
        since: int | None = None,
        note: str = "",
        **fields: Any,
    ) -> Message:
        """This message must come now (or has come since the main scenario began): the first that matches is taken.

        `since`: one with at least this index, as `next_index` gave it.
        Fields match by value, by a set or tuple of values, by a predicate; `a__b` names the field b inside a.
        Other messages stay. Judges `requirement`; NonConformance when it does not come within `within` seconds.
        """
        return await self.expect_one_of(
            Expected(action, fields), requirement=requirement, within=within, since=since, note=note
        )

    async def expect_one_of(
        self,
        *outcomes: Expected,
        requirement: str = STEP,
        within: float | None = None,
        since: int | None = None,
        note: str = "",
    ) -> Message:
        """The first message that fits any of the outcomes is taken and returned."""
        case = self._case()
        within = within or self.timing.event
        text = " or ".join(o.text() for o in outcomes)

        try:
            message: Message = await self.wait_until(lambda: self._first(*outcomes, since=since), within, text)
        except TimeoutError:
            raise case.fail(
                requirement,
                expected=f"{text} within {within:g} s",
                received=self._nearest_text(outcomes, since),
                note=note,
            ) from None
        self.accepted.taken(message)
        await asyncio.sleep(0)  # its answer goes out before whatever the case does next
        case.check(requirement, True, expected=text, received=f"{message.action} {dict(message.payload)}", note=note)
        self._judge(message.findings, message.action)
        return message

    def _nearest_text(self, outcomes: Sequence[Expected], since: int | None) -> str:
        """What came: first, and whole, the message that is nearest to one of the outcomes."""
        came = [message for message in self.inbox if message.index >= self._since]
        wanted = [(outcome.action, outcome.fields) for outcome in outcomes]
        message, text = nearest(self.ocpp, came, wanted, since=since or 0)
        return text + self._since_text(message)

    def _first(self, *outcomes: Expected, since: int | None = None) -> Message | None:
        """The first message since the main scenario began, not yet taken, that fits any outcome ("": any action)."""
        for message in self.inbox:
            if message.index >= max(self._since, since or 0) and not message.taken:
                for outcome in outcomes:
                    fits = outcome.action in ("", message.action)
                    if fits and payload_matches(message.payload, outcome.fields):
                        return message
        return None

    async def expect_none(
        self,
        *actions: str,
        requirement: str = STEP,
        within: float | None = None,
        since: int | None = None,
        note: str = "",
        **fields: Any,
    ) -> bool:
        """Silence is required: none of these messages (none named: no message) may come for `within` seconds.

        `since`: nor may one have come with at least this index. Returns whether none came.
        """
        case = self._case()
        within = within or self.timing.quiet
        what = " or ".join(actions) or "any message"
        inner = fields_text(fields)

        outcomes = [Expected(action, fields) for action in actions or ("",)]
        try:
            message = await self.wait_until(lambda: self._first(*outcomes, since=since), within, f"silence ({what})")
        except TimeoutError:
            case.check(requirement, True, expected=f"no {what} {inner}", received=f"none for {within:g} s", note=note)
            return True
        self.accepted.taken(message)
        case.check(
            requirement,
            False,
            expected=f"no {what} {inner}".strip(),
            received=f"{message.action} {dict(message.payload)}",
            note=note,
        )
        return False

    async def expect_optional(
        self, action: str, /, *, within: float | None = None, since: int | None = None, **fields: Any
    ) -> Message | None:
        """A message that may come ("if supported", "may be omitted"): taken, or None; judges only its form."""
        outcome = Expected(action, fields)
        within = self.timing.quiet if within is None else within

        try:
            message: Message = await self.wait_until(
                lambda: self._first(outcome, since=since), within, f"{outcome.text()}, which may come"
            )
        except TimeoutError:
            return None
        self.accepted.taken(message)
        await asyncio.sleep(0)  # its answer goes out before whatever the case does next
        self._judge(message.findings, message.action)
        return message

    def received(self, action: str, /, **fields: Any) -> list[Message]:
        """Every message of that action which came since the main scenario began, taken or not."""
        return [
            m
            for m in self.inbox
            if m.index >= self._since and m.action == action and payload_matches(m.payload, fields)
        ]

    # --- words of a case: deviations

    def answer(
        self,
        action: str,
        reply: Reply | Callable[[Message], Reply] = None,
        /,
        *,
        times: int | None = None,
        where: dict[str, Any] | None = None,
        **fields: Any,
    ) -> Override:
        """From now on answer `action` otherwise, until the case ends or `times` is used up.

        `reply`: a whole payload, a ReplyError, a Silence or a function of the message; or single `fields` laid over the
        sound default (None leaves a field out). `where` limits it to messages with these fields.
        """
        return self.answers.add(action, reply, times=times, where=where, fields=fields)

    def refuse(self, action: str, code: str, /, *, times: int | None = None) -> Override:
        """Answer `action` with a CALLERROR."""
        return self.answers.add(action, ReplyError(code), times=times)

    def leave_unanswered(self, action: str, /, *, times: int | None = None) -> Override:
        """Leave `action` without an answer."""
        return self.answers.add(action, Silence(), times=times)

    def remove(self, override: Override) -> None:
        """Answer soundly again."""
        self.answers.remove(override)

    @contextmanager
    def holding(self, action: str, **fields: Any) -> Iterator[Held]:
        """Keep the answers to `action` (or ANY) back while the block runs; they are given when it ends.

        With `fields` only those to messages with these fields: a SUT may send others of this action by itself.
        """
        with self.answers.hold(action, self._respond, fields) as held:
            yield held

    def provoking(self, *rules: str) -> None:
        """This case brings about what these rules forbid (docs/cases/rules.md): they keep still until it ends."""
        self.judge.provoke(*rules)

    def discard_findings(self) -> None:
        """What the SUT said to a deliberately broken message is for the case to judge, not a finding of the rules."""
        self.findings.clear()
        self.unreadable.clear()

    def raw(self, text: str) -> None:
        """Send this text as it is: what no sound system sends, or when none does."""
        endpoint = self.connection
        try:
            frame: Frame | None = parse(text, self.ocpp)
        except MalformedFrame:
            frame = None
        number = self.connections.index(endpoint)
        self.judge.said(self.plays, frame, time.time(), connection=number, deviating=True)
        with self.on_purpose("a text as the case has it"):
            endpoint.send_text(text)

    async def raw_call(self, text: str, message_id: str, action: str) -> CallResult | CallError | None:
        """Send a CALL of that id and action, written as `text` has it; its answer, or None when none comes in time."""
        future: asyncio.Future[CallResult | CallError] = asyncio.get_running_loop().create_future()
        self._pending[message_id] = future
        self.rules.sent(Call(message_id, action, {}), time.monotonic())
        self.raw(text)
        try:
            async with timeout(self.timing.message):
                return await future
        except (TimeoutError, ConnectionError):
            self.rules.given_up(message_id)
            return None
        finally:
            self._pending.pop(message_id, None)
            self.findings += self._found.pop(message_id, [])

    def drop(self) -> None:
        """Cut the TCP connection with a reset, without a close frame."""
        self._record("-", "note", "the harness cuts the connection")
        self.connection.reset()

    async def close(self, code: int = 1000) -> None:
        """Close the WebSocket connection properly and wait until it is closed."""
        if self.connected:
            endpoint = self.connection
            endpoint.close(code)
            try:
                async with timeout(self.timing.message):
                    await asyncio.shield(endpoint.closed)
            except TimeoutError:
                endpoint.reset()

    def close_older_connections(self) -> None:
        """End every connection but the newest: what a case left half dead."""
        for endpoint in self.connections[:-1]:
            if not endpoint.closed.done():
                endpoint.abort()

    def blackhole(self) -> None:
        """Nothing passes any more in either direction, while the connection looks alive."""
        if self.real_link is not None:
            self._record("-", "note", "the link goes down")
            self.real_link.down()
            return
        self.connection.blackhole()
        self._dead = self.connection

    async def expect_closed(self, *, requirement: str = STEP, within: float | None = None, note: str = "") -> CloseInfo:
        """The SUT must close the connection within `within` seconds."""
        within = within or self.timing.event
        endpoint = self.connections[-1]
        try:
            await self.wait_until(endpoint.closed.done, within, "the connection to be closed")
        except TimeoutError:
            raise self._case().fail(
                requirement, expected=f"the connection closed within {within:g} s", received="still open", note=note
            ) from None
        info = endpoint.closed.result()
        self._case().check(requirement, True, expected="the connection closed", received=closing_text(endpoint))
        return info
