"""A station under test that is cut off for a while, OCPP 2.0.1 and 2.1."""

from __future__ import annotations

import asyncio

from ..net.outcome import Refuse, Verdict
from ..roles.csms import Csms, Handshake

__all__ = ["kept_offline"]

EARLY = 0.9
"""How much of a duration has to have passed on this side's clock, for timers and networks are not exact."""


async def kept_offline(csms: Csms, seconds: float) -> None:
    """Close the connection and refuse the station until `seconds` have passed; then let it in and wait for it."""
    loop = asyncio.get_running_loop()
    begin, connections = loop.time(), len(csms.connections)

    def judge(_: Handshake) -> Verdict | None:
        if loop.time() - begin < EARLY * seconds:
            return Refuse(503, reason="the CSMS does not accept a connection yet")
        return None

    with csms.admitting(judge):
        await csms.close()
        await csms.connected_again(
            connections=connections, requirement="OCPP-J reconnect", within=seconds + csms.timing.long
        )
