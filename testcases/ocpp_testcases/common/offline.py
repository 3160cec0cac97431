"""A station under test that cannot connect for a while."""

from __future__ import annotations

import asyncio

from ocpp_proof.net.outcome import Refuse, Verdict
from ocpp_proof.roles.csms import Csms, Handshake

from ocpp_testcases.common.clock import EARLY

__all__ = ["keep_offline"]


async def keep_offline(csms: Csms, seconds: float) -> None:
    """Close the connection and refuse the station until `seconds` have passed; then let it in and wait for it."""
    loop = asyncio.get_running_loop()
    begin, connections = loop.time(), len(csms.connections)

    def judge(_: Handshake) -> Verdict | None:
        if loop.time() - begin < EARLY * seconds:
            return Refuse(503, reason="the CSMS does not accept a connection yet")
        return None

    with csms.answering_handshakes(judge):
        await csms.close()
        await csms.expect_reconnected(
            connections=connections, requirement="OCPP-J reconnect", within=seconds + csms.timing.long
        )
