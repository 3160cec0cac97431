"""Drivers: how the SUT is operated. What they say is evidence, never a verdict."""

from __future__ import annotations

from typing import Any

from .base import Driver, Job, Unsupported
from .command import Command
from .manual import Manual
from .octt_api import OcttApi
from .python import Python
from .webhook import Webhook

__all__ = ["Driver", "Job", "Unsupported", "make"]


def make(name: str, options: Any) -> Driver:
    """The driver of that name with its options from sut.toml; the `reference` driver is made by the bench."""
    match name:
        case "octt-api":
            return OcttApi(options or {})
        case "webhook":
            return Webhook(options or {})
        case "command":
            return Command(options)
        case "python":
            return Python(options)
        case "manual":
            return Manual(options)
    raise ValueError(name)
