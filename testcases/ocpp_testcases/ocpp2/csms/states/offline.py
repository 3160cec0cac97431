"""A station that the harness plays loses its connection for a while, and comes back."""

from __future__ import annotations

from contextlib import suppress

from ocpp_proof.roles.station import Station

from ocpp_testcases.common.clock import now

__all__ = ["offline_for_a_while"]


async def offline_for_a_while(station: Station) -> tuple[str, str]:
    """The connection is closed, the transaction duration passes, and the station connects again.

    Returns the times at which it had lost the connection and at which it tried again: what happens offline is between.
    """
    await station.close()
    lost = now()
    with suppress(TimeoutError):
        await station.wait_until(lambda: station.connected, station.timing.transaction, "the transaction duration")
    back = now()
    await station.connect()
    return lost, back
