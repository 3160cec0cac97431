"""Programs in other languages are built once a machine, and again when a source of theirs changes."""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

__all__ = ["CannotBuild", "built_once"]

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ocpp-proof" / "interop"


class CannotBuild(Exception):
    """A tool or a registry is missing: why the systems of a language are not tried."""


def built_once(language: str, tools: Iterable[str], sources: Iterable[Path], build: Callable[[Path], None]) -> Path:
    """The folder that `build` has filled, in the user's cache, under the digest of the sources.

    Raises CannotBuild where a tool is missing, or the registry from which the libraries come.
    """
    for tool in tools:
        if shutil.which(tool) is None:
            raise CannotBuild(f"{tool} is not installed")
    digest = hashlib.sha256()
    for file in sorted(sources):
        digest.update(f"{file.parent.name}/{file.name}\0".encode() + file.read_bytes())
    folder = CACHE / f"{language}-{digest.hexdigest()[:16]}"
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"lock-{language}").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the workers of pytest-xdist ask at the same time
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=CACHE) as unfinished:
                made = Path(unfinished) / "built"
                made.mkdir()
                build(made)
                made.rename(folder)
    return folder
