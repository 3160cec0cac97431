"""Every report that is made from a whole run."""

from __future__ import annotations

from pathlib import Path

from .model import RunResult

__all__ = ["write_all"]


def write_all(folder: Path, run: RunResult) -> None:
    """Write the reports of a run into its folder."""
