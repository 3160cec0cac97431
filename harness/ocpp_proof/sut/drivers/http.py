"""One HTTP request to a bench, without proxies, on a thread of its own."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from ...cases.errors import ConfigurationError, DriverError
from .blocking import run_blocking

__all__ = ["request"]

LONGEST = 3600.0
"""Seconds for which a thread waits for an answer; whoever asked has a shorter limit (values.driver_timeout)."""
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


async def request(
    method: str,
    url: str,
    *,
    body: Any = None,
    headers: dict[str, str] | None = None,
    timeout: float = LONGEST,
    purpose: str = "",
    absent: tuple[int, ...] = (),
    hide: Callable[[str], str] = str,
) -> tuple[int, Any]:
    """Send a request; returns status and decoded JSON (or text, or None).

    `body` is sent as JSON. Statuses from 200 to 299 and those in `absent` are returned; anything else is a DriverError
    that names the address and what to look at. `hide` takes the secrets out of its text, before that is cut short.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise ConfigurationError(f"driver address {url!r} must be http:// or https://")
    data = None if body is None else json.dumps(body).encode()
    sent = {name: str(value) for name, value in (headers or {}).items()}
    for name, value in sent.items():
        if "\r" in value or "\n" in value:  # HTTP's own error would tell the value
            raise DriverError(f"{purpose}: the header {name} has a line break in its value")
    if data is not None:
        sent.setdefault("Content-Type", "application/json")
    prepared = urllib.request.Request(url, data=data, headers=sent, method=method)  # noqa: S310 - scheme checked above

    def run() -> tuple[int, bytes]:
        try:
            with _OPENER.open(prepared, timeout=timeout) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    where = hide(f"{method} {url}")
    try:
        status, raw = await run_blocking(run)
    except (OSError, ValueError, http.client.HTTPException) as error:
        reason = " ".join(hide(str(getattr(error, "reason", error))).split()) or type(error).__name__
        raise DriverError(f"{purpose}: {where} failed: {reason}; is the address under [driver] right?") from None
    text = raw.decode("utf-8", "replace")
    if not (200 <= status < 300 or status in absent):
        raise DriverError(f"{purpose}: {where} answered {status} {hide(text)[:200]!r}")
    try:
        return status, json.loads(text) if text.strip() else None
    except ValueError:
        return status, text
