"""A case begins when the station is connected, and has said what it says first."""

from __future__ import annotations

import contextlib

from ..cases.errors import Inconclusive
from .csms import Csms

__all__ = ["wait_for_station"]

GIVEN_UP = 1.0
"""Seconds after which a station may have given up a BootNotification that was not answered: it boots again."""


async def wait_for_station(csms: Csms, within: float) -> None:
    """Wait for the station's first connection; Inconclusive with what was seen when it never comes."""
    before = len(csms.handshakes)
    try:
        host, port = csms.address
        await csms.wait_until(lambda: csms.connected, within, f"the station to connect to {host}:{port}")
    except TimeoutError:
        if seen := csms.refusals(before):
            why = f"its attempts came to nothing: {seen}"
        elif csms.handshakes and csms.handshakes[-1].why:
            why = f"nothing tried to connect in that time; the last attempt before it failed: {csms.handshakes[-1].why}"
        else:
            why = "nothing tried to connect: is it pointed at this address?"
        raise Inconclusive(f"the station did not connect within {within:g} s; {why}") from None
    if not csms.ready:  # one that has booted before need not say anything
        with contextlib.suppress(TimeoutError):
            await csms.wait_until(lambda: csms.next_index > 0, csms.timing.event, "the first message of the station")
    if not csms.ready or csms.has_just_connected:
        await csms.wait_until_quiet()
        if not csms.ready and csms.boot_read_late >= GIVEN_UP:
            with contextlib.suppress(TimeoutError):
                await csms.wait_until(lambda: csms.boots > 1, csms.timing.event, "a BootNotification once more")
            await csms.wait_until_quiet()
        csms.ready = True
        csms.match_from_now_on()
