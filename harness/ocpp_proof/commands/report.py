"""`ocpp-proof report DIR`: make the reports of a run again, and render Allure where Node is there."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from ocpp_reports import allure
from ocpp_reports.bundle import Bundle
from ocpp_reports.model import RunResult
from ocpp_reports.readiness import readiness
from ocpp_reports.readiness_text import line

from ..cases.errors import ConfigurationError
from .compare import read_run

__all__ = ["report"]


def report(options: argparse.Namespace) -> int:
    """Write summary.html, junit.xml and allure-results again; print the verdict and the readiness."""
    folder: Path = options.directory
    run = read_run(folder)
    Bundle(folder).settle(run)
    print(f"{run.sut}: OCPP {run.ocpp}, security profile {run.security_profile}: {run.verdict.upper()}")
    for profile in readiness(run):
        print(f"  {line(profile)}")
    print((folder / "summary.html").resolve())
    if options.allure:
        print(_render(folder, run))
    return 0


def _render(folder: Path, run: RunResult) -> str:
    """Render results with every wire log and diagram in them, which are in the folder of the run only once."""
    program = shutil.which("allure")
    command = [program] if program else [shutil.which("npx") or "", "--yes", "allure@3"]
    if not command[0]:
        raise ConfigurationError("--allure needs Node (npx) or an installed allure; allure-results are written anyway")
    with tempfile.TemporaryDirectory() as name:
        allure.write(Path(name) / "allure-results", run)
        done = subprocess.run(  # noqa: S603 - the program was found on PATH
            [*command, "generate", "--config", "allurerc.mjs", "allure-results"],
            cwd=name,
            env={**os.environ, "ALLURE_NO_ANALYTICS": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        made = Path(name) / "allure-report"
        if done.returncode or not (made / "index.html").exists():
            raise ConfigurationError(
                f"allure could not render the results: {(done.stderr or done.stdout).strip()[-300:]}"
            )
        for html in made.rglob("*.html"):
            html.write_text(allure.strip_analytics(html.read_text(encoding="utf-8")), encoding="utf-8")
        shutil.rmtree(folder / "allure-report", ignore_errors=True)
        shutil.copytree(made, folder / "allure-report")
    return str((folder / "allure-report" / "index.html").resolve())
