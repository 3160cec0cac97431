"""A class of the user's does the verbs: a method for each verb it can do, plain or async."""

from __future__ import annotations

import importlib
import inspect
import sys
from pathlib import Path
from typing import Any

from ...cases.errors import ConfigurationError, DriverError, OcppProofError
from .base import Job, Unsupported
from .blocking import run_blocking

__all__ = ["Python"]


class Python:
    """Option: `"package.module:Class"`; `folder`, that of sut.toml, is looked in for the module as well.

    Verbs are called with their arguments as keywords, and `identity`. `request` gets `action` and `payload`, and
    `wish`, the fields of the payload that the case cares for, where its method takes that. A method that raises
    NotImplementedError cannot do it, and the next driver is asked.
    """

    name = "python"

    def __init__(self, options: Any, folder: Path | None = None) -> None:
        module, _, name = str(options or "").partition(":")
        if folder is not None and str(folder) not in sys.path:
            sys.path.append(str(folder))  # last: what is installed keeps its name
        try:
            self.target: Any = getattr(importlib.import_module(module), name)()
        except (ImportError, AttributeError, ValueError, TypeError) as error:
            raise ConfigurationError(
                f'[driver] python = {options!r} must name "package.module:Class": {error}'
            ) from None

    async def start(self) -> None:
        """Call the object's own `start`, if it has one."""
        await self._call("start", {})

    async def stop(self) -> None:
        """Call the object's own `stop`, if it has one."""
        await self._call("stop", {})

    async def _call(self, verb: str, arguments: dict[str, Any]) -> Any:
        method = getattr(self.target, verb, None)
        if method is None:
            return Unsupported
        if inspect.iscoroutinefunction(method):
            return await method(**arguments)
        return await run_blocking(method, **arguments)

    def _takes(self, verb: str, argument: str) -> bool:
        """Whether the method of the verb has such a parameter."""
        method = getattr(self.target, verb, None)
        try:
            parameters = inspect.signature(method).parameters if callable(method) else {}
        except ValueError:  # of one that is not written in Python nothing is known
            return False
        return argument in parameters or any(p.kind is p.VAR_KEYWORD for p in parameters.values())

    def can(self, verb: str, action: str = "") -> bool:
        """Whether the object has a method of that name."""
        return callable(getattr(self.target, verb, None))

    async def do(self, job: Job) -> Any:
        """Call the method named like the verb; its exceptions become a DriverError."""
        try:
            given = {k: v for k, v in job.arguments.items() if k != "wish" or self._takes(job.verb, k)}
            answer = await self._call(job.verb, {"identity": job.identity, **given})
        except NotImplementedError as why:
            raise Unsupported(str(why) or job.verb) from None
        except OcppProofError:
            raise
        except Exception as error:
            raise DriverError(f"{job.verb} (python): {type(error).__name__}: {error}") from error
        if answer is Unsupported:
            raise Unsupported(job.verb)
        return answer
