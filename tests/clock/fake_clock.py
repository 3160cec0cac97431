"""The fast tests and a short run of the harness under other clocks: nothing may depend on the day on which it runs.

    python tests/clock/fake_clock.py [a-year-ahead] [leap-day] [winter-begins]

Each command below is started with its clock moved by libfaketime; the clock goes on from there. Exit 1 when a command
fails under one of them, 2 when libfaketime is missing and cannot be installed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import ocpp_fixtures
from ocpp_testcases.edge.states.calendar_moments import following, leap_day, winter_begins

TESTS = Path(__file__).parent.parent
LEFT_OUT = {"bench", "clock", "fuzz", "interop", "matrix"}
"""Folders of tests that take minutes."""
EXAMPLES = Path(ocpp_fixtures.__file__ or "").parent / "examples"
LIBRARIES = ("/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/lib*/faketime/libfaketimeMT.so.1")
SELECTION = "tls or limit or TC_00* or TC_07* or TC_08* or TC_A_* or TC_B_*"
"""Certificates, clocks, sessions."""
AMSTERDAM = "CET-1CEST,M3.5.0,M10.5.0/3"


@dataclass(frozen=True)
class Clock:
    """When commands are started, from the present moment and the seconds that one needs to get going, and where."""

    name: str
    start: Callable[[datetime, float], datetime]
    zone: str = "UTC"


CLOCKS = (
    Clock("a-year-ahead", lambda now, lead: now + timedelta(days=365)),
    Clock("leap-day", lambda now, lead: following(leap_day, now) + timedelta(hours=12)),
    Clock("winter-begins", lambda now, lead: following(winter_begins, now) - timedelta(seconds=lead), zone=AMSTERDAM),
)


@dataclass(frozen=True)
class Command:
    """What is run, and after how many seconds the clock change of `winter-begins` comes."""

    name: str
    arguments: list[str]
    lead: float


def commands(reports: str) -> list[Command]:
    """The tests, and a run in each role at security profile 3, where certificates meet the clock."""
    folders = {test.parent for test in TESTS.glob("*/test_*.py")} - {TESTS / name for name in LEFT_OUT}
    workers = str(min(8, os.cpu_count() or 1))
    tests = ["-m", "pytest", "-q", "-n", workers, "--dist", "worksteal", "-p", "no:cacheprovider", "-m", "not slow"]
    found = [Command("fast tests", [*tests, *sorted(map(str, folders))], lead=20)]
    for role, ocpp in (("station", "1.6"), ("csms", "2.0.1")):
        run = ["-m", "ocpp_proof.cli", "run", "--sut", str(EXAMPLES / f"reference-{role}.toml"), "--report", reports]
        run += ["--ocpp", ocpp, "--security-profile", "3", "--select", SELECTION]
        found.append(Command(f"{role}, OCPP {ocpp}, security profile 3", run, lead=3))
    return found


def library() -> str:
    """Where libfaketime is; installs it where that can be done. Empty when there is none."""
    for attempt in (False, True):
        if attempt:
            _install()
        for pattern in LIBRARIES:
            for path in Path("/").glob(pattern.removeprefix("/")):
                return str(path)
    return ""


def _install() -> None:
    if shutil.which("apt-get") and os.geteuid() == 0:
        for words in (["update", "-qq"], ["install", "-y", "-qq", "libfaketime"]):
            subprocess.run(["apt-get", *words], check=False, stdout=subprocess.DEVNULL)


def environment(clock: Clock, lead: float, faketime: str) -> dict[str, str]:
    """The variables under which a program has that clock: only what tells the time of day is moved."""
    now = datetime.now(UTC)
    offset = round((clock.start(now, lead) - now).total_seconds())
    ours = str(Path(__file__).parent / "preloaded")
    path = os.pathsep.join(filter(None, (ours, os.environ.get("PYTHONPATH"))))
    return os.environ | {
        "LD_PRELOAD": faketime,
        "FAKETIME": f"{offset:+d}",
        "DONT_FAKE_MONOTONIC": "1",  # time-outs and asyncio
        "FAKETIME_FORCE_MONOTONIC_FIX": "0",  # with it threads that wait for each other spin
        "FAKETIME_DISABLE_SHM": "1",
        "NO_FAKE_STAT": "1",
        "PYTHONPATH": path,
        "TZ": clock.zone,
    }


def moved(clock: Clock, faketime: str) -> bool:
    """Whether a Python that is started with the clock has it."""
    show = [sys.executable, "-c", "import time; print(time.time())"]
    shown = subprocess.run(show, env=environment(clock, 0, faketime), stdout=subprocess.PIPE, text=True, check=True)
    return abs(float(shown.stdout) - clock.start(datetime.now(UTC), 0).timestamp()) < 60


def main() -> int:
    """Run every command under every clock; all of them, whatever fails."""
    names = [clock.name for clock in CLOCKS]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clocks", nargs="*", metavar="CLOCK", help=f"of {', '.join(names)} (default: all)")
    wanted = parser.parse_args().clocks or names
    if unknown := set(wanted) - set(names):
        parser.error(f"no clock {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    faketime = library()
    if not faketime:
        print("libfaketime is missing: install it (Debian: apt-get install libfaketime)", file=sys.stderr)
        return 2
    lines, worst = [], 0
    with tempfile.TemporaryDirectory() as reports:
        for clock in (c for c in CLOCKS if c.name in wanted):
            if not moved(clock, faketime):
                print(f"{clock.name}: {faketime} does not move the clock of {sys.executable}", file=sys.stderr)
                return 2
            for command in commands(reports):
                began = time.monotonic()
                start = clock.start(datetime.now(UTC), command.lead)
                print(f"== {clock.name} ({start:%Y-%m-%d %H:%M:%S} UTC, {clock.zone}): {command.name}", flush=True)
                done = subprocess.run(
                    [sys.executable, *command.arguments], env=environment(clock, command.lead, faketime), check=False
                )
                worst = max(worst, int(done.returncode != 0))
                result = "passed" if done.returncode == 0 else f"FAILED (exit {done.returncode})"
                lines.append(f"{clock.name:14} {command.name:38} {result:18} {time.monotonic() - began:5.0f} s")
    print("\n".join(["", *lines]))
    return worst


if __name__ == "__main__":
    sys.exit(main())
