"""Every report that is made from a whole run."""

from __future__ import annotations

import shutil
from pathlib import Path

from . import allure
from .junit import junit
from .model import RunResult
from .summary import page

__all__ = ["write_all"]


def write_all(folder: Path, run: RunResult, *, with_allure: bool = True) -> None:
    """Write summary.html, junit.xml and, unless without, allure-results of a run into its folder; what was there is
    replaced."""
    (folder / "summary.html").write_text(page(run), encoding="utf-8")
    (folder / "junit.xml").write_bytes(junit(run))
    results = folder / "allure-results"
    if results.exists():
        shutil.rmtree(results)
    if with_allure:
        allure.write(results, run, linked=True)
