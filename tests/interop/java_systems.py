"""Builds the Java systems: Maven tells (and fetches) the libraries, javac makes the classes.

Maven takes 8 s to say what it has.
"""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from built_once import CannotBuild, built_once

__all__ = ["built"]

SOURCES = Path(__file__).parent / "java"


def _build(folder: Path) -> None:
    listed = folder / "classpath"
    maven = ["mvn", "--quiet", "--batch-mode", "-f", SOURCES / "pom.xml", "dependency:build-classpath"]
    done = subprocess.run([*maven, f"-Dmdep.outputFile={listed}"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotBuild(f"Maven does not give the libraries: {(done.stderr + done.stdout).strip()[-300:]}")
    libraries = listed.read_text(encoding="utf-8")
    # sources of ours: what does not compile is no reason to skip
    sources = sorted(SOURCES.glob("*.java"))
    subprocess.run(["javac", "-nowarn", "-d", folder / "classes", "-cp", libraries, *sources], check=True)


def built() -> Callable[[str], list[str]]:
    """What gives the command that starts a program of `java/`, built when they are not yet. Raises CannotBuild."""
    folder = built_once("java", ["java", "javac", "mvn"], [SOURCES / "pom.xml", *SOURCES.glob("*.java")], _build)
    libraries = (folder / "classpath").read_text(encoding="utf-8")
    return lambda program: [
        "java",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        f"{folder / 'classes'}{os.pathsep}{libraries}",
        program,
    ]
