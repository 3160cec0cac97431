"""Whether a CSMS under test lets a station in with new credentials, which it may need a moment to store."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from ocpp_proof.roles.station import Credentials, Station

__all__ = ["let_in"]

ASKED_TO_WAIT = (429, 503)
"""HTTP statuses that say nothing of the credentials: try again."""
HEARTBEAT: tuple[str, dict[str, Any]] = ("Heartbeat", {})


async def let_in(
    station: Station,
    *candidates: Credentials,
    url: str | None = None,
    asking: tuple[str, dict[str, Any]] | None = HEARTBEAT,
) -> list[str]:
    """Try to connect and to be heard with one of these credentials until the time of an event is over.

    No document says how soon after its answer new credentials hold: a CSMS may have to store them first. The station
    stays away twice as long after each attempt, as stations do, for a CSMS may lock out who comes too often. It asks
    for the time, or `asking` (None: it boots). Returns in which ways attempts were refused; where one was not, the
    station is connected and its credentials are those.
    """
    loop = asyncio.get_running_loop()
    deadline, pause = loop.time() + station.timing.event, station.timing.quiet
    refusals: list[str] = []
    while True:
        for credentials in candidates:
            how, _ = await station.try_connection(credentials=credentials, url=url, asking=asking)
            if not how:
                station.credentials = credentials
                return refusals
            if how not in refusals:
                refusals.append(how)
            if station.refusal is not None and station.refusal.status in ASKED_TO_WAIT:
                break
        left = deadline - loop.time()
        if left <= 0:
            return refusals
        with suppress(TimeoutError):
            await station.wait_until(lambda: False, min(pause, left), "the next attempt to connect")
        pause *= 2
