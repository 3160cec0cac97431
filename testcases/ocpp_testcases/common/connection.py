"""Whether the SUT keeps its connection."""

from __future__ import annotations

from contextlib import suppress

from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check
from ocpp_proof.roles.connection_texts import closing_text
from ocpp_proof.roles.station import Station

__all__ = ["check_stays_connected"]


async def check_stays_connected(station: Station, *, within: float | None = None) -> bool:
    """Judge that the Central System keeps the connection open for the quiet time, or so many seconds; returns whether
    it does."""
    seconds = within or station.timing.quiet
    with suppress(TimeoutError):
        await station.wait_until(lambda: not station.connected, seconds, "the end of the connection")
    received = closing_text(station.connections[-1])
    return check(STEP, station.connected, expected="the connection stays open", received=received)
