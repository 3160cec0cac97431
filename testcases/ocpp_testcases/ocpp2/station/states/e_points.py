"""E, transactions: the points at which a station under test starts and stops transactions."""

from __future__ import annotations

import contextlib
from collections.abc import Collection

from ocpp_proof.cases.errors import NotApplicable
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.station.states.b_provisioning import configured, get_variable, members

__all__ = [
    "ENDS_BY_AUTHORIZATION",
    "authorizes_drivers",
    "implemented",
    "starts_at",
    "starts_before_the_cable",
    "starts_by_driver",
    "stops_at",
    "stops_by_driver_or_bay",
    "stops_when_refused",
    "stops_without_vehicle",
    "unlocks_without_vehicle",
    "waits_shortly_for_cables",
]

START, STOP = "TxCtrlr.TxStartPoint", "TxCtrlr.TxStopPoint"
ENDS_BY_AUTHORIZATION = {"Authorized", "PowerPathClosed", "EnergyTransfer"}
"""The stop points that a driver who may stop, or a stop by the CSMS, reaches."""
CABLE_TIMEOUT = "TxCtrlr.EVConnectionTimeOut"


async def starts_at(csms: Csms, point: str, *, never: Collection[str] = ()) -> None:
    """TxStartPoint contains this point, and none of those before it

    A station that cannot be set so, or not without these others, is not what the case is for.
    """
    await _set(csms, START, point, never)


async def starts_before_the_cable(csms: Csms) -> None:
    """TxStartPoint contains Authorized or ParkingBayOccupancy, if the station can do that"""
    if not {"Authorized", "ParkingBayOccupancy"} & set(members(await get_variable(csms, START))):
        with contextlib.suppress(NotApplicable):
            await _either(csms, START, "Authorized", "ParkingBayOccupancy")


async def starts_by_driver(csms: Csms) -> None:
    """TxStartPoint contains Authorized or PowerPathClosed, and neither ParkingBayOccupancy nor EVConnected"""
    never = ("ParkingBayOccupancy", "EVConnected")
    current = set(members(await get_variable(csms, START)))
    if current & set(never) or not current & {"Authorized", "PowerPathClosed"}:
        await _either(csms, START, "Authorized", "PowerPathClosed", never)


async def stops_at(csms: Csms, point: str, *, never: Collection[str] = ()) -> None:
    """TxStopPoint contains this point, and none of those that come before it"""
    await _set(csms, STOP, point, never)


async def stops_by_driver_or_bay(csms: Csms) -> None:
    """TxStopPoint contains Authorized or ParkingBayOccupancy, and nothing that the loss of the vehicle reaches"""
    never = ("EVConnected", "DataSigned", "PowerPathClosed", "EnergyTransfer")
    await _either(csms, STOP, "Authorized", "ParkingBayOccupancy", never)


async def stops_when_refused(csms: Csms) -> None:
    """TxStopPoint contains Authorized or PowerPathClosed"""
    current = members(await get_variable(csms, STOP))
    if not {"Authorized", "PowerPathClosed"} & set(current):
        await _either(csms, STOP, "Authorized", "PowerPathClosed")


async def implemented(csms: Csms, name: str) -> None:
    """The station has this variable"""
    if await get_variable(csms, name) is None:
        raise NotApplicable(f"the station does not have {name}")


async def _either(csms: Csms, name: str, point: str, otherwise: str, never: Collection[str] = ()) -> None:
    try:
        await _set(csms, name, point, never)
    except NotApplicable:
        await _set(csms, name, otherwise, never)


async def _set(csms: Csms, name: str, point: str, never: Collection[str]) -> None:
    current = members(await get_variable(csms, name))
    if point not in current or set(current) & set(never):
        kept = [p for p in current if p not in (*never, point)]
        await configured(csms, {name: ",".join([*kept, point])}, if_implemented=True)


async def authorizes_drivers(csms: Csms) -> None:
    """The station authorizes drivers, and asks the CSMS about them"""
    await configured(csms, {"AuthCtrlr.Enabled": "true"}, if_writable=True)
    await configured(csms, {"AuthCtrlr.DisableRemoteAuthorization": "false"}, if_implemented=True)


async def stops_without_vehicle(csms: Csms, stops: bool, *, if_writable: bool = False) -> None:
    """StopTxOnEVSideDisconnect is as the case needs it

    A station that cannot be set so is not what the case is for, but with `if_writable`.
    """
    wanted = {"TxCtrlr.StopTxOnEVSideDisconnect": str(stops).lower()}
    await configured(csms, wanted, if_implemented=True, if_writable=if_writable)


async def unlocks_without_vehicle(csms: Csms, unlocks: bool, *, if_writable: bool = False) -> None:
    """UnlockOnEVSideDisconnect is as the case needs it"""
    wanted = {"OCPPCommCtrlr.UnlockOnEVSideDisconnect": str(unlocks).lower()}
    await configured(csms, wanted, if_implemented=True, if_writable=if_writable)


async def waits_shortly_for_cables(csms: Csms, sut: Sut) -> int:
    """EVConnectionTimeOut is short; returns the seconds, which are the station's own where it does not take others"""
    await configured(csms, {CABLE_TIMEOUT: str(sut.short_interval)}, if_writable=True)
    return int(await get_variable(csms, CABLE_TIMEOUT) or sut.short_interval)
