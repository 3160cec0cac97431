"""E, transactions: limits of a transaction at a station under test (2.1): set, confirmed and reached."""

from __future__ import annotations

from typing import Any

from ocpp_proof.cases.fields import Pattern
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check, check_fields, not_applicable
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.peer import Expected
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import interval_tolerance, moment_of
from ocpp_testcases.ocpp2.station.states.b_provisioning import configured, get_variable, members
from ocpp_testcases.ocpp2.station.states.e_transactions import Session
from ocpp_testcases.ocpp2.station.states.j_meter_values import measurands_sampled

__all__ = [
    "LIMIT",
    "answered_with",
    "check_not_early",
    "events_between",
    "expect_confirmed",
    "expect_energy_reached",
    "expect_reached",
    "expect_time_reached",
    "expect_unlimited_event",
    "limits_supported",
    "newest",
    "samples_energy",
    "seconds_into",
]

LIMIT = "transactionInfo.transactionLimit"
NAMES = ("maxEnergy", "maxTime", "maxCost", "maxSoC")
REACHED = ("EnergyLimitReached", "TimeLimitReached", "CostLimitReached", "SoCLimitReached")
SHARED = ("MeterValuePeriodic", "MeterValueClock", "RunningCost", "Authorized", "CablePluggedIn", *REACHED)
"""Triggers that may come together with a new limit, and tell it (E16.FR.01, note)."""
FLOWING = "Charging"


async def limits_supported(csms: Csms, *names: str) -> set[str]:
    """The station supports these limits, as its SupportedLimits says; returns all that it supports"""
    supported = members(await get_variable(csms, "TxCtrlr.SupportedLimits"))
    for name in names:
        if name not in supported:
            raise not_applicable(f"TxCtrlr.SupportedLimits ({', '.join(supported) or 'none'}) does not contain {name}")
    return set(supported)


async def samples_energy(csms: Csms, sut: Sut) -> None:
    """The station takes samples in a transaction: there is an event now and then"""
    await measurands_sampled(csms, "TxUpdatedMeasurands")
    await configured(csms, {"SampledDataCtrlr.TxUpdatedInterval": str(sut.short_interval)})


def newest(tx: Session) -> int:
    """The highest seqNo of the transaction's events that have come; -1 before the first."""
    return max((number for number, _ in _numbered(tx)), default=-1)


def _numbered(tx: Session) -> list[tuple[int, Message]]:
    events = [m for m in tx.csms.inbox if m.action == "TransactionEvent"]
    return [(m.seqNo, m) for m in events if tx.id and m.at("transactionInfo.transactionId") == tx.id]


def events_between(tx: Session, after: int, before: Message) -> list[Message]:
    """The events of the transaction after that with the seqNo `after`, up to this one, in their order."""
    found = sorted(_numbered(tx), key=lambda pair: pair[0])
    return [message for number, message in found if after < number < before.seqNo]


async def answered_with(csms: Csms, sut: Sut, tx: Session, **fields: Any) -> Message:
    """The CSMS answers the next event of the transaction with these fields besides; returns the event."""
    last = newest(tx)
    later = Pattern(f"above {last}", lambda number: number > last)
    csms.answer("TransactionEvent", times=1, where={"transactionInfo.transactionId": tx.id, "seqNo": later}, **fields)
    within = sut.short_interval + csms.timing.event
    return await tx.event(requirement="E02.FR.17", within=within, eventType="Updated", seqNo=later)


async def expect_confirmed(
    tx: Session, after: int, requirement: str, *, also: dict[str, Any] | None = None, **wanted: Any
) -> Message:
    """The station tells the limit that was set, once, in an event after that with the seqNo `after`.

    `also`: what it may tell of limits that were set before, and need not tell again.
    """
    event = await tx.event(
        requirement=requirement,
        seqNo=Pattern(f"above {after}", lambda number: number > after),
        **{f"transactionInfo__transactionLimit__{name}": value for name, value in wanted.items()},
    )
    _check_trigger(tx, event, requirement)
    known = {name: (value, None) for name, value in (also or {}).items()}
    check_fields(requirement, event, {f"{LIMIT}.{name}": (known | wanted).get(name) for name in NAMES})
    if event.triggerReason not in REACHED:
        check_fields(STEP, event, {"eventType": "Updated"})
    return event


def _check_trigger(tx: Session, event: Message, requirement: str) -> None:
    """LimitSet, or what happened at the same time."""
    before = [m for m in tx.csms.inbox if m in tx.events and m.seqNo < event.seqNo]
    state = next((s for m in reversed(before) if (s := m.at("transactionInfo.chargingState"))), None)
    changed = event.at("transactionInfo.chargingState") not in (None, state)
    allowed = ("LimitSet", *SHARED, *(("ChargingStateChanged",) if changed else ()))
    check_fields(requirement, event, {"triggerReason": allowed})


async def expect_unlimited_event(sut: Sut, tx: Session, after: Message) -> Message:
    """An event after this one: the limit is not told again."""
    event = await tx.event(
        requirement="E02.FR.17",
        within=sut.short_interval + tx.csms.timing.event,
        seqNo=Pattern(f"above {after.seqNo}", lambda number: number > after.seqNo),
    )
    check_fields(STEP, event, {"eventType": "Updated", LIMIT: None})
    return event


async def expect_reached(
    tx: Session, reason: str, set_by: Message, *, within: float, of: dict[str, Any], follow_energy: bool = False
) -> Message:
    """The limit is reached: the station stops the energy, or ends the transaction where that is its stop point.

    `set_by`: the event that told the limit, which may be the one that tells that it is reached. `of`: the limits that
    hold; whether the event tells them again the official texts leave open (some want them, others forbid them). No
    event in between tells them. `follow_energy`: the time begins anew with each event that shows energy flowing.
    """
    ends = "EnergyTransfer" in tx.stop
    requirement = "E16.FR.06" if ends else "E16.FR.05"
    event = set_by if set_by.triggerReason == reason else None
    while event is None:
        event = await _reached_or_sample(tx, reason, set_by, requirement, within, follow_energy)
    check_fields(requirement, event, {"eventType": "Ended" if ends else "Updated"})
    check_fields(
        STEP if ends else requirement,
        event,
        {"transactionInfo.chargingState": "EVConnected" if ends else "SuspendedEVSE"},
    )
    check_fields(STEP, event, {f"{LIMIT}.{name}": (of.get(name), None) for name in NAMES})
    for between in events_between(tx, set_by.seqNo, event):
        check_fields(STEP, between, {"eventType": "Updated", LIMIT: None})
    return event


async def _reached_or_sample(
    tx: Session, reason: str, set_by: Message, requirement: str, within: float, follow: bool
) -> Message | None:
    own = {"transactionInfo.transactionId": tx.id, "seqNo": lambda number: number > set_by.seqNo}
    outcomes = [Expected("TransactionEvent", own | {"triggerReason": reason})]
    if follow:
        sampled = {"triggerReason": "MeterValuePeriodic", "transactionInfo.chargingState": (FLOWING, None)}
        outcomes.append(Expected("TransactionEvent", own | sampled))
    event = await tx.csms.expect_one_of(*outcomes, requirement=requirement, within=within)
    tx.events.append(event)
    tx.ended = tx.ended or event.eventType == "Ended"
    return event if event.triggerReason == reason else None


def seconds_into(tx: Session, event: Message) -> float:
    """How long after the start of its transaction an event happened, by the station's clock."""
    begun = min((m for _, m in _numbered(tx)), key=lambda message: message.seqNo)
    return (moment_of(event.timestamp) - moment_of(begun.timestamp)).total_seconds()


def check_not_early(tx: Session, sut: Sut, event: Message, seconds: float, requirement: str = "E16.FR.09") -> None:
    """Judge that a time limit was not reached before its time, which counts from the start of the transaction."""
    passed = seconds_into(tx, event)
    check(
        requirement,
        passed >= seconds - interval_tolerance(sut, seconds),
        expected=f"{event.triggerReason} {seconds:g} s after the event Started",
        received=f"{passed:.2f} s after it",
    )


async def expect_time_reached(csms: Csms, sut: Sut, tx: Session, set_by: Message, seconds: int) -> Message:
    """The time limit is reached, and not before its time."""
    within = seconds + csms.timing.event
    event = await expect_reached(tx, "TimeLimitReached", set_by, within=within, of={"maxTime": seconds})
    check_not_early(tx, sut, event, seconds)
    return event


async def expect_energy_reached(csms: Csms, tx: Session, set_by: Message, *, of: dict[str, Any]) -> Message:
    """The energy limit is reached, however slowly the vehicle charges."""
    within = csms.timing.long
    return await expect_reached(tx, "EnergyLimitReached", set_by, within=within, of=of, follow_energy=True)
