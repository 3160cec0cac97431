"""The connection of the charge point that the harness plays, and a Central System that goes on as before."""

from __future__ import annotations

from ocpp_proof import check
from ocpp_proof.roles.station import Station

from ocpp_testcases.common.connection import check_stays_connected

__all__ = ["check_still_serving", "connected", "reconnected"]


async def connected(station: Station) -> None:
    """Connected: the WebSocket connection is open."""
    if not station.connected:
        await station.connect()


async def reconnected(station: Station) -> None:
    """Reconnected: the connection was lost for a while, and is back without a new boot."""
    station.drop()
    await station.wait_until(lambda: not station.connected, station.timing.message, "the end of the connection")
    await station.connect()


async def check_still_serving(station: Station) -> None:
    """The Central System goes on as before: it keeps the connection and answers.

    What it answers is for the rules, and for the cases that are about it: one wrong time would fail forty cases.
    """
    if not await check_stays_connected(station):
        return
    beat = await station.send_call("Heartbeat", {}, judge=False)
    check("OCPP-J 4.2.2", beat.error is None, expected="answered", received=beat.error or dict(beat))
