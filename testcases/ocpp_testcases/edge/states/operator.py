"""The request that an operator asked for while something else goes on."""

from __future__ import annotations

import asyncio
from typing import Any

from ocpp_proof.roles.message import Message
from ocpp_proof.roles.peer import Peer

__all__ = ["expect_requested"]


async def expect_requested(peer: Peer, asked: asyncio.Future[Any], action: str) -> Message:
    """The message that the operator asked for (`asked`); a driver that cannot ask for it says so instead."""
    coming = asyncio.ensure_future(peer.expect(action, requirement="operator request"))
    await asyncio.wait({asked, coming}, return_when=asyncio.FIRST_COMPLETED)
    if asked.done() and asked.exception() is not None:
        coming.cancel()
        await asked
    return await coming
