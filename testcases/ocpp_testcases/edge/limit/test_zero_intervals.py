"""Intervals of 0 seconds: a station chooses its own, and does not flood the CSMS."""

from contextlib import suppress

import pytest
from ocpp_proof import ALL, NotApplicable, by_version, case, check, given, on_undo, step

from ocpp_testcases.edge.states.connector_reports import statuses_told
from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.restart import RESET, expect_boot_after
from ocpp_testcases.edge.states.station_settings import restored_afterwards, set_to, setting

INTERVAL = "HeartbeatInterval", "OCPPCommCtrlr.HeartbeatInterval"
WATCHED = 3.0
"""Seconds in which messages are counted."""
FLOOD = 6
"""As many of them in that time are more than a CSMS can bear of ten thousand stations."""
PENDING = "boots, while Pending"
NOT_ACCEPTED = {"1.6": "1.6 §4.2 own interval", "2": "B02.FR.07"}


async def heartbeat_interval(csms, sut, where):
    """The heartbeat interval is known, where it changes, and is set back when the case ends"""
    value = await setting(csms, sut, INTERVAL)
    if value is not None:
        await restored_afterwards(csms, sut, INTERVAL, value)
    elif where != PENDING:
        raise NotApplicable(f"the station does not have {INTERVAL[sut.ocpp != '1.6']}")


async def no_flood(csms, action, *, since, requirement):
    """Judge that fewer than a flood of these messages come in the time that is watched.

    Those count that follow one of their own kind: some stations send a heartbeat behind each thing that they tell.
    """

    def came():
        told = [m.action for m in csms.inbox if m.index >= since]
        return [a for a, before in zip(told, [action, *told], strict=False) if a == before == action]

    with suppress(TimeoutError):
        await csms.wait_until(lambda: len(came()) >= FLOOD, WATCHED, f"a flood of {action}")
    number = len(came())
    expected = f"fewer than {FLOOD} {action} in {WATCHED:g} s"
    check(requirement, number < FLOOD, expected=expected, received=f"{number} in {WATCHED:g} s or less")


@case("X_LIMIT_07_CS", ocpp=ALL, sut="station", title="An interval of 0 seconds", disruptive=True)
@pytest.mark.parametrize("where", ["heartbeats, as set", "heartbeats, as told at the boot", PENDING])
async def test_zero_intervals(csms, sut, where):
    """A back end that sends 0 by mistake has every charger of the field against it, a hundred times a second."""
    await given(heartbeat_interval, csms, sut, where)
    since = csms.next_index
    if where == "heartbeats, as set":
        await given(set_to, csms, sut, INTERVAL, "0")
        with step("The heartbeat interval was set to 0, which may be refused"):
            await no_flood(csms, "Heartbeat", since=since, requirement="interval of 0")
    elif where == PENDING:
        await kept_pending(csms)
        with step("The station boots, and has to wait for as long as it likes"):
            await expect_boot_after(csms, sut, RESET)
            await no_flood(csms, "BootNotification", since=since, requirement=by_version(NOT_ACCEPTED))
        return  # what a station answers meanwhile is for other cases
    else:
        csms.answer("BootNotification", status="Accepted", interval=0, times=1)
        with step("The station boots, and is accepted with the interval 0"):
            boot = await expect_boot_after(csms, sut, RESET)
            await no_flood(csms, "Heartbeat", since=since, requirement="interval of 0")
            await taken(csms, sut, boot)
    await expect_probe_answered(csms)


async def taken(csms, sut, boot):
    """The station has taken that it is accepted: it tells its connectors, and does not boot once more.

    One that has not is waited for: its next boot is answered as usual, and what follows is for other cases.
    """

    def told():
        return statuses_told(csms, sut, since=boot.index)

    def again():
        return [m.action for m in csms.inbox if m.index > boot.index and m.action == "BootNotification"]

    with suppress(TimeoutError):
        await csms.wait_until(lambda: told() or again(), csms.timing.event, "the state of the connector")
    right = bool(told()) and not again()
    check("acceptance with 0", right, expected="a state of the connector", received=again() or told() or "nothing")
    if not right:
        with suppress(TimeoutError):
            await csms.wait_until(again, csms.timing.long, "the next boot")
        await csms.wait_until_quiet()


async def kept_pending(csms):
    """Each boot is answered with Pending and the interval 0; when the case ends the station is accepted."""
    pending = csms.answer("BootNotification", status="Pending", interval=0)

    async def accept():
        csms.remove(pending)
        await csms.wait_until(lambda: csms.connected, csms.timing.long, "the station to connect")
        boots = [m for m in csms.inbox if m.action == "BootNotification"]
        if boots and (boots[-1].answer or {}).get("status") == "Pending":
            since = csms.next_index
            await csms.attempt("TriggerMessage", requestedMessage="BootNotification")
            await csms.expect_optional("BootNotification", within=csms.timing.long, since=since)
            await csms.wait_until_quiet()

    on_undo("The CSMS accepts the station", accept)
