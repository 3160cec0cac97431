"""The requests of a CSMS under test that its operator asked for, among those that it sends by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from ..cases.fields import differing_fields, leaves
from ..cases.requirements import STEP
from .message import Message
from .peer import Expected, Peer

__all__ = ["OperatorRequests"]


class OperatorRequests(Peer):
    """Expectations of what an operator asked for: the message that fits the wish is taken, or is nearest to it."""

    async def expect_nearest(
        self, action: str, /, *, fields: Mapping[str, Any], requirement: str = STEP, since: int = 0
    ) -> Message:
        """The first message of that action, of at least the index `since`, with these fields (dotted paths) is taken.

        Where none comes in the time of an event, the one that differs in the fewest fields is taken and judged as
        wrong. NonConformance when no message of that action comes.
        """
        outcome = Expected(action, dict(fields))
        case = self._case()
        try:
            message: Message = await self.wait_until(
                lambda: self._first(outcome, since=since), self.timing.event, outcome.text()
            )
        except TimeoutError:
            came = [m for m in self.received(action) if m.index >= since and not m.taken]
            if not came:
                raise case.fail(
                    requirement,
                    expected=f"{outcome.text()} within {self.timing.event:g} s",
                    received=self._since_text(),
                ) from None
            message = min(came, key=lambda m: len(differing_fields(m.payload, fields)))
        self.accepted.taken(message)
        await asyncio.sleep(0)  # its answer goes out before whatever the case does next
        differing = differing_fields(message.payload, fields)
        case.check(
            requirement,
            not differing,
            expected=outcome.text(),
            received=f"{message.action} {dict(message.payload)}",
            note=f"it differs in {', '.join(differing)}" if differing else "",
        )
        self._judge(message.findings, message.action)
        return message

    async def expect_likest(
        self,
        action: str,
        /,
        *,
        wish: Mapping[str, Any],
        awaiting: Sequence[str] = (),
        requirement: str = STEP,
        since: int = 0,
    ) -> Message:
        """A message of that action, of at least the index `since`, must come; what it holds is not judged.

        Where the first one does not hold what `wish` says, others have the quiet time to come: the SUT may send
        messages of its own, and fill in itself what the wish leaves to it. `awaiting` names the fields (dotted paths)
        that the case will judge: one that has these as wished has the time of an event. The one that is most like the
        wish is taken.
        """
        outcome, wished = Expected(action, {}), leaves(wish)
        wanted = {path: wished[path] for path in awaiting} or wished
        within = self.timing.event if awaiting else self.timing.quiet
        case = self._case()

        def distance(message: Message) -> tuple[int, int]:
            return len(differing_fields(message.payload, wanted)), len(differing_fields(message.payload, wished))

        def fitting() -> Message | None:
            return self._first(Expected(action, wanted), since=since)

        try:
            message: Message = await self.wait_until(
                lambda: self._first(outcome, since=since), self.timing.event, outcome.text()
            )
            if distance(message)[0]:
                with suppress(TimeoutError):
                    await self.wait_until(fitting, within, f"{action} as it was wished")
                came = [m for m in self.received(action) if m.index >= since and not m.taken]
                message = min(came, key=distance)
        except TimeoutError:
            raise case.fail(
                requirement, expected=f"{action} within {self.timing.event:g} s", received=self._since_text()
            ) from None
        self.accepted.taken(message)
        await asyncio.sleep(0)  # its answer goes out before whatever the case does next
        case.check(requirement, True, expected=action, received=f"{action} {dict(message.payload)}")
        self._judge(message.findings, message.action)
        return message

    async def expect_together(
        self,
        action: str,
        /,
        *,
        of: str,
        wanted: Mapping[str, Callable[[Any], bool]],
        requirement: str = STEP,
        since: int = 0,
    ) -> list[Message]:
        """Messages of that action whose lists at the path `of` hold, all together, what is wanted, in any division.

        `wanted`: in words, and whether an entry of such a list is that. Messages of at least the index `since` that
        hold any of it are taken; what no entry is when the time of an event is over is judged as missing.
        NonConformance when no message holds any.
        """
        case = self._case()

        def entries(message: Message) -> list[Any]:
            found = message.at(of)
            return found if isinstance(found, list) else []

        def fitting() -> list[Message]:
            came = [m for m in self.received(action) if m.index >= since and not m.taken]
            return [m for m in came if any(fits(e) for e in entries(m) for fits in wanted.values())]

        def missing() -> list[str]:
            there = [e for m in fitting() for e in entries(m)]
            return [text for text, fits in wanted.items() if not any(fits(e) for e in there)]

        outcome = f"{action}, once or several times, with {', '.join(wanted)}"
        with suppress(TimeoutError):
            await self.wait_until(lambda: not missing(), self.timing.event, outcome)
        left, messages = missing(), fitting()
        if not messages:
            expected = f"{outcome}, within {self.timing.event:g} s"
            raise case.fail(requirement, expected=expected, received=self._since_text())
        for message in messages:
            self.accepted.taken(message)
        await asyncio.sleep(0)  # their answers go out before whatever the case does next
        received = "; ".join(f"{m.action} {dict(m.payload)}" for m in messages)
        note = f"there is none with {', '.join(left)}" if left else ""
        case.check(requirement, not left, expected=outcome, received=received, note=note)
        for message in messages:
            self._judge(message.findings, message.action)
        return messages
