"""The causes of a run as the first section of its page, and as links in its cases."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from .causes import Cause
from .page_parts import badge

__all__ = ["links", "section"]

_FIRST = 12
"""Cases that are named before the others are folded away."""


def section(causes: Sequence[Cause]) -> str:
    """Each cause with its count, an example and links to the cases that it explains; empty without causes."""
    if not causes:
        return ""
    return (
        "<h2>Causes</h2><p>Findings that have the same requirement, message, field or key in common. "
        f"Mend the first and run again.</p><ol class=causes>{''.join(map(_cause, causes))}</ol>"
    )


def links(causes: Sequence[str]) -> str:
    """The ids of the causes of a case as links to them."""
    if not causes:
        return ""
    told = " ".join(f'<a href="#{escape(id)}">{escape(id)}</a>' for id in causes)
    return f"<p>{'Cause' if len(causes) == 1 else 'Causes'}: {told}</p>"


def _cause(cause: Cause) -> str:
    requirements = escape(", ".join(cause.requirements[:8]) + (" …" if len(cause.requirements) > 8 else ""))
    told = f"<p class=req>{requirements}</p>" if requirements else ""
    return (
        f'<li id="{escape(cause.id)}"><b>{escape(cause.id)}</b> {badge(cause.verdict)} <b>{escape(cause.sentence)}</b> '
        f"({_counted(cause.count, 'finding')})"
        f"{told}{_example(cause)}{_cases('Explains', cause.cases)}{_cases('A rule saw it in', cause.seen)}</li>"
    )


def _example(cause: Cause) -> str:
    """Where it was seen first, and what was expected and came unless the sentence has said so."""
    example = cause.example
    where = f"For example in {_link(example.case)}{escape(_clock(example.time))}"
    if f"expected {example.expected}, received {example.received}" in cause.sentence:
        return f"<p>{where}</p>"
    expected = f"expected {escape(example.expected)}; " if example.expected else ""
    return f"<p>{where}: {expected}received {escape(example.received)}</p>"


def _clock(seconds: float) -> str:
    told = seconds and math.isfinite(seconds)
    return time.strftime(" at %H:%M:%S", time.localtime(seconds)) if told else ""


def _cases(words: str, keys: Sequence[str]) -> str:
    if not keys:
        return ""
    told = f"{escape(words)} {_counted(len(keys), 'case')}: {', '.join(map(_link, keys[:_FIRST]))}"
    if not keys[_FIRST:]:
        return f"<p>{told}</p>"
    rest = ", ".join(map(_link, keys[_FIRST:]))
    return f"<details><summary>{told} … and {len(keys) - _FIRST} more</summary>{rest}</details>"


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _link(key: str) -> str:
    return f'<a href="#{quote(key, safe="")}">{escape(key)}</a>'
