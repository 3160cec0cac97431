"""Whether a CSMS under test lets a station in, which it may need a moment for."""

from __future__ import annotations

from typing import Any, NamedTuple

from ocpp_proof.roles.back_off import ASKED_TO_WAIT, BackOff, refused_for_now
from ocpp_proof.roles.message import Answer, ErrorAnswer
from ocpp_proof.roles.station import Credentials, Station

__all__ = ["Admission", "let_in"]

HEARTBEAT: tuple[str, dict[str, Any]] = ("Heartbeat", {})


class Admission(NamedTuple):
    """In which ways attempts to connect were refused, and what was said to the first request of one that was let in.

    `refused`: how often. `for_now`: no refusal was one that a station which came before could not get over by waiting.
    """

    refusals: list[str]
    answer: Answer | ErrorAnswer | None
    refused: int
    for_now: bool


async def let_in(
    station: Station,
    *candidates: Credentials,
    url: str | None = None,
    asking: tuple[str, dict[str, Any]] | None = HEARTBEAT,
    pause: float | None = None,
    within: float | None = None,
) -> Admission:
    """Try to connect and to be heard with one of these credentials until the time is over: `within`, or an event's.

    No document says how soon after its answer new credentials hold, nor how soon a CSMS notices that a connection has
    ended. The station backs off after each attempt, at first for `pause` seconds (the time of silence), as stations do:
    a CSMS may lock out who comes too often. It asks for the time, or `asking` (None: it boots). Where an attempt is not
    refused, the station is connected and its credentials are those.
    """
    back_off = BackOff(station, first=pause or station.timing.quiet, within=within or station.timing.event)
    refusals: list[str] = []
    refused, for_now = 0, True
    while True:
        for credentials in candidates:
            how, answer = await station.try_connection(credentials=credentials, url=url, asking=asking)
            if not how:
                station.credentials = credentials
                return Admission(refusals, answer, refused, for_now)
            refused += 1
            if how not in refusals:
                refusals.append(how)
            for_now = for_now and refused_for_now(station.refusal, came_before=True)
            if station.refusal is not None and station.refusal.status in ASKED_TO_WAIT:
                break
        if not await back_off.wait():
            return Admission(refusals, None, refused, for_now)
