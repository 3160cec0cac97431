"""Booted, OCPP 1.6: what the charge point that the harness plays sends when it starts."""

from __future__ import annotations

from functools import partial

from ocpp_proof.cases.steps import check_fields
from ocpp_proof.roles.message import Answer
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.registration import boot_until_decided
from ocpp_testcases.ocpp16.csms.states.connection import connected

__all__ = ["boot", "booted", "report_status"]


async def report_status(station: Station, connectorId: int, status: str, errorCode: str = "NoError") -> Answer:
    """Report a connector's status; connector 0 is the charge point."""
    return await station.call("StatusNotification", connectorId=connectorId, errorCode=errorCode, status=status)


async def boot(station: Station) -> Answer:
    """The charge point announces itself."""
    await connected(station)
    return await station.call("BootNotification", **station.nameplate.boot("1.6"))


async def booted(station: Station, sut: Sut, *, finishing: int | None = None, answered: Answer | None = None) -> Answer:
    """Booted: the charge point has booted, is accepted, and has reported itself and its connectors as Available.

    The connector `finishing` still has the cable of a session that the boot cut off. `answered`: what the Central
    System said to a boot that was sent already.
    """
    answer = await boot_until_decided(station, partial(boot, station), answered=answered)
    check_fields("1.6 §4.2", answer, {"status": "Accepted"})
    for connectorId in sorted({0, 1, 2, sut.connectorId}):
        await report_status(station, connectorId, "Finishing" if connectorId == finishing else "Available")
    return answer
