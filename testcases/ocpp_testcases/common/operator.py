"""What the operator of a CSMS under test asks for, and the request that has to come of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ocpp_proof import STEP
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

__all__ = ["asked"]


async def asked(
    station: Station,
    sut: Sut,
    action: str,
    /,
    *,
    matching: Mapping[str, Any] | None = None,
    requirement: str = STEP,
    **wish: Any,
) -> Message:
    """The operator has the CSMS send a request that is as far as possible like `wish`; returns the request that came.

    Only what comes from now on counts: a CSMS may send requests of its own. With `matching` the first request with
    these fields is taken and judged; when none comes in time, the one that differs in the fewest fields.
    """
    since = station.next_index
    await sut.request(action, **wish)
    if not matching:
        return await station.expect(action, requirement=requirement, since=since)
    return await station.expect_nearest(action, fields=matching, requirement=requirement, since=since)
