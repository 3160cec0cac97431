"""Calls of a driver that block: each waits in a thread of its own, however many others wait."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

__all__ = ["run_blocking"]

P = ParamSpec("P")
T = TypeVar("T")
_MOST = 512
"""More than the cases that run at once: the pool of asyncio has six threads on two cores, and an API that answers when
the station has answered holds each of them for as long as a case holds that answer back."""
_pool = ThreadPoolExecutor(_MOST, thread_name_prefix="driver")


async def run_blocking(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """What the function returns or raises, called in a thread while the loop goes on."""
    context = contextvars.copy_context()
    call = partial(context.run, function, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(_pool, call)
