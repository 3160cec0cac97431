"""A program of the user's does the verbs: exit status 0 is done, 3 is "cannot do that", anything else failed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shlex
from typing import Any

from ...cases.errors import CannotTell, ConfigurationError, DriverError
from .base import Job, Unsupported

__all__ = ["Command"]

CANNOT = 3
ENDS_WITHIN = 1.0
"""Seconds for a killed program to be gone: what it has started itself may keep its output open for longer."""


class Command:
    """Option: the command, text or list. It gets the verb as its last argument and a JSON object on standard input."""

    name = "command"

    def __init__(self, options: Any) -> None:
        self.words = shlex.split(options) if isinstance(options, str) else list(options or ())
        if not self.words:
            raise ConfigurationError('[driver] command must be a text or a list, such as command = "./bench.sh"')

    async def start(self) -> None:
        """Nothing to prepare."""

    async def stop(self) -> None:
        """Nothing to let go of."""

    def can(self, verb: str, action: str = "") -> bool:
        """Only the program knows: it says so when it is asked."""
        return True

    async def do(self, job: Job) -> Any:
        """Run the program; its standard output, where it is JSON, is the answer."""
        try:
            process = await asyncio.create_subprocess_exec(
                *self.words,
                job.verb,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
        except OSError as error:
            raise ConfigurationError(
                f"[driver] command {self.words[0]!r} cannot be started: {error.strerror}"
            ) from None
        given = json.dumps({"identity": job.identity, "case": job.case, **job.arguments}).encode()
        try:
            out, err = await process.communicate(given)
        finally:  # whoever asked has given up: values.driver_timeout, or the end of the case
            if process.returncode is None:
                await _end(process)
        if process.returncode == CANNOT:
            if job.verb == "transaction":
                raise CannotTell(f"{job.verb} (command): the program cannot tell")
            raise Unsupported(job.verb)
        if process.returncode:
            said = err.decode("utf-8", "replace").strip()[-200:]
            raise DriverError(f"{job.verb} (command): {self.words[0]} ended with {process.returncode}: {said}")
        try:
            return json.loads(out) if out.strip() else None
        except ValueError:
            return out.decode("utf-8", "replace")


async def _end(process: asyncio.subprocess.Process) -> None:
    """Kill the program, and wait until the system says that it is gone."""
    with contextlib.suppress(ProcessLookupError, TimeoutError):
        process.kill()
        async with asyncio.timeout(ENDS_WITHIN):
            await process.wait()
