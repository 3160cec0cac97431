"""A station that a CSMS under test keeps pending first, to set it up: it boots again when it may."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress

from ocpp_proof.roles.message import Answer
from ocpp_proof.roles.station import FIRST, Station

__all__ = ["boot_triggered", "boot_until_decided"]


async def boot_until_decided(
    station: Station, boot: Callable[[], Awaitable[Answer]], *, answered: Answer | None = None
) -> Answer:
    """Boot, and where that is Pending once more when its interval is over or the CSMS asks for it; returns the answer.

    1.6, 4.2 and B02: a CSMS may retrieve and set what it likes before it accepts a station. An interval that is longer
    than the time of an event is not waited for, and the CSMS has that time to ask for the next boot. `answered`: what
    it said to a boot that was sent already.
    """
    if answered is not None:
        station.judge_answer(answered, FIRST)
    answer = answered or await boot()
    if answer.status != "Pending":
        return answer
    seconds = answer.interval or station.timing.quiet
    again = await boot_triggered(station, within=min(seconds, station.timing.event))
    if again is not None:
        return again
    return answer if seconds > station.timing.event else await boot()


async def boot_triggered(station: Station, *, within: float) -> Answer | None:
    """The answer to the BootNotification that the CSMS triggers by itself in these seconds; None: none was sent.

    The station sends it as it accepts the trigger. What a case has the operator trigger is for the case to send.
    """
    sent = len(station.boot_answers)
    with suppress(TimeoutError):
        await station.wait_until(lambda: len(station.boot_answers) > sent, within, "a boot that the CSMS triggers")
    triggered = next(iter(station.boot_answers[sent:]), None)
    if triggered is not None:
        station.judge_answer(triggered, FIRST)
    return triggered
