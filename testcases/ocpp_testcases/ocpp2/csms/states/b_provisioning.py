"""B, provisioning: Booted, in front of a CSMS under test."""

from __future__ import annotations

from functools import partial

from ocpp_proof.cases.steps import check_fields
from ocpp_proof.roles.message import Answer
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.registration import boot_until_decided
from ocpp_testcases.ocpp2.csms.states.g_availability import report_connector

__all__ = ["boot", "booted", "booted_with", "connected", "rebooted"]


async def connected(station: Station) -> None:
    """Connected: the WebSocket connection is open."""
    if not station.connected:
        await station.connect()


async def boot(station: Station, reason: str = "PowerUp") -> Answer:
    """The station announces itself and says why it booted."""
    await connected(station)
    return await station.call("BootNotification", reason=reason, chargingStation=station.nameplate.charging_station)


async def booted(
    station: Station, sut: Sut, reason: str = "PowerUp", *, answered: Answer | None = None, occupied: int = 0
) -> Answer:
    """Booted: the station has booted, is accepted, and has reported its connectors as Available.

    `answered`: what the CSMS said to a boot that was sent already; `occupied`: the EVSE where a cable is in.
    """
    answer = await boot_until_decided(station, partial(boot, station, reason), answered=answered)
    check_fields("B01.FR.02", answer, {"status": "Accepted"})
    for evseId in sorted({1, 2, sut.evseId}):
        status = "Occupied" if evseId == occupied else "Available"
        await report_connector(station, status, evseId, sut.connectorId)
    return answer


async def rebooted(station: Station, sut: Sut, reason: str, *, occupied: int = 0) -> Answer:
    """The station restarts: its connection ends, and it is booted again."""
    await station.reconnect()
    return await booted(station, sut, reason, occupied=occupied)


async def booted_with(station: Station, sut: Sut, **values: str) -> Answer:
    """Booted, by a station whose TxCtrlr has these values: a CSMS may ask for them at any time."""
    for name, value in values.items():
        station.has(f"TxCtrlr.{name}", value)
    return await booted(station, sut)
