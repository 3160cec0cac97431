"""What a station that the harness plays owes for the requests that it accepted and no case cares for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from ocpp_proof.ocppj.frames import Payload

from .default_follow_ups import FollowUp
from .message import Message

__all__ = ["AcceptedRequests"]

_TRIGGERS = "requestedMessage"

Send = Callable[[str, Payload], Awaitable[object]]


class AcceptedRequests:
    """Reports, states of uploads and triggered messages that follow an accepted request.

    What a case has the operator ask for is the case's: it sends what follows. A CSMS may ask for the like by itself:
    that is known when the case has taken the request which it waited for, and the others get what they were promised.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._asked: set[tuple[str, object]] = set()  # by a case, ever: the action, and which message it is to trigger
        self._awaited: set[str] = set()  # by a case, and it has taken none since
        self._owed: list[tuple[Message, Sequence[FollowUp]]] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def asked_by_case(self, action: str, wish: Payload) -> None:
        """A case has the operator ask for this request."""
        self._asked.add((action, wish.get(_TRIGGERS)))
        self._awaited.add(action)

    def is_for_a_case(self, action: str, payload: Payload) -> bool:
        """Whether a case has asked for requests of this kind, and shows what comes of them.

        A case that has one message triggered does not send the others, which a CSMS may trigger by itself.
        """
        return (action, payload.get(_TRIGGERS)) in self._asked

    def accepted(self, message: Message, owed: Sequence[FollowUp]) -> None:
        """A request was accepted, and these CALLs have to follow unless a case takes it."""
        if owed:
            self._owed.append((message, owed))
            self._settle()

    def taken(self, message: Message) -> None:
        """A case has taken a request."""
        message.taken = True
        self._awaited.discard(message.action)
        self._settle()

    async def settled(self, within: float) -> None:
        """What has to follow is sent and answered, also for requests that come meanwhile, or the time is over."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while self._tasks and loop.time() < deadline:
            await asyncio.wait(self._tasks, timeout=deadline - loop.time())

    def clear(self) -> None:
        """The case is over: so is the station that it played."""
        self._asked.clear()
        self._awaited.clear()
        self._owed.clear()
        for task in self._tasks:
            task.cancel()

    def _settle(self) -> None:
        for entry in list(self._owed):
            message, owed = entry
            if message.taken or message.action not in self._awaited:
                self._owed.remove(entry)
            if not message.taken and message.action not in self._awaited:
                task = asyncio.ensure_future(self._pay(owed))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _pay(self, owed: Sequence[FollowUp]) -> None:
        for action, payload in owed:
            await self._send(action, payload)
