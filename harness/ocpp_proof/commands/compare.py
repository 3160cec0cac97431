"""`ocpp-proof compare A B`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ocpp_reports.bundle import load
from ocpp_reports.compare import compare as compare_runs
from ocpp_reports.compare import text
from ocpp_reports.model import RunResult

from ..cases.errors import ConfigurationError

__all__ = ["compare", "read_run"]


def read_run(folder: Path) -> RunResult:
    """The run of a report folder; ConfigurationError where there is none."""
    try:
        return load(folder if folder.is_dir() else folder.parent)
    except (OSError, json.JSONDecodeError, TypeError, KeyError) as error:
        raise ConfigurationError(f"{folder} is not the folder of a run (with a readable run.json): {error}") from None


def compare(options: argparse.Namespace) -> int:
    """Print what changed; 1 when something broke."""
    a, b = read_run(options.a), read_run(options.b)
    print(text(a, b))
    cases, _ = compare_runs(a, b)
    return 1 if cases.broken else 0
