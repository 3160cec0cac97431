"""What the operator of a CSMS under test asks for, and the request that has to come of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ocpp_proof import STEP
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.steps import check
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

__all__ = ["asked", "check_chosen"]


async def asked(
    station: Station,
    sut: Sut,
    action: str,
    /,
    *,
    matching: Mapping[str, Any] | None = None,
    awaiting: Sequence[str] = (),
    requirement: str = STEP,
    **wish: Any,
) -> Message:
    """The operator has the CSMS send a request that is as far as possible like `wish`; returns the request that came.

    Only what comes from now on counts: a CSMS may send requests of its own. With `matching` the first request with
    these fields is taken and judged; when none comes in time, the one that differs in the fewest fields. Without it
    nothing of the request is judged but that it comes, and of several the one that is most like the wish is taken;
    `awaiting` names fields of the wish that the case judges itself, for which it waits as long as for `matching`.
    """
    since = station.next_index
    await sut.request(action, **wish)
    if matching is None:
        return await station.expect_likest(action, wish=wish, awaiting=awaiting, requirement=requirement, since=since)
    return await station.expect_nearest(action, fields=matching, requirement=requirement, since=since)


def check_chosen(requirement: str, what: str, received: Any, *, wished: Any, configured: str, given: bool) -> bool:
    """Judge something that the operator wished for and that a CSMS may have of its own: a place, a certificate.

    `configured` is the key of sut.toml that says what the CSMS has; `given`: it does, and `wished` is what it says.
    Inconclusive where the CSMS sends something of its own of which sut.toml says nothing.
    """
    if received != wished and received and not given:
        raise Inconclusive(f"the CSMS chose {what} itself, {received!r}: say in sut.toml what it has, {configured}")
    return check(requirement, received == wished, expected=f"{what} {wished}", received=received)
