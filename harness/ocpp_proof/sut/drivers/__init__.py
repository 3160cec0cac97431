"""Drivers: how the SUT is operated. What they say is evidence, never a verdict."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...cases.redact import Redactor
from .base import Driver, Job, Unsupported

__all__ = ["Driver", "Job", "Unsupported", "make"]


def make(name: str, options: Any, folder: Path | None = None, redactor: Redactor | None = None) -> Driver:
    """The driver of that name with its options from sut.toml; the bench makes `reference` and `manual`.

    `folder`: that of sut.toml. `redactor`: who takes secrets out of the evidence.

    Each is imported when it is wanted: commands that only need the verbs start without HTTP and terminals.
    """
    match name:
        case "octt-api":
            from .octt_api import OcttApi

            return OcttApi(options or {})
        case "webhook":
            from .webhook import Webhook

            return Webhook(options or {}, redactor)
        case "command":
            from .command import Command

            return Command(options)
        case "python":
            from .python import Python

            return Python(options, folder)
    raise ValueError(name)
