"""A station under test that starts, OCPP 2.0.1 and 2.1: reset or power cycle, boot, the report of its connectors."""

from __future__ import annotations

from ..engine.words import check, on_undo
from ..roles.csms import Csms
from ..roles.message import Message
from ..roles.peer import Expected
from ..sut.sut import Sut
from .status2 import connector_status
from .variables2 import get_variable, set_variable, variable_reference

__all__ = [
    "booted",
    "boots",
    "connectors",
    "held_pending",
    "places_if_connected",
    "rebooted",
    "reports_connectors",
    "reset",
]

MOST = 32
"""The highest number of EVSEs, and of connectors of one, that is looked for."""

Place = tuple[int, int]


async def connectors(csms: Csms, sut: Sut) -> list[Place]:
    """The connectors of the station are known

    As it names them itself: (evseId, connectorId), numbered from 1 without gaps.
    """
    found: list[Place] = []
    for evse in range(1, MOST + 1):
        before = len(found)
        for connector in range(1, MOST + 1):
            if not await _exists(csms, evse, connector):
                break
            found.append((evse, connector))
        if len(found) == before:
            break
    return found or [(sut.evseId, sut.connectorId)]


async def _exists(csms: Csms, evse: int, connector: int) -> bool:
    variable = variable_reference(f"Connector[{evse}.{connector}].AvailabilityState")
    answer = await csms.attempt("GetVariables", getVariableData=[variable])
    return bool(answer.at("getVariableResult.0.attributeStatus") == "Accepted")


async def places_if_connected(csms: Csms, sut: Sut) -> list[Place]:
    """The connectors of the station are known, or the one of sut.toml where it is not connected and cannot be asked."""
    return await connectors(csms, sut) if csms.connected else [(sut.evseId, sut.connectorId)]


async def reports_connectors(csms: Csms, places: list[Place], status: str = "Available") -> None:
    """The station reports this status of each of these connectors."""
    for evseId, connectorId in places:
        await connector_status(csms, status, evseId, connectorId, requirement="B01.FR.05", within=csms.timing.long)


async def booted(csms: Csms, sut: Sut, places: list[Place] | None = None) -> Message:
    """Booted: the station was switched off and on, has booted, and is accepted

    Judges that it reports every connector and the security event of its start.
    """
    places = places or await connectors(csms, sut)
    csms.forget()
    await sut.power_cycle()
    return await boots(csms, places)


async def boots(csms: Csms, places: list[Place]) -> Message:
    """The rest of Booted, after reset or power cycle: BootNotification, connectors, security event."""
    boot = await csms.boot(requirement="B01.FR.01")
    await reports_connectors(csms, places)
    await csms.expect(
        "SecurityEventNotification",
        requirement="scenario",
        type=("StartupOfTheDevice", "ResetOrReboot"),
        within=csms.timing.long,
    )
    return boot


async def reset(csms: Csms, type: str) -> None:
    """The station accepts a reset of this type."""
    answer = await csms.call("Reset", type=type)
    check("B11.FR.01", answer.status == "Accepted", expected="ResetResponse Accepted", received=dict(answer))


async def rebooted(csms: Csms) -> Message:
    """The station was reset at once, has booted and was accepted; waits until it has said what it has to say"""
    await reset(csms, "Immediate")
    boot = await csms.boot()
    await csms.settled()
    return boot


async def held_pending(csms: Csms, sut: Sut, interval: int) -> None:
    """The CSMS keeps the station waiting: every boot is answered with Pending and this interval

    When the case ends the station is accepted again, and its OfflineThreshold is set back.
    """
    threshold = await get_variable(csms, "OCPPCommCtrlr.OfflineThreshold")
    csms.answer("BootNotification", status="Pending", interval=interval)

    async def accept() -> None:
        await csms.until(lambda: csms.connected, csms.timing.long, "the station to connect")
        boots = [m for m in csms.inbox if m.action == "BootNotification"]
        if boots and (boots[-1].answer or {}).get("status") != "Accepted":
            csms.forget()
            await csms.attempt("TriggerMessage", requestedMessage="BootNotification")
            await csms.expect_one_of(Expected("BootNotification", {}), within=interval + csms.timing.long)
            await csms.settled()
        if threshold is not None:
            await set_variable(csms, "OCPPCommCtrlr.OfflineThreshold", threshold)

    on_undo("The CSMS accepts the station", accept)
