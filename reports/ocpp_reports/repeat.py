"""The command that runs one case of a run again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from .model import CaseResult, RunResult

__all__ = ["repeat_command"]

_PREFIX = "--ocpp-"
_FLAGS = ("allow-disruptive", "netns", "exhaustive")
_WITH_VALUE = ("generation-seconds", "defect", "freedom")


def repeat_command(run: RunResult, case: CaseResult) -> str:
    """A line for a shell, in the folder where `run` was started: the same version, security profile, seed and options.

    Of a case with parameters it runs all of them.
    """
    words = ["ocpp-proof", "run", "--sut", run.sut_file or "sut.toml", "--ocpp", run.ocpp]
    words += ["--security-profile", str(run.security_profile), "--seed", str(run.seed), "--select", case.id]
    return shlex.join([*words, *_options(run.command)])


def _options(command: Sequence[str]) -> Iterator[str]:
    """What the run was told beside its selection, as `ocpp-proof run` takes it."""
    for number, word in enumerate(command):
        name, _, value = word.removeprefix(_PREFIX).partition("=")
        if not word.startswith(_PREFIX):
            continue
        if name in _FLAGS:
            yield f"--{name}"
        elif name in _WITH_VALUE and (value or number + 1 < len(command)):
            yield from (f"--{name}", value or command[number + 1])
