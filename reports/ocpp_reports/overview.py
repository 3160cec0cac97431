"""Several runs at a glance, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .model import RunResult, Verdict

__all__ = ["table"]

_COLUMNS = (
    ("pass", Verdict.PASS),
    ("warn", Verdict.WARN),
    ("FAIL", Verdict.FAIL),
    ("inconcl.", Verdict.INCONCLUSIVE),
    ("known", Verdict.KNOWN),
    ("not run", Verdict.NOT_RUN),
    ("n. a.", Verdict.NOT_APPLICABLE),
)


def table(runs: Sequence[RunResult], folders: Sequence[Path]) -> str:
    """A row for each run: the verdict, how many cases ended how, and the path of its summary."""
    head = f"{'system under test':<20} {'OCPP':<6} {'SP':>2}  {'verdict':<13}"
    head += "".join(f"{name:>9}" for name, _ in _COLUMNS) + "   summary"
    lines = ["", head, "-" * len(head)]
    for run, folder in zip(runs, folders, strict=True):
        counts = "".join(f"{sum(1 for c in run.cases if c.verdict is v):>9}" for _, v in _COLUMNS)
        lines.append(
            f"{run.sut[:20]:<20} {run.ocpp:<6} {run.security_profile:>2}  {run.verdict.upper():<13}{counts}"
            f"   {folder / 'summary.html'}"
        )
    return "\n".join(lines) + "\n"
