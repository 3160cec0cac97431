"""Builds the Java systems once a machine: Maven tells (and fetches) the libraries, javac makes the classes.

What was built stays in the user's cache, under the digest of its sources, so that Maven (8 s to say what it has) and
javac do not run again before a source or a version changes.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

SOURCES = Path(__file__).parent / "java"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ocpp-proof" / "interop"


class CannotBuild(Exception):
    """There is no Java here, or no registry: why the systems are not tried."""


def _build(folder: Path, sources: list[Path]) -> None:
    folder.mkdir()
    listed = folder / "classpath"
    maven = ["mvn", "--quiet", "--batch-mode", "-f", SOURCES / "pom.xml", "dependency:build-classpath"]
    done = subprocess.run([*maven, f"-Dmdep.outputFile={listed}"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotBuild(f"Maven does not give the libraries: {(done.stderr + done.stdout).strip()[-300:]}")
    libraries = listed.read_text(encoding="utf-8")
    # sources of ours: what does not compile is no reason to skip
    subprocess.run(["javac", "-nowarn", "-d", folder / "classes", "-cp", libraries, *sources], check=True)


def built() -> Callable[[str], list[str]]:
    """What gives the command that starts a program of `java/`, built when they are not yet. Raises CannotBuild."""
    for tool in ("java", "javac", "mvn"):
        if shutil.which(tool) is None:
            raise CannotBuild(f"{tool} is not installed")
    sources = sorted(SOURCES.glob("*.java"))
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in (SOURCES / "pom.xml", *sources))).hexdigest()[:16]
    folder = CACHE / f"java-{digest}"
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the workers of pytest-xdist ask at the same time
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=CACHE) as unfinished:
                _build(Path(unfinished) / "built", sources)
                (Path(unfinished) / "built").rename(folder)
    libraries = (folder / "classpath").read_text(encoding="utf-8")
    return lambda program: [
        "java",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        f"{folder / 'classes'}{os.pathsep}{libraries}",
        program,
    ]
