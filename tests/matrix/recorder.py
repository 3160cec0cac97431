"""Records everything that is said in a run, between cases as well, in the form of wire.jsonl."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ocpp_proof.cases.redact import Redactor
from ocpp_proof.roles.conversation import Conversation

__all__ = ["recording"]


@contextmanager
def recording() -> Iterator[dict[Conversation, list[str]]]:
    """The lines of each conversation that takes place while the block runs."""
    found: dict[Conversation, list[str]] = defaultdict(list)
    recorder, note = Conversation.recorder, Conversation._record

    def line(self: Conversation, direction: str, kind: str, data: object, connection: int) -> None:
        record = {"time": time.time(), "direction": direction, "kind": kind, "data": data, "connection": connection}
        if kind in ("text", "binary", "frame", "note", "tcp-open", "tcp-lost"):
            found[self].append(json.dumps(Redactor([]).data(record)))

    def listened(self: Conversation, number: int) -> Callable[[str, str, object], None]:
        record = recorder(self, number)

        def both(direction: str, kind: str, data: object) -> None:
            line(self, direction, kind, data, number)
            record(direction, kind, data)

        return both

    def noted(self: Conversation, direction: str, kind: str, data: object, connection: int = 0) -> None:
        if kind == "note":
            line(self, direction, kind, data, connection)
        note(self, direction, kind, data, connection)

    Conversation.recorder, Conversation._record = listened, noted  # type: ignore[method-assign, assignment]
    try:
        yield found
    finally:
        Conversation.recorder, Conversation._record = recorder, note  # type: ignore[method-assign]
