"""What a station says of its connectors, by whichever message of its version (1.6 4.9, G01)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from ocpp_proof.cases.fields import payload_matches
from ocpp_proof.cases.steps import check
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.peer import Expected
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.patterns import ignoring_case

__all__ = ["expect_report", "expect_status", "holding_reports", "statuses_told"]


def reports(csms: Csms) -> tuple[str, ...]:
    """The messages that report a connector: 2.x lets a station send either, 2.1 deprecates StatusNotification."""
    return ("StatusNotification",) if csms.ocpp == "1.6" else ("StatusNotification", "NotifyEvent")


def statuses_told(csms: Csms, sut: Sut, *, since: int) -> list[str]:
    """The states of the connector that the station has told, from the message with this index on, in their order."""
    return [state for message in csms.inbox if message.index >= since for state in _states(message, sut)]


def _states(message: Message, sut: Sut) -> list[str]:
    """What a message says of the connector: one state, or none."""
    if message.action == "StatusNotification":
        here = {"connectorId": sut.connectorId} | ({} if sut.ocpp == "1.6" else {"evseId": sut.evseId})
        if not payload_matches(message.payload, here):
            return []
        return [str(message.status if sut.ocpp == "1.6" else message.connectorStatus)]
    if message.action != "NotifyEvent":
        return []
    about = {
        "component__name": ignoring_case("Connector"),
        "component__evse__id": sut.evseId,
        "component__evse__connectorId": sut.connectorId,
        "variable__name": ignoring_case("AvailabilityState"),
    }
    events = message.eventData if isinstance(message.eventData, list) else []
    return [str(e.get("actualValue")) for e in events if isinstance(e, dict) and payload_matches(e, about)]


async def expect_status(csms: Csms, sut: Sut, status: str, *, since: int, requirement: str) -> list[str]:
    """The station comes to tell this state of the connector, and none after it; all that it told from `since` on."""
    with suppress(TimeoutError):
        await csms.wait_until(
            lambda: statuses_told(csms, sut, since=since)[-1:] == [status], csms.timing.long, f"the status {status}"
        )
    await csms.wait_until_quiet()
    told = statuses_told(csms, sut, since=since)
    check(requirement, told[-1:] == [status], expected=f"{status} in the end", received=told or "no status")
    return told


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
