"""How a run ends on the terminal: its causes, and what failed once more, where it has not scrolled away."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from ocpp_reports.causes import Cause, causes_of, ids_by_case
from ocpp_reports.model import CaseResult, RunResult, Verdict

__all__ = ["causes_lines", "failed_lines"]

_CAUSES = 20
_FAILED = 40
_FIRST = 4
"""Cases that are named with a cause."""
_NARROWEST = 60
_PARAGRAPH = "\n\n"
_INDENT = " " * 15


def causes_lines(run: RunResult, width: int) -> list[str]:
    """A heading and some lines for each cause: id, count, sentence; the first cases. Empty for a run without any.

    `width`: columns of the terminal; what fills more than two lines of them ends in "…".
    """
    causes = causes_of(run)
    if not causes:
        return []
    lines = ["Causes"]
    for cause in causes[:_CAUSES]:
        lines += _wrapped(f"  {cause.id:<4} {cause.count:>4} x  ", cause.sentence, width)
        lines += _wrapped(_INDENT, _where(cause), width)
    if len(causes) > _CAUSES:
        lines.append(f"  … and {len(causes) - _CAUSES} more: see the summary")
    return lines


def failed_lines(run: RunResult, width: int) -> list[str]:
    """The cases that failed, a line each with their causes and the first reason."""
    failed = [case for case in run.cases if case.verdict is Verdict.FAIL]
    ids = ids_by_case(causes_of(run)) if failed else {}
    lines = [f"  FAIL {case.key} ({' '.join(ids.get(case.key, ()))}): {_why(case)}" for case in failed[:_FAILED]]
    if len(failed) > _FAILED:
        lines.append(f"  … and {len(failed) - _FAILED} more that failed: see the summary")
    return [_cut(line, max(width, _NARROWEST)) for line in lines]


def _why(case: CaseResult) -> str:
    """The first paragraph of the reason on one line."""
    return " ".join(case.reason.partition(_PARAGRAPH)[0].split())


def _where(cause: Cause) -> str:
    told = _named(cause.cases)
    if cause.seen:
        told += ("; " if told else "") + f"a rule saw it in {_named(cause.seen)}"
    return told


def _named(keys: Sequence[str]) -> str:
    return ", ".join(keys[:_FIRST]) + (f" … ({len(keys)} cases)" if len(keys) > _FIRST else "")


def _wrapped(begin: str, text: str, width: int) -> list[str]:
    """A text, as much as fills two lines, the first of which begins so."""
    width = max(width, _NARROWEST)
    text = _cut(text, 2 * (width - len(_INDENT)))
    return textwrap.wrap(text, width, initial_indent=begin, subsequent_indent=_INDENT, break_on_hyphens=False)


def _cut(line: str, width: int) -> str:
    return line if len(line) <= width else f"{line[: width - 1]}…"
