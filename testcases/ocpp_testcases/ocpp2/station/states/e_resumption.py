"""E, transactions: power failures during a transaction of a station under test, and what becomes of it (2.1)."""

from __future__ import annotations

import contextlib
import math

from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check, check_fields, not_applicable, not_judged, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.station.states.b_provisioning import configured, connectors, get_variable
from ocpp_testcases.ocpp2.station.states.e_transactions import Session
from ocpp_testcases.ocpp2.station.states.g_availability import Place, expect_statuses

__all__ = [
    "TIMEOUT",
    "expect_another",
    "expect_boot_with_cable",
    "expect_ended_by_power",
    "expect_resumed",
    "outage_longer_than_timeout",
    "power_fails",
    "resumes_energy",
    "resumes_within",
]

TIMEOUT = "TxCtrlr.ResumptionTimeout"
ENERGY = "TxCtrlr.AllowEnergyTransferResumption"
RANGE = "TxCtrlr.EnergyTransferResumptionRandomRange"
NEVER = "the power to stay away"


async def resumes_within(csms: Csms, seconds: int, *, or_more_than: int | None = None) -> None:
    """ResumptionTimeout is so many seconds

    A station that does not have it, or cannot be set so, is not what the case is for. `or_more_than`: what is longer
    than this does as well.
    """
    current = await get_variable(csms, TIMEOUT)
    if current is None:
        raise not_applicable(f"the station does not have {TIMEOUT}")
    if or_more_than is not None and current.isdecimal() and int(current) > or_more_than:
        return
    await configured(csms, {TIMEOUT: str(seconds)}, if_implemented=True)


async def resumes_energy(csms: Csms, allowed: bool) -> int:
    """AllowEnergyTransferResumption is as the case needs it; without it nothing is resumed

    Returns for how many seconds at most the station waits before energy flows again: 0 where that can be set.
    """
    if allowed and await get_variable(csms, ENERGY) is None:
        raise not_applicable(f"the station does not have {ENERGY}, which means false")
    await configured(csms, {ENERGY: str(allowed).lower()}, if_implemented=True)
    await configured(csms, {RANGE: "0"}, if_writable=True)
    return int(await get_variable(csms, RANGE) or 0)


def outage_longer_than_timeout(sut: Sut) -> int:
    """The transaction duration in whole seconds, after which no transaction is resumed."""
    return max(1, math.ceil(sut.timing.transaction))


async def power_fails(csms: Csms, sut: Sut, tx: Session, seconds: float, *, exactly: bool = False) -> list[Place]:
    """The power fails, and comes back after so many seconds; returns the other connectors of the station.

    `exactly`: the time counts; otherwise a driver that can only switch the station off and on does as well.
    """
    others = [place for place in await connectors(csms, sut) if place != (tx.evseId, tx.connectorId)]
    csms.match_from_now_on()
    tx.cable_kept = True  # who holds the lock after it is the station's
    if not exactly and not (sut.can("power_off") and sut.can("power_on")):
        await sut.power_cycle()
        return others
    dark = True

    async def light() -> None:
        if dark:
            await sut.power_on()

    await sut.power_off()
    on_undo("Switch the station on again", light)
    with contextlib.suppress(TimeoutError):
        await csms.wait_until(lambda: False, seconds, NEVER)
    await sut.power_on()
    dark = False
    return others


async def expect_boot_with_cable(csms: Csms, tx: Session, others: list[Place]) -> None:
    """The station boots and reports its connectors, the used one as Occupied, and the security event of its start.

    Other statuses in between are left to it.
    """
    await csms.boot(requirement="B01.FR.01")
    within = csms.timing.long
    wanted = {(tx.evseId, tx.connectorId): "Occupied"} | dict.fromkeys(others, "Available")
    await expect_statuses(csms, wanted, requirement="B01.FR.05", within=within)
    await csms.expect(
        "SecurityEventNotification", requirement=STEP, within=within, type=("StartupOfTheDevice", "ResetOrReboot")
    )


async def expect_resumed(
    csms: Csms,
    tx: Session,
    *states: str,
    requirement: str,
    told: str = "E17.FR.14",
    kept: str = "E17.FR.10",
    counts: str = "E17.FR.01",
    within: float = 0.0,
    first: str | None = None,
) -> Message:
    """The transaction goes on, under its id and with the next seqNo, in one of these charging states.

    `told`, `kept`, `counts`: the requirements that it is said, that the same transaction goes on, and its seqNo.
    `within`: for how much longer the station may wait. `first`: the state in which it may be told meanwhile.
    """
    event = await tx.event(
        requirement=told,
        within=csms.timing.long + within,
        eventType="Updated",
        triggerReason="TxResumed",
    )
    before = max(message.seqNo for message in tx.events if message is not event)
    check(counts, event.seqNo > before, expected=f"a seqNo above {before}", received=event.seqNo)
    state = event.at("transactionInfo.chargingState")
    if first is not None and state == first:
        await tx.event(
            requirement=requirement, within=csms.timing.event + within, transactionInfo__chargingState=states
        )
    else:
        check_fields(requirement, event, {"transactionInfo.chargingState": states})
    for message in csms.received("TransactionEvent", eventType="Updated", triggerReason="CablePluggedIn"):
        check_fields(STEP, message, {"transactionInfo.transactionId": tx.id})
    begun = csms.received("TransactionEvent", eventType="Started")
    check(kept, not begun, expected="no other transaction", received=[dict(one.payload) for one in begun])
    over = csms.received("TransactionEvent", eventType="Ended", transactionInfo__transactionId=tx.id)
    check(kept, not over, expected=f"transaction {tx.id} goes on", received=[dict(one.payload) for one in over])
    tx.check_sequence()
    return event


async def expect_ended_by_power(csms: Csms, tx: Session, *reasons: str) -> Message:
    """The transaction has ended with the power, and is not resumed: the station says so, sooner or later."""
    ended = await tx.event(requirement="E17.FR.20", within=csms.timing.long, eventType="Ended")
    check_fields("E17.FR.21", ended, {"triggerReason": "AbnormalCondition"})
    check_fields("E17.FR.21", ended, {"transactionInfo.stoppedReason": reasons})
    _check_not_resumed(csms, tx)
    tx.check_sequence()
    return ended


async def expect_another(csms: Csms, tx: Session) -> None:
    """The cable, which is still in, may begin another transaction, without energy."""
    begun = await csms.expect_optional("TransactionEvent", eventType="Started") if "EVConnected" in tx.start else None
    if begun is None:
        not_judged(STEP, because="no other transaction has begun, which is left to the station")
        return
    id = begun.at("transactionInfo.transactionId")
    check(STEP, id != tx.id, expected=f"another transactionId than {tx.id}", received=id)
    if tx.asks and begun.triggerReason != "EVDetected":  # the bay that is still taken may begin it as well
        check_fields(STEP, begun, {"triggerReason": ("CablePluggedIn", "ChargingStateChanged")})
        check_fields(STEP, begun, {"transactionInfo.chargingState": "EVConnected"})


def _check_not_resumed(csms: Csms, tx: Session) -> None:
    resumed = csms.received("TransactionEvent", triggerReason="TxResumed")
    check(
        "E17.FR.20",
        not resumed,
        expected=f"transaction {tx.id} is not resumed",
        received=[dict(one.payload) for one in resumed],
    )
