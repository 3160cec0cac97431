"""A station that a CSMS under test keeps pending first, to set it up: it boots again when it may."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ocpp_proof.roles.message import Answer
from ocpp_proof.roles.station import Station

__all__ = ["boot_until_decided"]


async def boot_until_decided(station: Station, boot: Callable[[], Awaitable[Answer]]) -> Answer:
    """Boot, and where that is Pending once more when its interval is over or the CSMS asks for it; returns the answer.

    1.6, 4.2 and B02: a CSMS may retrieve and set what it likes before it accepts a station. An interval that is longer
    than the time of an event is not waited for.
    """
    answer = await boot()
    seconds = answer.interval or station.timing.quiet
    if answer.status != "Pending" or seconds > station.timing.event:
        return answer
    await station.expect_optional("TriggerMessage", within=seconds, requestedMessage="BootNotification")
    return await boot()
