"""The wire of a case as a sequence diagram: an SVG that needs nothing around it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Any

from .model import WireRecord

__all__ = ["diagram", "label"]

ROW = 26
WIDTH = 980
LEFT, RIGHT = 170, 830
MOST = 400
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
    if isinstance(value, dict):
        return ", ".join(_fields(value))[:96]
    return "" if value is None else str(value)[:96]


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


def diagram(wire: Sequence[WireRecord], *, sut: str, harness: str) -> str:
    """Lifelines of harness and SUT, an arrow for each message with its time, a note for everything else."""
    shown = [r for r in wire if r.kind not in ("handshake",) or r.direction == "out"][:MOST]
    if not shown:
        return "<p>Nothing crossed the wire.</p>"
    start = shown[0].time
    height = 50 + ROW * len(shown)
    actions: dict[str, str] = {}
    rows = []
    for number, record in enumerate(shown):
        y = 50 + ROW * number
        words = escape(label(record, actions))
        at = f"{record.time - start:8.3f}"
        title = f"<title>{escape(str(record.data))[:2000]}</title>"
        rows.append(f'<text x="8" y="{y + 4}" class="t">{at}</text>')
        match record.direction:
            case "in" | "out":
                to_harness = record.direction == "in"
                x1, x2 = (RIGHT, LEFT) if to_harness else (LEFT, RIGHT)
                tip = x2 + (6 if to_harness else -6)
                css = "in" if to_harness else "out"
                rows.append(
                    f'<g class="{css}">{title}<line x1="{x1}" y1="{y}" x2="{tip}" y2="{y}"/>'
                    f'<path d="M{x2} {y} l{8 if to_harness else -8} -4 v8 z"/>'
                    f'<text x="{(LEFT + RIGHT) // 2}" y="{y - 5}">{words}</text></g>'
                )
            case _:
                css = "driver" if record.kind == "driver" else "note"
                x = RIGHT + 8 if record.kind == "driver" else (LEFT + RIGHT) // 2
                anchor = ' text-anchor="start"' if record.kind == "driver" else ""
                rows.append(f'<g class="{css}">{title}<text x="{x}" y="{y + 4}"{anchor}>{words}</text></g>')
    more = "" if len(wire) <= MOST else f"<p>… and {len(wire) - MOST} more; see wire.jsonl.</p>"
    return (
        f'<svg class="sequence" viewBox="0 0 {WIDTH + 240} {height + 20}" role="img" '
        f'aria-label="Messages between {escape(harness)} and {escape(sut)}">'
        f'<text x="{LEFT}" y="18" class="who">{escape(harness)}</text>'
        f'<text x="{RIGHT}" y="18" class="who">{escape(sut)}</text>'
        f'<line class="life" x1="{LEFT}" y1="26" x2="{LEFT}" y2="{height}"/>'
        f'<line class="life" x1="{RIGHT}" y1="26" x2="{RIGHT}" y2="{height}"/>{"".join(rows)}</svg>{more}'
    )
