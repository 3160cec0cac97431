"""CALLs of the harness, one at a time, and what becomes of their answers."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

from ..cases.errors import OcppProofError
from ..net.waiting import timeout
from ..ocppj.frames import Call, CallError, CallResult
from ..ocppj.schemas import violations
from .conversation import Conversation
from .late_answers import answer_of
from .message import Answer, ErrorAnswer

__all__ = ["Calls"]


class Calls(Conversation):
    """A conversation in which the harness asks too."""

    async def attempt(self, action: str, /, **payload: Any) -> Answer | ErrorAnswer:
        """Send a CALL and return its answer, which may be a CALLERROR; NonConformance when none comes in time."""
        return await self.send_call(action, payload)

    async def send_call(
        self,
        action: str,
        payload: Any,
        *,
        message_id: str | None = None,
        within: float | None = None,
        judge: bool = True,
    ) -> Answer | ErrorAnswer:
        """Send a CALL when the one before it is answered or given up, and return the answer.

        Without `judge` only that an answer comes is judged; what the rules find in it stays with the rules.
        """
        async with self._calling:
            within = self._patience(within or self.timing.message)
            return await self._call_now(action, payload, message_id, within, judge=judge)

    async def _call_now(
        self, action: str, payload: Any, message_id: str | None, within: float, *, judge: bool
    ) -> Answer | ErrorAnswer:
        case = self._case()
        message_id = message_id or str(uuid.uuid4())
        future: asyncio.Future[CallResult | CallError] = asyncio.get_running_loop().create_future()
        self._pending[message_id] = future
        if not self.connected:
            raise self._closed(f"to send {action}")
        self._send(Call(message_id, action, payload))
        try:
            async with timeout(within) as limit:
                frame = await future
        except TimeoutError:
            self.rules.given_up(message_id)
            self.liveness.unanswered()
            self._passed(limit, f"{within:g} s passed without an answer to {action}")
            raise case.fail(
                "OCPP-J answer",
                expected=f"an answer to {action} within {within:g} s",
                received=f"no answer; {self._since_text()}",
            ) from None
        except ConnectionError as error:
            self.liveness.unanswered()
            raise case.fail(
                "OCPP-J answer", expected=f"an answer to {action}", received=f"no answer; {error}"
            ) from None
        finally:
            self._pending.pop(message_id, None)
        findings = self._found.pop(message_id, [])
        if judge:
            self._judge(findings, f"the answer to {action}")
        else:
            self.findings += findings
        return answer_of(frame)

    async def call(self, action: str, /, *, requirement: str = "", **payload: Any) -> Answer:
        """Send a CALL and return the payload of its CALLRESULT; a CALLERROR is a NonConformance.

        With `requirement` that it is answered with a CALLRESULT is judged as this requirement. A payload that is
        refused because it breaks its schema is a mistake of the case, not of the SUT: OcppProofError.
        """
        answer = await self.attempt(action, **payload)
        expected = f"{action} answered with a CALLRESULT"
        if isinstance(answer, ErrorAnswer):
            if wrong := violations(self.ocpp, action, "request", payload):
                raise OcppProofError(f"the case sends a wrong {action}: {wrong[0].text()}")
            raise self._case().fail(
                requirement or answer.broken_by_it,
                expected=expected,
                received=f"CALLERROR {answer.error}: {answer.description}",
            )
        if requirement:
            self._case().check(requirement, not answer.error, expected=expected, received=dict(answer))
        return answer
