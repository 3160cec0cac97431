"""The wire of a case as a sequence diagram: a list with two lifelines, as wide as there is room."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from .failed_message import failed_messages
from .model import CheckRecord, StepRecord, Verdict, WireRecord

__all__ = ["diagram", "label", "shown_records"]

MOST = 400
"""Records of one case that are drawn."""
_LONGEST = 96
_KINDS = {2: "", 3: "", 4: "", 5: "", 6: "SEND "}


def label(record: WireRecord, actions: dict[str, str]) -> str:
    """One line about a record; `actions` remembers which action a message id belongs to.

    What a case sends on purpose need not be a text in UTF-8 once it is read, nor be readable at all.
    """
    return _label(record, actions).encode(errors="backslashreplace").decode()


def _label(record: WireRecord, actions: dict[str, str]) -> str:
    data: Any = record.data
    if record.kind == "text" and isinstance(data, str):
        try:
            frame = json.loads(data)
        except (ValueError, RecursionError):
            return f"unreadable: {data[:60]}"
        match frame:
            case [2 | 6 as kind, str(message_id), str(action), payload, *_]:
                actions[message_id] = action
                return f"{_KINDS[kind]}{action} {_brief(payload)}"
            case [3, str(message_id), payload, *_]:
                return f"{actions.get(message_id, '?')} answer {_brief(payload)}"
            case [4 | 5, message_id, code, *_]:
                return f"{actions.get(str(message_id), '?')} CALLERROR {code}"
        return f"odd: {data[:60]}"
    return f"{record.kind} {_brief(data)}"


def _brief(value: Any) -> str:
    """The fields that a reader looks for: scalars, also inside objects; without the times that every message has."""
    text = ", ".join(_fields(value)) if isinstance(value, dict) else "" if value is None else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _fields(value: dict[str, Any]) -> list[str]:
    found = []
    for key, item in value.items():
        if key in ("timestamp", "generatedAt", "headers"):
            continue
        if isinstance(item, dict):
            found += _fields(item)
        elif isinstance(item, list):
            found.append(f"{key} [{len(item)}]")
        else:
            found.append(f"{key} {item}")
    return found


def shown_records(wire: Sequence[WireRecord]) -> list[WireRecord]:
    """The records that a diagram of this wire draws, in its order: the messages among them can be opened."""
    return [r for r in wire if r.kind != "handshake" or r.direction == "out"][:MOST]


def diagram(wire: Sequence[WireRecord], scenario: StepRecord, *, sut: str, harness: str) -> str:
    """Lifelines of harness and SUT, an arrow for each message with its time, a note for everything else.

    The rows of the scenario are bands; a failed judgement is a red row where it was made, and the message that it is
    about is red too. Messages are buttons without a function: a page may open the payload (`payloads.py`).
    """
    shown = shown_records(wire)
    if not shown:
        return "<p>Nothing crossed the wire.</p>"
    failed = [c for step in scenario.walk() for c in step.checks if c.verdict is Verdict.FAIL]
    marked = failed_messages(shown, failed)
    actions: dict[str, str] = {}
    rows: list[tuple[float, int, str]] = [
        (record.time, 1, _row(record, record.time - shown[0].time, label(record, actions), failed=number in marked))
        for number, record in enumerate(shown)
    ]
    rows += [(time, 0, text) for time, text in _bands(scenario, shown[-1].time)]
    rows += [(check.time, 2, _judgement(check)) for check in failed if check.time]
    rows.sort(key=lambda row: row[:2])  # as they came where the time is the same
    hidden = len(wire) - len(wire[:MOST]) if len(shown) == MOST else 0
    more = f"<p>… and {hidden} more records: see the wire log.</p>" if hidden else ""
    return (
        f'<ol class=seq aria-label="Messages between {escape(harness)} and {escape(sut)}">'
        f"<li class=who><b>{escape(harness)}</b><b>{escape(sut)}</b></li>"
        f"{''.join(text for _, _, text in rows)}</ol>{more}"
    )


def _row(record: WireRecord, seconds: float, words: str, *, failed: bool) -> str:
    at = f"<time>{seconds:.3f}</time>"
    if record.direction in ("in", "out"):
        css = f'"{record.direction} bad"' if failed else record.direction
        return f"<li class={css}>{at}<button>{escape(words)}</button></li>"
    css = "driver" if record.kind == "driver" else "note"
    return f"<li class={css}>{at}<span>{escape(words)}</span></li>"


def _bands(scenario: StepRecord, last: float) -> Iterator[tuple[float, str]]:
    """A heading for each row of the scenario at its begin, and one for what came after the last."""
    ended = 0.0
    for number, step in enumerate(scenario.steps, 1):
        word = "Given: " if step.kind == "given" else ""
        bad = " bad" if step.verdict is Verdict.FAIL else ""
        odd = " odd" if number % 2 else ""
        yield step.started, f'<li class="band{odd}{bad}">{number}. {word}{escape(step.title)}</li>'
        ended = max(ended, step.ended)
    if ended and last > ended:
        yield ended, "<li class=band>Afterwards</li>"


def _judgement(check: CheckRecord) -> str:
    return (
        f"<li class=judged><span><b>FAIL {escape(check.requirement)}</b> expected {escape(check.expected)}; "
        f"received {escape(check.received)}</span></li>"
    )
