"""Builds the Go systems once a machine: the Go proxy gives ocpp-go, `go build` makes a program of each folder.

What was built stays in the user's cache, under the digest of its sources, as the Java systems do.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

SOURCES = Path(__file__).parent / "go"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ocpp-proof" / "interop"


class CannotBuild(Exception):
    """There is no Go here, or no proxy: why the systems are not tried."""


def _build(folder: Path) -> None:
    folder.mkdir()
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
    if shutil.which("go") is None:
        raise CannotBuild("go is not installed")
    sources = sorted([*SOURCES.rglob("*.go"), *SOURCES.glob("go.*")])
    digest = hashlib.sha256()
    for file in sources:
        digest.update(f"{file.relative_to(SOURCES).as_posix()}\0".encode() + file.read_bytes())
    folder = CACHE / f"go-{digest.hexdigest()[:16]}"
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock-go").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the workers of pytest-xdist ask at the same time
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=CACHE) as unfinished:
                _build(Path(unfinished) / "built")
                (Path(unfinished) / "built").rename(folder)
    return lambda program: [str(folder / program)]
