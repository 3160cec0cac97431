"""The lower end of the version ranges of pyproject.toml: a venv with the lowest of each, the fast tests, a demo.

The upper end is what `make setup` installs. `make lowest` runs this; `make matrix` runs it too.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
VENV = ROOT / ".venv-lowest"
TESTS = ("tests/harness", "tests/ocppj", "tests/reports", "tests/net", "tests/person")
REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9_.-]+)(?P<range>.*)")
LOWEST = re.compile(r"[>=]=\s*(?P<version>[0-9][0-9a-z.]*)")


def lowest(project: dict[str, object]) -> list[str]:
    """A constraint for each dependency: the lowest version of its range; raises ValueError where a range has none."""
    extras: dict[str, list[str]] = project["optional-dependencies"]  # type: ignore[assignment]
    requirements: list[str] = [*project["dependencies"], *(r for extra in extras.values() for r in extra)]  # type: ignore[misc]
    found = []
    for requirement in requirements:
        if requirement.startswith("ocpp-proof["):  # an extra of ours, whose ranges stand there
            continue
        parts = REQUIREMENT.fullmatch(requirement)
        bound = LOWEST.search(parts["range"]) if parts else None
        if parts is None or bound is None:
            raise ValueError(f"{requirement!r} in pyproject.toml has no lower bound")
        found.append(f"{parts['name']}=={bound['version']}")
    return found


def main() -> int:
    """Make the venv, run the tests and the demo; returns the exit code of the first that failed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    constraints = lowest(project)
    print("\n".join(constraints))
    subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
    (VENV / "constraints.txt").write_text("\n".join(constraints) + "\n", encoding="utf-8")
    python = VENV / "bin" / "python"
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, "-c", VENV / "constraints.txt", "-e", f"{ROOT}[dev]"], check=True)
    for command in (
        [python, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", *TESTS],
        [VENV / "bin" / "ocpp-proof", "demo", "--report", VENV / "reports"],
    ):
        if code := subprocess.run(command, cwd=ROOT, check=False).returncode:
            return code
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
