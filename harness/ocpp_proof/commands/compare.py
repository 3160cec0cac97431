"""`ocpp-proof compare A B`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

from ocpp_reports.bundle import load
from ocpp_reports.compare import compare as compare_runs
from ocpp_reports.compare import regressions, text, unlike
from ocpp_reports.model import RunResult

from ..cases.errors import ConfigurationError

__all__ = ["compare", "read_run", "run_folders"]


def read_run(folder: Path) -> RunResult:
    """The run of a report folder; ConfigurationError where there is none."""
    try:
        return load(folder.parent if folder.is_file() else folder)
    except (OSError, json.JSONDecodeError, TypeError, KeyError) as error:
        raise ConfigurationError(f"{folder} is not the folder of a run (with a readable run.json): {error}") from None


def run_folders(given: Iterable[Path]) -> list[Path]:
    """The folders of runs among what was given, each once: such a folder itself, or those in it."""
    found: dict[Path, None] = {}
    for folder in given:
        inside = [folder] if (folder / "run.json").exists() else sorted(f.parent for f in folder.glob("*/run.json"))
        if not inside:
            raise ConfigurationError(f"{folder} is no folder of a run (with a run.json), and holds none")
        found |= {path.resolve(): None for path in inside}
    return list(found)


def compare(options: argparse.Namespace) -> int:
    """Print what changed; 1 when something broke, with --gate when anything that passed does not pass any more.

    Raises ConfigurationError for runs of another role, version or security profile: nothing follows from those.
    """
    a, b = read_run(options.a), read_run(options.b)
    if differ := unlike(a, b):
        raise ConfigurationError(f"{options.a} and {options.b} cannot be compared: {differ}")
    print(text(a, b))
    if options.gate:
        lost = regressions(a, b)
        told = f"{len(lost)} cases or rules passed and do not any more" if lost else "what passed still passes"
        print(f"\ngate: {told}")
        for key, verdict in lost:
            print(f"  {key}: {verdict}")
        return 1 if lost else 0
    cases, _ = compare_runs(a, b)
    return 1 if cases.broken else 0
