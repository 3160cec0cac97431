"""What the operator of a CSMS under test asks for, and the request that has to come of it."""

from __future__ import annotations

from typing import Any

from ocpp_proof.roles.message import Message
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

__all__ = ["asked"]


async def asked(station: Station, sut: Sut, action: str, /, *, requirement: str = "scenario", **wish: Any) -> Message:
    """The operator has the CSMS send a request, as far as may be like `wish`; returns what came."""
    await sut.request(action, **wish)
    return await station.expect(action, requirement=requirement)
