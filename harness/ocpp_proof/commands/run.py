"""`ocpp-proof run`: pytest on the installed cases, once for each version."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from ..person.access import SECRET
from ..source.cases import cases_folder
from ..sut.config import load
from .last_failed import last_failed, only
from .processes import INTERRUPTED, Processes

__all__ = ["pytest_arguments", "run", "worst_exit"]

NOTHING = 5


def pytest_arguments(
    sut: Path, *, ocpp: str, security_profile: int | None, report: Path, extra: Sequence[str] = ()
) -> list[str]:
    """The arguments of one pytest run over the installed cases."""
    arguments = [
        str(cases_folder()),
        f"--rootdir={os.getcwd()}",
        f"-c{Path(__file__).parent.parent / 'suite.ini'}",
        "--disable-plugin-autoload",  # whatever else is installed takes no part, and costs no time
        *("-p", "ocpp_proof.plugin"),
        "-qq",
        "-rN",
        "--no-header",
        f"--ocpp-sut={sut}",
        f"--ocpp-version={ocpp}",
        f"--ocpp-report={report}",
        "--ocpp-live",
    ]
    if security_profile is not None:
        arguments.append(f"--ocpp-security-profile={security_profile}")
    return [*arguments, *extra]


def worst_exit(codes: Sequence[int]) -> int:
    """The exit code of several runs: an interruption or usage error first, then failed, then nothing selected."""
    for code in (INTERRUPTED, 3, 4, 1):
        if code in codes:
            return code
    if codes and all(c == NOTHING for c in codes):
        return NOTHING
    return 0


def run(options: argparse.Namespace) -> int:
    """Run the cases; one process for each version, so that nothing of one run reaches the next."""
    config = load(options.sut)
    versions = [options.ocpp] if options.ocpp else list(config.versions)
    extra: list[str] = []
    for name in ("select", "profile", "seed", "message", "generation_seconds", "operator"):
        value = getattr(options, name)
        if value is not None:
            extra.append(f"--ocpp-{name.replace('_', '-')}={value}")
    for name in ("only_automatic", "only_manual", "confirm", "allow_disruptive", "exhaustive", "netns"):
        if getattr(options, name):
            extra.append("--ocpp-" + name.replace("_", "-"))
    extra += [f"--ocpp-defect={d}" for d in options.defect or ()]
    extra += [f"--ocpp-freedom={f}" for f in options.freedom or ()]
    given = options.security_profile
    profile: int = config.connection.security_profile if given is None else given
    report: Path = options.report or Path("ocpp-reports")
    if options.operator:
        os.environ[SECRET] = secrets.token_urlsafe(32)
    codes = []
    processes = Processes()
    with processes.handing_on_signals():
        for version in versions:
            selected = []
            if options.last_failed:
                ids = last_failed(report, config, version, profile)
                if not ids:
                    print(f"OCPP {version}: everything was well in the newest run in {report}")
                    codes.append(NOTHING)
                    continue
                selected = [f"--ocpp-select={only(ids, options.select)}"]
            arguments = pytest_arguments(
                options.sut,
                ocpp=version,
                security_profile=options.security_profile,
                report=report,
                extra=[*extra, *selected],
            )
            codes.append(processes.run([sys.executable, "-m", "pytest", *arguments])[0])
            if processes.stopped or codes[-1] == INTERRUPTED:  # the next version is not started
                break
    return INTERRUPTED if processes.stopped else worst_exit(codes)
