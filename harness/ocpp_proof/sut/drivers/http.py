"""One HTTP request to a bench, without proxies, on a thread of its own."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from ...cases.errors import ConfigurationError, DriverError
from .blocking import run_blocking

__all__ = ["request"]

_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


async def request(
    method: str,
    url: str,
    *,
    body: Any = None,
    headers: dict[str, str] | None = None,
    timeout: float = 30.0,
    purpose: str = "",
    absent: tuple[int, ...] = (),
) -> tuple[int, Any]:
    """Send a request; returns status and decoded JSON (or text, or None).

    `body` is sent as JSON. Statuses from 200 to 299 and those in `absent` are returned; anything else is a DriverError
    that names the address and what to look at.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise ConfigurationError(f"driver address {url!r} must be http:// or https://")
    data = None if body is None else json.dumps(body).encode()
    sent = dict(headers or {})
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

    where = f"{method} {url}"
    try:
        status, raw = await run_blocking(run)
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise DriverError(f"{purpose}: {where} failed: {reason}; is the address under [driver] right?") from None
    text = raw.decode("utf-8", "replace")
    if not (200 <= status < 300 or status in absent):
        raise DriverError(f"{purpose}: {where} answered {status} {text[:200]!r}")
    try:
        return status, json.loads(text) if text.strip() else None
    except ValueError:
        return status, text
