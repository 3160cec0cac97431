"""B11 to B13: resets that a CSMS under test asks for."""

from __future__ import annotations

from typing import Any

from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.operator import asked

__all__ = ["RESUMES", "reset"]

RESUMES = {"ResumptionTimeout": "3600", "AllowEnergyTransferResumption": "true"}
"""TxCtrlr of a station that resumes a transaction, and its charging, after an interruption of so many seconds."""


async def reset(station: Station, sut: Sut, type: str, *, evseId: int | None = None, status: str = "Accepted") -> None:
    """The operator resets the station or one EVSE, which answers with this status."""
    station.answer("Reset", {"status": status}, where={"type": type})
    place: dict[str, Any] = {} if evseId is None else {"evseId": evseId}
    await asked(station, sut, "Reset", type=type, **place, matching={"type": type, "evseId": evseId})
