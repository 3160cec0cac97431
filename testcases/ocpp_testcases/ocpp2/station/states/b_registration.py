"""B, provisioning: a station under test that the CSMS does not accept yet."""

from __future__ import annotations

from ocpp_proof.cases.steps import check, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.peer import Expected
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import interval_tolerance
from ocpp_testcases.ocpp2.station.states.b_provisioning import OFFLINE_THRESHOLD, get_variable, set_variable

__all__ = ["check_waited", "kept_pending", "refused_once"]


async def kept_pending(csms: Csms, sut: Sut, interval: int) -> None:
    """The CSMS keeps the station waiting: every boot is answered with Pending and this interval

    When the case ends the station is accepted again, and its OfflineThreshold is set back.
    """
    threshold = await get_variable(csms, OFFLINE_THRESHOLD)
    csms.answer("BootNotification", status="Pending", interval=interval)

    async def accept() -> None:
        await csms.wait_until(lambda: csms.connected, csms.timing.long, "the station to connect")
        boots = [m for m in csms.inbox if m.action == "BootNotification"]
        if boots and (boots[-1].answer or {}).get("status") != "Accepted":
            csms.match_from_now_on()
            await csms.attempt("TriggerMessage", requestedMessage="BootNotification")
            await csms.expect_one_of(Expected("BootNotification", {}), within=interval + csms.timing.long)
            await csms.wait_until_quiet()
        if threshold is not None:
            await set_variable(csms, OFFLINE_THRESHOLD, threshold)

    on_undo("The CSMS accepts the station", accept)


async def refused_once(csms: Csms, sut: Sut) -> int:
    """The next boot is answered with Rejected and the interval that is returned, the one after it is accepted

    When the case ends the station has booted again and is accepted.
    """
    interval = sut.short_interval
    csms.answer("BootNotification", status="Rejected", interval=interval, times=1)

    async def accept() -> None:
        boots = [m for m in csms.inbox if m.action == "BootNotification"]
        if boots and (boots[-1].answer or {}).get("status") == "Rejected":
            await csms.expect("BootNotification", since=boots[-1].index + 1, within=interval + csms.timing.long)
            await csms.wait_until_quiet()

    on_undo("The CSMS accepts the station", accept)
    return interval


def check_waited(sut: Sut, first: Message, again: Message, interval: float, *, requirement: str) -> None:
    """Judge that the second of two BootNotifications did not come before the interval had passed."""
    gap = again.received - first.received
    check(
        requirement,
        gap >= interval - interval_tolerance(sut, interval),
        expected=f"BootNotification not before {interval:g} s have passed",
        received=f"after {gap:.2f} s",
    )
