"""The connector status that a charge point under test reports, OCPP 1.6."""

from __future__ import annotations

from collections.abc import Iterable

from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message

__all__ = ["expect_connector_status", "expect_connector_statuses"]


async def expect_connector_status(
    csms: Csms,
    status: str | tuple[str, ...],
    connectorId: int,
    *,
    requirement: str = "1.6 §4.9",
    within: float | None = None,
) -> Message:
    """The charge point reports the status of a connector."""
    return await csms.expect(
        "StatusNotification", requirement=requirement, within=within, connectorId=connectorId, status=status
    )


async def expect_connector_statuses(
    csms: Csms,
    numbers: Iterable[int],
    *,
    special: dict[int, str | tuple[str, ...]] | None = None,
    requirement: str = "1.6 §4.9",
) -> None:
    """After a boot these connectors (0: the charge point) are reported: Available, but for those in `special`."""
    for number in numbers:
        status = (special or {}).get(number, "Available")
        await expect_connector_status(csms, status, number, requirement=requirement, within=csms.timing.long)
