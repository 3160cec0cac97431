"""Whether a CSMS under test lets a station in, which it may need a moment for."""

from __future__ import annotations

from typing import Any, NamedTuple

from ocpp_proof.roles.back_off import LATER, BackOff
from ocpp_proof.roles.message import Answer, ErrorAnswer
from ocpp_proof.roles.station import Credentials, Station

__all__ = ["Admission", "let_in"]

HEARTBEAT: tuple[str, dict[str, Any]] = ("Heartbeat", {})


class Admission(NamedTuple):
    """How attempts to connect were refused, and what was said to the first request of one that was let in."""

    refusals: list[str]
    answer: Answer | ErrorAnswer | None


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
    while True:
        for credentials in candidates:
            how, answer = await station.try_connection(credentials=credentials, url=url, asking=asking)
            if not how:
                station.credentials = credentials
                return Admission(refusals, answer)
            refusals.append(how)
            if station.refusal is not None and station.refusal.status in LATER:
                break
        if not await back_off.wait():
            return Admission(refusals, None)
