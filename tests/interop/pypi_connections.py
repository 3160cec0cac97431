"""What both stations on PyPI `ocpp` do to have a connection."""

import time
from contextlib import suppress

from websockets.asyncio.client import connect

PATIENCE = 4
"""Seconds without a connection after which a watchdog has the station begin anew, with the address that it was given.

The library keeps the address to which it was redirected once, for good.
"""


async def connections(url, subprotocol):
    """One connection after the other."""
    lost = time.monotonic()

    def goes_on(error):
        return error if time.monotonic() - lost > PATIENCE else None

    while True:
        lost = time.monotonic()
        with suppress(Exception):
            async for websocket in connect(url, subprotocols=[subprotocol], process_exception=goes_on):
                yield websocket
                lost = time.monotonic()
