"""A charge point under test that boots, OCPP 1.6: intervals, silence until it is accepted, and what follows."""

from __future__ import annotations

from ocpp_proof.cases.steps import check, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import interval_tolerance
from ocpp_testcases.ocpp16.station.states.configuration import change_configuration, connectors, get_configuration

__all__ = ["accept_next_boot", "check_waited", "expect_heartbeats", "keep_heartbeat_interval"]


async def keep_heartbeat_interval(csms: Csms, sut: Sut) -> int:
    """The charge point is idle; its heartbeat interval is set back when the case ends

    Returns how many connectors it has.
    """
    interval = await get_configuration(csms, "HeartbeatInterval") or "300"
    on_undo(
        f"Set HeartbeatInterval back to {interval}",
        lambda: change_configuration(csms, "HeartbeatInterval", interval),
    )
    return await connectors(csms, sut)


def accept_next_boot(csms: Csms, interval: int) -> None:
    """The next BootNotification is answered with Accepted and this heartbeat interval."""
    csms.answer("BootNotification", status="Accepted", interval=interval)


def check_waited(csms: Csms, sut: Sut, last: Message, interval: int) -> None:
    """Judge that the charge point kept the interval before its last BootNotification, and was silent until then."""
    boots = [m for m in csms.received("BootNotification") if m.index <= last.index]
    gap = last.received - boots[-2].received if len(boots) > 1 else 0.0
    check(
        "1.6 §4.2 interval",
        gap >= interval - interval_tolerance(sut, interval),
        expected=f"the next BootNotification {interval} s after the answer",
        received=f"{gap:.2f} s",
    )
    others = [m.action for m in csms.inbox if boots[0].index < m.index < last.index and m.action != "BootNotification"]
    check(
        "1.6 §4.2 silence",
        not others,
        expected="nothing but BootNotification until the charge point is accepted",
        received=others or "nothing else",
    )


async def expect_heartbeats(csms: Csms, sut: Sut, interval: int) -> None:
    """Judge two heartbeats: an interval apart, and each at most an interval after whatever was sent before it (4.6)."""
    tolerance = interval_tolerance(sut, interval)
    beats: list[Message] = []
    for _ in range(2):
        beat = await csms.expect(
            "Heartbeat",
            requirement="1.6 §4.6 interval",
            within=interval + csms.timing.event,
            note=f"interval {interval} s",
        )
        before = [m for m in csms.inbox if m.index < beat.index][-1]
        silent = beat.received - before.received
        check(
            "1.6 §4.6 interval",
            silent <= interval + tolerance,
            expected=f"a heartbeat at most {interval} s after the message before it",
            received=f"{silent:.2f} s after {before.action}",
            note="the official case wants one each interval; 1.6 §4.6 lets it be skipped after another message",
        )
        beats.append(beat)
    gap = beats[1].received - beats[0].received
    check(
        "1.6 §4.6 interval",
        gap >= interval - tolerance,
        expected=f"heartbeats {interval} s apart",
        received=f"{gap:.2f} s apart",
    )
