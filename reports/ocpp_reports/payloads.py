"""What can be opened in a page's sequence diagrams: the messages of its cases, packed into one block of text."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable
from typing import Any

from .model import CaseResult
from .sequence import shown_records

__all__ = ["packed"]

_LONGEST = 8000
"""Characters of one message that a page carries: the wire log has the rest."""


def packed(cases: Iterable[CaseResult]) -> str:
    """Base64 of gzip of JSON: by the key of a case, its messages in the order in which its diagram shows them.

    Packed, since the texts of a run are ten times as long as this; letters and digits alone, so that nothing that a
    SUT sent can end the element that it stands in.
    """
    messages = {
        case.key: [_text(r.data) for r in shown_records(case.wire) if r.direction in ("in", "out")]
        for case in cases
        if case.wire
    }
    data = json.dumps(messages).encode("ascii")  # a lone surrogate stays an escape
    return base64.b64encode(gzip.compress(data, mtime=0)).decode("ascii")


def _text(data: Any) -> str:
    text = data if isinstance(data, str) else json.dumps(data)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text):,} characters: see the wire log)"
