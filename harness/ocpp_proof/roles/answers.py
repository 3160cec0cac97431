"""How the harness answers what the SUT asks: soundly by default, otherwise as the case says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ..cases.fields import payload_matches
from .message import Message

__all__ = ["ANY", "Answers", "Held", "Override", "ReplyError", "Silence"]


ANY = ""
"""Every action, where answers are kept back."""


@dataclass(frozen=True, slots=True)
class ReplyError:
    """Answer with a CALLERROR of this code."""

    code: str
    description: str = ""
    details: dict[str, Any] = field(default_factory=dict)


class Silence:
    """Do not answer at all."""


Reply = dict[str, Any] | ReplyError | Silence | None


@dataclass(slots=True)
class Override:
    """A deviation from the default answer; `times` how often it still applies (None: until the case ends)."""

    action: str
    where: dict[str, Any]
    make: Callable[[Message, dict[str, Any]], Reply]
    times: int | None = None
    used: int = 0

    def applies(self, message: Message) -> bool:
        """Whether this deviation is for the message."""
        open_ = self.times is None or self.used < self.times
        return open_ and message.action == self.action and payload_matches(message.payload, self.where)


@dataclass(slots=True)
class Held:
    """Messages of one action, with these fields, whose answers wait until `release` is called."""

    action: str
    where: dict[str, Any] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)


class Answers:
    """The deviations of one case; `default` gives the sound answer to any CALL."""

    def __init__(self, default: Callable[[str, dict[str, Any]], dict[str, Any]]) -> None:
        self._default = default
        self._overrides: list[Override] = []
        self._held: list[Held] = []
        self._silent = False

    @property
    def withholding(self) -> bool:
        """Whether the SUT waits for an answer that a case keeps back, or does not give."""
        return self._silent or any(held.messages for held in self._held)

    def add(
        self,
        action: str,
        reply: Reply | Callable[[Message], Reply] = None,
        *,
        times: int | None = None,
        where: dict[str, Any] | None = None,
        fields: dict[str, Any] | None = None,
    ) -> Override:
        """Deviate for `action`: a whole payload, an error, silence, a function of the message, or only `fields`."""

        def make(message: Message, default: dict[str, Any]) -> Reply:
            if callable(reply):
                return reply(message)
            if reply is not None:
                return reply
            return {k: v for k, v in {**default, **(fields or {})}.items() if v is not None}

        override = Override(action, where or {}, make, times)
        self._overrides.insert(0, override)
        return override

    def remove(self, override: Override) -> None:
        """Answer soundly again."""
        if override in self._overrides:
            self._overrides.remove(override)

    def clear(self) -> None:
        """Forget every deviation: the case is over."""
        self._overrides.clear()
        self._held.clear()
        self._silent = False

    @contextmanager
    def hold(
        self, action: str, release: Callable[[Message], None], where: dict[str, Any] | None = None
    ) -> Iterator[Held]:
        """Keep answers to `action` (or ANY), to messages with the fields of `where`, back until the block ends."""
        held = Held(action, where or {})
        self._held.append(held)
        try:
            yield held
        finally:
            if held in self._held:
                self._held.remove(held)
            for message in held.messages:
                release(message)

    def holds(self, message: Message) -> bool:
        """Whether the answer has to wait; the message is kept if so."""
        for held in self._held:
            if held.action in (ANY, message.action) and payload_matches(message.payload, held.where):
                held.messages.append(message)
                return True
        return False

    def reply_to(self, message: Message) -> Reply:
        """The answer for a message: the newest deviation that applies, else the default."""
        default = self._default(message.action, dict(message.payload))
        for override in self._overrides:
            if override.applies(message):
                override.used += 1
                message.deviating = True
                reply = override.make(message, default)
                self._silent = self._silent or isinstance(reply, Silence)
                return reply
        return default
