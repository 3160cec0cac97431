"""Messages as cases see them: the payload with its names exactly as on the wire, and what the rules found in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..cases.evidence import describe
from ..cases.fields import at
from ..rules.protocol import Finding

__all__ = ["UNSUPPORTED", "Answer", "ErrorAnswer", "Message", "Payload", "messages_text"]


class Payload(dict[str, Any]):
    """A payload as it came: a dict whose fields can also be read as attributes; a field that is absent reads None."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self.get(name)

    def at(self, path: str) -> Any:
        """The value at a dotted path, None where anything on the way is absent."""
        return at(self, path)


@dataclass(slots=True)
class Message:
    """A CALL or SEND that the SUT sent. `index` counts the messages of the SUT in the order in which they came.

    `deviating`: its answer is one that the case chose.
    """

    action: str
    payload: Payload
    message_id: str
    index: int
    received: float
    connection: int
    findings: list[Finding] = field(default_factory=list)
    answer: dict[str, Any] | None = None
    taken: bool = False
    deviating: bool = False

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "payload":
            raise AttributeError(name)
        return self.payload.get(name)

    def at(self, path: str) -> Any:
        """The value at a dotted path of the payload, None where anything on the way is absent."""
        return at(self.payload, path)


UNSUPPORTED = ("NotImplemented", "NotSupported")
"""Codes of a CALLERROR that say that the action itself is not there."""


class Answer(Payload):
    """A CALLRESULT's payload. `error` is None: so that a case can ask any answer for its error.

    `unjudged`: what the rules found in it and no case has judged.
    """

    error: str | None = None
    unjudged: tuple[Finding, ...] = ()


class ErrorAnswer(Payload):
    """A CALLERROR: `error` is its code, `description` its text; the payload is its details.

    `unjudged`: as of an Answer.
    """

    error: str
    description: str
    unjudged: tuple[Finding, ...] = ()

    @property
    def broken_by_it(self) -> str:
        """The requirement that this answer to a sound CALL breaks: cases are for products that claim their feature."""
        return "claimed feature" if self.error in UNSUPPORTED else "OCPP-J 4.2.2"


def messages_text(messages: list[Message]) -> str:
    """The last eight in words, each with its payload cut short."""
    lines = [f"{m.action} {describe(dict(m.payload), 160)}" + (" (taken)" if m.taken else "") for m in messages]
    text = "; ".join(lines[-8:]) or "nothing"
    return f"… {text}" if len(lines) > 8 else text
