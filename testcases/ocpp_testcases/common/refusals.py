"""How a CSMS under test refuses a connection: before it is upgraded, and with which HTTP status."""

from __future__ import annotations

from ocpp_proof.cases.steps import by_version, check
from ocpp_proof.roles.back_off import ASKED_TO_WAIT
from ocpp_proof.roles.station import Station

__all__ = ["check_not_upgraded", "check_status"]


def check_not_upgraded(station: Station, how: str, requirement: str = "") -> None:
    """Judge that the attempt before this was refused in TLS or HTTP, and not upgraded and closed a moment later.

    `how` it was refused, as `expect_refused` says; that one was let in is judged there.
    Without a requirement: in 1.6 the header is validated before the upgrade; the same words of 2.x are a note.
    """
    if not how:
        return
    check(
        requirement or by_version({"1.6": "1.6S A00 header", "2": "refused before the upgrade"}),
        station.refusal is not None,
        expected="refused in HTTP, before the connection is upgraded",
        received=station.refusal or "HTTP 101, and then the connection was closed",
    )


def check_status(station: Station, requirement: str, *statuses: int) -> None:
    """Judge the HTTP status of a refusal.

    Who was let in, upgraded or refused in TLS has none, which others judge; and who is asked to wait was not looked at.
    """
    refusal = station.refusal
    if refusal is not None and refusal.phase == "handshake" and refusal.status not in ASKED_TO_WAIT:
        expected = " or ".join(f"HTTP {status}" for status in statuses)
        check(requirement, refusal.status in statuses, expected=expected, received=str(refusal))
