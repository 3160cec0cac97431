"""A class of the user's does the verbs: a method for each verb it can do, plain or async."""

from __future__ import annotations

import importlib
import inspect
from typing import Any

from ...cases.errors import ConfigurationError, DriverError, OcppProofError
from .base import Job, Unsupported
from .blocking import run_blocking

__all__ = ["Python"]


class Python:
    """Option: `"package.module:Class"`. Verbs are called with their arguments as keywords, and `identity`."""

    name = "python"

    def __init__(self, options: Any) -> None:
        module, _, name = str(options or "").partition(":")
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

    def can(self, verb: str, action: str = "") -> bool:
        """Whether the object has a method of that name."""
        return callable(getattr(self.target, verb, None))

    async def do(self, job: Job) -> Any:
        """Call the method named like the verb; its exceptions become a DriverError."""
        try:
            given = {k: v for k, v in job.arguments.items() if k != "wish"}
            answer = await self._call(job.verb, {"identity": job.identity, **given})
        except NotImplementedError:
            raise Unsupported(job.verb) from None
        except OcppProofError:
            raise
        except Exception as error:
            raise DriverError(f"{job.verb} (python): {type(error).__name__}: {error}") from error
        if answer is Unsupported:
            raise Unsupported(job.verb)
        return answer
