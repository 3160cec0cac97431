"""`ocpp-proof report DIR...`: the reports of runs again, Allure where Node is there, and pages over all of them."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from ocpp_reports import allure
from ocpp_reports.bundle import Bundle
from ocpp_reports.markdown import github_annotations, markdown
from ocpp_reports.model import RunResult
from ocpp_reports.readiness import readiness
from ocpp_reports.readiness_text import line
from ocpp_reports.runs_page import runs_page

from ..cases.errors import ConfigurationError
from .compare import read_run, run_folders

__all__ = ["report"]


def report(options: argparse.Namespace) -> int:
    """Write summary.html, junit.xml and allure-results of each run again, and print verdicts and readiness; or, of all
    the runs together, print Markdown or annotations, or write one page.

    Raises ConfigurationError where a folder holds no run, or the page cannot be written.
    """
    folders = run_folders(options.runs)
    if options.markdown or options.annotations or options.html:
        runs = [read_run(folder) for folder in folders]
        if options.annotations:
            print(github_annotations(runs), end="")
        if options.markdown:
            print(markdown(runs))
        if options.html:
            _write_page(options.html, runs, folders)
        return 0
    for folder in folders:
        run = read_run(folder)
        Bundle(folder).settle(run)
        print(f"{run.sut}: OCPP {run.ocpp}, security profile {run.security_profile}: {run.verdict.upper()}")
        for profile in readiness(run):
            print(f"  {line(profile)}")
        print((folder / "summary.html").resolve())
        if options.allure:
            print(_render(folder, run))
    return 0


def _write_page(file: Path, runs: Sequence[RunResult], folders: Sequence[Path]) -> None:
    """The page over these runs, with relative links to theirs: both may be moved together."""
    start = file.absolute().parent
    summaries = [
        quote(Path(os.path.relpath(folder.absolute() / "summary.html", start)).as_posix()) for folder in folders
    ]
    try:
        start.mkdir(parents=True, exist_ok=True)
        file.write_text(runs_page(runs, summaries), encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"--html {file}: the page cannot be written there: {error}") from None
    print(file.resolve())


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
