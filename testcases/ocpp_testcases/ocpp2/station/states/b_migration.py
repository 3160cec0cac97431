"""B, provisioning: a station under test is led to another network connection profile, and back (B10)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check, check_fields, on_undo
from ocpp_proof.net.outcome import Refuse, Verdict
from ocpp_proof.roles.csms import Csms, Handshake
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.station.states.b_network import (
    DONE,
    PRIORITY,
    Slots,
    guessed_interface,
    priority_restored,
    set_priority,
)
from ocpp_testcases.ocpp2.station.states.b_provisioning import configured, get_variable

__all__ = [
    "ATTEMPTS",
    "BACK_OFF",
    "Attempts",
    "check_first_attempt",
    "check_left",
    "check_migrated",
    "longest_wait",
    "no_third_slot",
    "short_back_off",
    "slot_in_front",
]

ATTEMPTS = "OCPPCommCtrlr.NetworkProfileConnectionAttempts"
BACK_OFF = "OCPPCommCtrlr.RetryBackOff{}".format


async def no_third_slot(slots: Slots) -> None:
    """The station has no slot in its list but the one that it uses: beside the spare one it would try those as well

    They are not taken out of it: where the run ended here its owner could not reach the station by them any more.
    """
    others = [slot for slot in slots.priority if slot != slots.active]
    if others:
        raise Inconclusive(
            f"{PRIORITY} has {', '.join(others)} beside the active slot {slots.active}: where all fail the station "
            "tries those too, and may go to another CSMS; take them out of it for this case"
        )


async def slot_in_front(csms: Csms, slots: Slots) -> None:
    """The station takes the spare slot before its own, of which the active one is next; it is back when the case ends.

    Its other slots stay in the list: where the harness is gone all of a sudden they are the way by which its owner
    reaches it, and what is in the list is not taken for spare by the next run.
    """

    async def back() -> None:
        await csms.wait_until(lambda: csms.connected, csms.timing.long, "the station to connect")
        await csms.wait_until_quiet()
        csms.match_from_now_on()
        if (await csms.attempt("Reset", type="Immediate")).status in ("Accepted", "Scheduled"):
            await csms.boot()
            await csms.wait_until_quiet()
        path = next((attempt.path for attempt in reversed(csms.handshakes) if attempt.let_in), "")
        if path != slots.path:
            raise Inconclusive(f"the station still connects to {path or 'another address'}, and not to {slots.path}")

    on_undo(f"Take the station back to slot {slots.active}", back)
    await priority_restored(csms, slots)  # before it, in its own time
    others = [slot for slot in slots.priority if slot != slots.active]
    result = await set_priority(csms, [slots.spare, slots.active, *others])
    check_fields("B10.FR.01", result, {"attributeStatus": DONE})


@dataclass
class Attempts:
    """The attempts of the station to connect: the paths that they are for, and when they came.

    `refuse`: decides which of them are turned away.
    """

    csms: Csms
    refuse: Callable[[Attempts], bool]
    seen: list[Handshake] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def judge(self, handshake: Handshake) -> Verdict | None:
        """Turn an attempt away, or leave it to the sound decision."""
        self.seen.append(handshake)
        self.times.append(time.monotonic())
        return Refuse(503, reason="the CSMS does not accept a connection yet") if self.refuse(self) else None

    @property
    def paths(self) -> list[str]:
        return [handshake.path for handshake in self.seen]


async def short_back_off(csms: Csms, sut: Sut) -> None:
    """The station does not wait for long between attempts to connect, as far as that can be set."""
    for name, most in (("RandomRange", 0), ("WaitMinimum", sut.short_interval)):
        if float(await get_variable(csms, BACK_OFF(name)) or 0) > most:
            await configured(csms, {BACK_OFF(name): str(most)}, if_writable=True)


async def longest_wait(csms: Csms, failures: int) -> float:
    """Seconds that the station may take until it has connected, when this many attempts fail."""
    numbers = [
        float(await get_variable(csms, BACK_OFF(name)) or 0) for name in ("WaitMinimum", "RandomRange", "RepeatTimes")
    ]
    least, random, times = numbers
    doubled = sum(least * 2 ** min(failure, times) + random for failure in range(failures + 1))
    return csms.timing.long + doubled


def check_first_attempt(csms: Csms, sut: Sut, slots: Slots, since: int) -> None:
    """Judge that the first attempt to connect was for the other endpoint."""
    path = next((attempt.path for attempt in csms.handshakes[since:] if attempt.path), "none")
    check(
        "B10.FR.04",
        path == slots.elsewhere,
        expected=f"a connection to {slots.elsewhere} first",
        received=path,
        note=guessed_interface(sut),
    )


def check_migrated(csms: Csms, slots: Slots, boot: Message) -> None:
    """Judge that the station has booted at the other endpoint, and did not only try it."""
    endpoint = csms.connections[boot.connection]
    path = next((attempt.path for attempt in csms.handshakes if attempt.endpoint is endpoint), "none")
    check(STEP, path == slots.elsewhere, expected=f"the boot at {slots.elsewhere}", received=path)


def check_left(csms: Csms, boot: Message) -> None:
    """Judge that the station uses no connection to the old endpoint after it has booted at the new one."""
    late = [m for m in csms.inbox[boot.index :] if m.connection < boot.connection]
    received = [f"{m.action} on connection {m.connection}" for m in late] or "nothing on an older connection"
    check("B10.FR.06", not late, expected="nothing on the connection to the old endpoint", received=received)
