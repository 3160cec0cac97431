"""`ocpp-proof demo`: the harness in both roles against the embedded reference systems."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from ..engine.errors import ConfigurationError
from .run import pytest_arguments, worst_exit

__all__ = ["PARTS", "demo"]

PARTS = (("1.6", 0), ("1.6", 1), ("2.0.1", 2), ("2.0.1", 3), ("2.1", 3))


def demo(options: argparse.Namespace) -> int:
    """Both roles, three versions, security profiles 0 to 3; with a defect only where that defect exists."""
    import ocpp_fixtures
    from ocpp_reports.bundle import load
    from ocpp_reports.overview import table

    examples = Path(ocpp_fixtures.__file__ or "").parent / "examples"
    started = time.monotonic()
    codes, folders = [], []
    for role, versions in _roles(options.defect):
        for ocpp, security_profile in PARTS:
            if ocpp not in versions:
                continue
            known = set(options.report.glob("*_sp*"))
            extra = [f"--ocpp-defect={options.defect}"] if options.defect else []
            arguments = pytest_arguments(
                examples / f"reference-{role}.toml",
                ocpp=ocpp,
                security_profile=security_profile,
                report=options.report,
                extra=extra,
            )
            codes.append(subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode)  # noqa: S603
            folders += sorted(set(options.report.glob("*_sp*")) - known)
            if codes[-1] == 2:
                return 130
    runs = [load(folder) for folder in folders]
    print(table(runs, folders))
    print(f"{len(runs)} runs in {time.monotonic() - started:.0f} s")
    return worst_exit(codes)


def _roles(defect: str | None) -> list[tuple[str, tuple[str, ...]]]:
    if defect is None:
        return [("station", ("1.6", "2.0.1", "2.1")), ("csms", ("1.6", "2.0.1", "2.1"))]
    import difflib

    from ocpp_fixtures.csms import DEFECTS as OF_CSMS
    from ocpp_fixtures.station import DEFECTS as OF_STATION

    found = [
        (role, tuple(defects[defect].versions))
        for role, defects in (("station", OF_STATION), ("csms", OF_CSMS))
        if defect in defects
    ]
    if not found:
        names = sorted({*OF_STATION, *OF_CSMS})
        near = difflib.get_close_matches(defect, names, 3, 0.4)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known are {', '.join(names)}"
        raise ConfigurationError(f"--defect {defect!r} is not a defect of the reference systems; {hint}")
    return found
