"""`ocpp-proof demo`: the harness in both roles against the embedded reference systems."""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ..cases.errors import ConfigurationError
from .processes import INTERRUPTED, Processes
from .run import pytest_arguments, worst_exit

__all__ = ["PARTS", "demo"]

QUICK = "official or frame or schema or tls or limit"
"""What is shown: all but dying networks and crowds, which take a minute. A defect is shown by every case."""

PARTS = {
    ("1.6", 0): "official or frame or schema or limit",
    ("1.6", 1): "official or tls",
    ("2.0.1", 2): QUICK,
    ("2.1", 3): QUICK,
}
"""What is shown of which version at which security profile: 1.6, which has the most cases, shows no edge case twice."""

AT_ONCE = 5
"""How many runs go beside the one that is shown: the four of a station mostly wait, one of a CSMS keeps a core busy."""
BRIEF = "--ocpp-generation-seconds=0"
"""The sample of the generated messages: all of them take longer than a demo may."""


def demo(options: argparse.Namespace) -> int:
    """Both roles, three versions, security profiles 0 to 3; a defect or a freedom where the reference systems have it.

    The runs go side by side, as a station under test mostly waits: the first is shown live, the others afterwards.
    """
    from ocpp_reports.bundle import load
    from ocpp_reports.overview import table

    started = time.monotonic()
    known = set(options.report.glob("*_sp*"))
    jobs = [_commands(options, role, versions) for role, versions in _roles(options)]
    shown, *rest = [command for commands in jobs for command in commands]
    processes = Processes()
    with processes.handing_on_signals(), ThreadPoolExecutor(AT_ONCE) as pool:
        later = [pool.submit(processes.run, command, captured=True) for command in rest]
        codes = [processes.run(shown)[0]]
        if processes.stopped or codes[-1] == INTERRUPTED:
            pool.shutdown(cancel_futures=True)
            return INTERRUPTED
        for waiting in later:
            code, text = waiting.result()
            print(text, end="", flush=True)
            codes.append(code)
    runs = [(load(folder), folder) for folder in set(options.report.glob("*_sp*")) - known]
    runs.sort(key=lambda r: (r[0].role != "station", r[0].ocpp, r[0].security_profile))
    print(table([run for run, _ in runs], [folder for _, folder in runs]))
    print(f"{len(runs)} runs in {time.monotonic() - started:.0f} s")
    return worst_exit(codes)


def _commands(options: argparse.Namespace, role: str, versions: tuple[str, ...]) -> list[list[str]]:
    import ocpp_fixtures

    examples = Path(ocpp_fixtures.__file__ or "").parent / "examples"
    if options.defect:
        asked = [f"--ocpp-defect={options.defect}"]
    elif options.freedom:
        asked = [f"--ocpp-freedom={options.freedom}", BRIEF]
    else:
        asked = []
    return [
        [
            sys.executable,
            "-m",
            "pytest",
            *pytest_arguments(
                examples / f"reference-{role}.toml",
                ocpp=ocpp,
                security_profile=security_profile,
                report=options.report,
                extra=asked or [f"--ocpp-select={shown}", BRIEF],
            ),
        ]
        for (ocpp, security_profile), shown in PARTS.items()
        if ocpp in versions
    ]


def _roles(options: argparse.Namespace) -> list[tuple[str, tuple[str, ...]]]:
    """The roles with the versions in which they have the defect or freedom that was asked for; all without one."""
    kind, name = ("defect", options.defect) if options.defect else ("freedom", options.freedom)
    if not name:
        return [("station", ("1.6", "2.0.1", "2.1")), ("csms", ("1.6", "2.0.1", "2.1"))]
    import difflib

    from ocpp_fixtures import csms, station

    tables = {role: getattr(module, f"{kind.upper()}S") for role, module in (("station", station), ("csms", csms))}
    found = [(role, tuple(table[name].versions)) for role, table in tables.items() if name in table]
    if not found:
        names = sorted({name for table in tables.values() for name in table})
        near = difflib.get_close_matches(name, names, 3, 0.4)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known are {', '.join(names)}"
        raise ConfigurationError(f"--{kind} {name!r} is not a {kind} of the reference systems; {hint}")
    return found
