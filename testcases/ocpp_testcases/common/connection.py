"""Whether the SUT keeps its connection."""

from __future__ import annotations

from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check
from ocpp_proof.roles.conversation import closing_text
from ocpp_proof.roles.station import Station

__all__ = ["stays_connected"]


async def stays_connected(station: Station, *, within: float | None = None) -> None:
    """Judge that the Central System keeps the connection open for the quiet time, or so many seconds."""
    try:
        await station.until(lambda: not station.connected, within or station.timing.quiet, "the end of the connection")
    except TimeoutError:
        check(STEP, True, expected="the connection stays open", received="open")
    else:
        check(STEP, False, expected="the connection stays open", received=closing_text(station.connections[-1]))
