"""A charge point under test that is faulted, taken out of service or in use, OCPP 1.6."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from functools import partial

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.steps import check_fields, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp16.station.states.configuration import connectors
from ocpp_testcases.ocpp16.station.states.session import plugged_in
from ocpp_testcases.ocpp16.station.states.status import expect_connector_status

__all__ = [
    "all_occupied",
    "back_in_service",
    "charge_point_faulted",
    "connector_faulted",
    "fault_cleared_afterwards",
    "others_unavailable",
    "reported_back_in_service",
    "unavailable",
]

DONE = ("Accepted", "Scheduled")
AT_REST = ("Available", "Preparing", "Finishing")


def fault_cleared_afterwards(csms: Csms, sut: Sut) -> None:
    """The fault that comes at the connector is mended when the case ends."""
    on_undo("Mend the fault", lambda: _restored(csms, sut.clear_fault, [sut.connectorId]))


async def connector_faulted(csms: Csms, sut: Sut) -> None:
    """Faulted: the connector has a fault, and the charge point says so"""
    fault_cleared_afterwards(csms, sut)
    await sut.fault()
    await expect_connector_status(csms, "Faulted", sut.connectorId)


async def charge_point_faulted(csms: Csms, sut: Sut) -> None:
    """Faulted: the whole charge point has a fault, and reports itself and each connector"""
    numbers = range(await connectors(csms, sut) + 1)
    on_undo("Mend the fault", lambda: _restored(csms, lambda: sut.clear_fault(0, 0), numbers))
    await sut.fault(0, 0)
    for number in numbers:
        await expect_connector_status(csms, "Faulted", number)


async def unavailable(csms: Csms, connectorId: int, *, connectors: Iterable[int] = ()) -> None:
    """Unavailable: the Central System has taken a connector (0: the charge point) out of service

    `connectors`: those that the charge point has to report, where it is more than this one.
    """
    numbers = list(connectors) or [connectorId]

    on_undo("Put it back into service", lambda: _restored(csms, lambda: back_in_service(csms, connectorId), numbers))
    answer = await csms.call("ChangeAvailability", connectorId=connectorId, type="Inoperative")
    check_fields("1.6 §5.2", answer, {"status": "Accepted"})
    requirement = "1.6 §5.2 all" if connectorId == 0 else "1.6 §5.2"
    for number in numbers:
        await expect_connector_status(csms, "Unavailable", number, requirement=requirement)


async def back_in_service(csms: Csms, connectorId: int) -> None:
    """A connector (0: the charge point) is taken back into service; one that is just booting is asked again."""
    wish = {"connectorId": connectorId, "type": "Operative"}
    answer = await csms.attempt("ChangeAvailability", **wish)
    if answer.status not in DONE:
        await csms.wait_until_quiet()
        answer = await csms.attempt("ChangeAvailability", **wish)
    if answer.status not in DONE:
        raise Inconclusive(f"connector {connectorId} stays out of service: {answer.error or answer.status}")


async def reported_back_in_service(csms: Csms, connectorId: int, *reported: int) -> None:
    """The same, and the charge point has time to tell of each connector in `reported` that it is free or in use."""
    await _restored(csms, lambda: back_in_service(csms, connectorId), reported)


async def others_unavailable(csms: Csms, sut: Sut) -> None:
    """Unavailable: every connector but the one that the case uses is out of service"""
    for number in range(1, await connectors(csms, sut) + 1):
        if number != sut.connectorId:
            await unavailable(csms, number)


async def all_occupied(csms: Csms, sut: Sut) -> None:
    """Occupied: a cable is in every connector"""
    for number in range(1, await connectors(csms, sut) + 1):
        if number == sut.connectorId:
            await plugged_in(csms, sut)
        else:
            on_undo(
                f"Take the cable out of {number}",
                partial(_restored, csms, partial(sut.unplug, connectorId=number), [number]),
            )
            await sut.plug_in(connectorId=number)
            await expect_connector_status(csms, "Preparing", number)


async def _restored(csms: Csms, restore: Callable[[], Awaitable[object]], numbers: Iterable[int]) -> None:
    """Take something back, and wait until the charge point has said so: the next case must not hear of it."""
    csms.match_from_now_on()
    await restore()
    for number in numbers:
        await csms.expect_optional("StatusNotification", connectorId=number, status=AT_REST)
