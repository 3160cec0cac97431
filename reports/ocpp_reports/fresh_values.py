"""Texts without what is fresh in every case: two findings of one fault read the same then."""

from __future__ import annotations

import re

__all__ = ["without_fresh_values"]

_UUID = re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b")
_TIME = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?")
_QUOTED = re.compile(r"""(?<!\w)(?:'([^'\n]*)'|"([^"\n]*)")(?!\w)""")
_WORD = re.compile(r"[A-Za-z][A-Za-z_.-]*")
_TOKEN = re.compile(r"\b(?:[0-9A-F]{8,}|(?=[0-9a-f]*\d)[0-9a-f]{8,})\b")
_KEPT = r"\b(?:TC|X)_\w+|\b[A-Z]\d\d\.FR\.\d+|§[\d.]+"
"""Ids of cases and requirements, which say what a text is about."""
_NUMBER = re.compile(rf"({_KEPT})|(?<!HTTP )(?<!code )(?<![\d.])\d+(?:[.,:]\d+)*")
_SERIES = re.compile(r"#(?:,? (?:or )?#)+")


def without_fresh_values(text: str) -> str:
    """The text with "#" where ids, times, tokens, numbers and quoted texts stand.

    A quoted word of letters stays, as the value of an enumeration is one ('Rejected'); so do the status of an HTTP
    answer and a close code, which say what happened, and the ids of cases and requirements.
    """
    text = _UUID.sub("#", " ".join(text.split()))
    text = _TIME.sub("#", text)
    text = _QUOTED.sub(_quoted, text)
    text = _TOKEN.sub("#", text)
    return _SERIES.sub("#", _NUMBER.sub(lambda found: found[1] or "#", text))


def _quoted(found: re.Match[str]) -> str:
    inner = found[1] if found[1] is not None else found[2]
    return found[0] if not inner or _WORD.fullmatch(inner) else "#"
