"""What a station says when a cable is plugged in, by whichever message of its version (1.6 4.9, G01)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.peer import Expected

__all__ = ["expect_report", "holding_reports"]


def reports(csms: Csms) -> tuple[str, ...]:
    """The messages that report a connector: 2.x lets a station send either, 2.1 deprecates StatusNotification."""
    return ("StatusNotification",) if csms.ocpp == "1.6" else ("StatusNotification", "NotifyEvent")


@contextmanager
def holding_reports(csms: Csms) -> Iterator[None]:
    """While the block runs no report of a connector is answered."""
    with ExitStack() as held:
        for action in reports(csms):
            held.enter_context(csms.holding(action))
        yield


async def expect_report(csms: Csms) -> Message:
    """The station reports something of a connector."""
    return await csms.expect_one_of(*(Expected(action, {}) for action in reports(csms)), requirement="session reported")
