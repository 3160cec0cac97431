"""Whether a CSMS under test lets a station in with new credentials, which it may need a moment to store."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from ocpp_proof.roles.station import Credentials, Station

__all__ = ["let_in"]

ASKED_TO_WAIT = (429, 503)
"""HTTP statuses that say nothing of the credentials: try again."""


async def let_in(station: Station, *candidates: Credentials, url: str | None = None) -> list[str]:
    """Try to connect and to be heard with one of these credentials until the time of an event is over.

    No document says how soon after its answer new credentials hold: a CSMS may have to store them first. The station
    waits between two attempts, as stations do. Returns in which ways attempts were refused; where one was not, the
    station is connected and its credentials are those.
    """
    loop = asyncio.get_running_loop()
    deadline, turn = loop.time() + station.timing.event, 0
    refusals: list[str] = []
    while True:
        credentials = candidates[turn % len(candidates)]
        how, _ = await station.try_connection(credentials=credentials, url=url, asking=("Heartbeat", {}))
        if not how:
            station.credentials = credentials
            return refusals
        if how not in refusals:
            refusals.append(how)
        if loop.time() >= deadline:
            return refusals
        if station.refusal is None or station.refusal.status not in ASKED_TO_WAIT:
            turn += 1
        await _back_off(station)


async def _back_off(station: Station) -> None:
    """Stay away for the quiet time."""
    with suppress(TimeoutError):
        await station.wait_until(lambda: False, station.timing.quiet, "the next attempt to connect")
