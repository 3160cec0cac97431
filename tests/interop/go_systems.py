"""Builds the Go systems: the Go proxy gives ocpp-go, `go build` makes a program of each folder."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from built_once import CannotBuild, built_once

__all__ = ["built"]

SOURCES = Path(__file__).parent / "go"


def _build(folder: Path) -> None:
    environment = {**os.environ, "CGO_ENABLED": "0", "GOTOOLCHAIN": "local"}
    done = subprocess.run(
        ["go", "mod", "download"], cwd=SOURCES, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotBuild(f"the Go proxy does not give the libraries: {(done.stderr + done.stdout).strip()[-300:]}")
    # sources of ours: what does not compile is no reason to skip
    build = ["go", "build", "-mod=readonly", "-buildvcs=false", "-trimpath", "-o", f"{folder}{os.sep}", "./..."]
    subprocess.run(build, cwd=SOURCES, env=environment, check=True)


def built() -> Callable[[str], list[str]]:
    """What gives the command that starts a program of `go/`, built when they are not yet. Raises CannotBuild."""
    folder = built_once("go", ["go"], [*SOURCES.rglob("*.go"), *SOURCES.glob("go.*")], _build)
    return lambda program: [str(folder / program)]
