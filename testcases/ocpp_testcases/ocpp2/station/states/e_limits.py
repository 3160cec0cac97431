"""E, transactions: limits of a transaction at a station under test (2.1): set, confirmed and reached."""

from __future__ import annotations

import asyncio
import math
from typing import Any

from ocpp_proof.cases.fields import Pattern
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check, check_fields, not_applicable, not_judged
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.peer import Expected
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import interval_tolerance, moment_of
from ocpp_testcases.common.patterns import PRESENT
from ocpp_testcases.ocpp2.station.states.b_provisioning import configured, get_variable, members
from ocpp_testcases.ocpp2.station.states.e_transactions import Session
from ocpp_testcases.ocpp2.station.states.j_meter_values import ENERGY, measurands_sampled

__all__ = [
    "LIMIT",
    "NAMES",
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
REACHED = {
    "maxEnergy": "EnergyLimitReached",
    "maxTime": "TimeLimitReached",
    "maxCost": "CostLimitReached",
    "maxSoC": "SoCLimitReached",
}
NAMES = tuple(REACHED)
SHARED = ("MeterValuePeriodic", "MeterValueClock", "RunningCost")
"""Triggers that may come together with a new limit, and tell it (E16.FR.01, note)."""
BEFORE = ("Authorized", "CablePluggedIn")
"""The same, while a session begins."""


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


def _above(last: int) -> Pattern:
    return Pattern(f"above {last}", lambda number: number > last)


def newest(tx: Session) -> int:
    """The highest seqNo of the transaction's events that have come; -1 before the first."""
    return max((number for number, _ in _numbered(tx)), default=-1)


def _numbered(tx: Session) -> list[tuple[int, Message]]:
    events = [m for m in tx.csms.inbox if m.action == "TransactionEvent" and isinstance(m.seqNo, int)]
    return [(m.seqNo, m) for m in events if tx.id and m.at("transactionInfo.transactionId") == tx.id]


def events_between(tx: Session, after: int, before: Message) -> list[Message]:
    """The events of the transaction after that with the seqNo `after`, up to this one, in their order."""
    found = sorted(_numbered(tx), key=lambda pair: pair[0])
    return [message for number, message in found if after < number < before.seqNo]


async def answered_with(csms: Csms, sut: Sut, tx: Session, **fields: Any) -> Message:
    """The CSMS answers the next event of the transaction with these fields besides; returns the event."""
    last = newest(tx)
    later = _above(last)
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
        seqNo=_above(after),
        **{f"transactionInfo__transactionLimit__{name}": value for name, value in wanted.items()},
    )
    others = (*(REACHED[name] for name in (*wanted, *(also or {}))), *(BEFORE if after < 0 else ()))
    _check_trigger(tx, event, requirement, others)
    known = {name: (value, None) for name, value in (also or {}).items()}
    check_fields(requirement, event, {f"{LIMIT}.{name}": (known | wanted).get(name) for name in NAMES})
    if event.triggerReason not in REACHED.values():
        check_fields(STEP, event, {"eventType": "Updated"})
    return event


def _check_trigger(tx: Session, event: Message, requirement: str, others: tuple[str, ...]) -> None:
    """LimitSet, or what happened at the same time."""
    before = [m for m in tx.csms.inbox if m in tx.events and m.seqNo < event.seqNo]
    state = next((s for m in reversed(before) if (s := m.at("transactionInfo.chargingState"))), None)
    changed = event.at("transactionInfo.chargingState") not in (None, state)
    allowed = ("LimitSet", *SHARED, *others, *(("ChargingStateChanged",) if changed else ()))
    check_fields(requirement, event, {"triggerReason": allowed})


async def expect_unlimited_event(sut: Sut, tx: Session, after: Message, *, confirmed_twice: bool = False) -> Message:
    """An event after this one: the limit is not told again.

    `confirmed_twice`: it was set twice, and may be told twice; the first event that does not tell it counts.
    """
    fields: dict[str, Any] = {"transactionInfo__transactionLimit": None} if confirmed_twice else {}
    event = await tx.event(
        requirement="E02.FR.17",
        within=sut.short_interval + tx.csms.timing.event,
        seqNo=_above(after.seqNo),
        **fields,
    )
    check_fields(STEP, event, {"eventType": "Updated", LIMIT: None})
    return event


async def expect_reached(
    tx: Session,
    reason: str,
    set_by: Message,
    *,
    within: float,
    of: dict[str, Any],
    energy: float | None = None,
    state_at_end: str | None = "EVConnected",
) -> Message:
    """The limit is reached: the station stops the energy, or ends the transaction where that is its stop point.

    `set_by`: the event that told the limit, which may be the one that tells that it is reached. `of`: the limits that
    hold; whether the event tells them again the official texts leave open (some want them, others forbid them). No
    event in between tells them. `energy`: the limit in Wh; while samples show less the time begins anew.
    `state_at_end`: the chargingState of an event Ended, `None` where the official text names none.
    """
    ends = "EnergyTransfer" in tx.stop
    requirement = "E16.FR.06" if ends else "E16.FR.05"
    event = set_by
    if set_by.triggerReason != reason:
        event = await _reached(tx, reason, set_by, requirement, within, energy)
    check_fields(requirement, event, {"eventType": "Ended" if ends else "Updated"})
    if not ends:
        check_fields(requirement, event, {"transactionInfo.chargingState": "SuspendedEVSE"})
    elif state_at_end is not None:
        check_fields(STEP, event, {"transactionInfo.chargingState": state_at_end})
    check_fields(STEP, event, {f"{LIMIT}.{name}": (of.get(name), None) for name in NAMES})
    for between in events_between(tx, set_by.seqNo, event):
        check_fields(STEP, between, {"eventType": "Updated", LIMIT: None})
    return event


async def _reached(
    tx: Session, reason: str, set_by: Message, requirement: str, within: float, energy: float | None
) -> Message:
    """The event that the limit is reached, followed by samples where the limit is one of energy."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within
    while True:
        last = _newest_taken(tx, set_by)
        own = {"transactionInfo.transactionId": tx.id, "seqNo": _above(last)}
        outcomes = [Expected("TransactionEvent", own | {"triggerReason": reason})]
        if energy is not None:
            outcomes.append(Expected("TransactionEvent", own | {"triggerReason": "MeterValuePeriodic"}))
        left = max(deadline - loop.time(), tx.csms.timing.quiet)
        event = await tx.csms.expect_one_of(*outcomes, requirement=requirement, within=left)
        tx.events.append(event)
        tx.ended = tx.ended or event.eventType == "Ended"
        if event.triggerReason == reason:
            return event
        had = _energy_had(tx, event)
        if energy is not None and had is not None:
            deadline = loop.time() + within if had < energy else min(deadline, loop.time() + tx.csms.timing.event)
        if loop.time() >= deadline:
            energy = None  # no sample is waited for any more


def _newest_taken(tx: Session, set_by: Message) -> int:
    """The highest seqNo of the events that the case has taken since the limit was told."""
    return int(max((m.seqNo for m in tx.events if m.seqNo >= set_by.seqNo), default=set_by.seqNo))


def _energy_had(tx: Session, event: Message) -> float | None:
    """How many Wh the transaction has had at least, as far as its samples tell."""
    registers = [(number, found) for number, m in _numbered(tx) if (found := _register(m)) is not None]
    now = _register(event)
    return None if now is None or not registers else now - min(registers)[1]


def _register(event: Message) -> float | None:
    """The register of imported energy that an event tells, in Wh; the last one where there are several."""
    samples = [s for value in event.meterValue or [] for s in value.get("sampledValue", [])]
    found = [s for s in samples if s.get("measurand", ENERGY) == ENERGY and "phase" not in s]
    if not found:
        return None
    unit = found[-1].get("unitOfMeasure") or {}
    scale = 10.0 ** int(unit.get("multiplier", 0)) * (1000 if unit.get("unit") == "kWh" else 1)
    return float(found[-1]["value"]) * scale


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
    passed, due = seconds_into(tx, event), max(seconds, seconds_into(tx, set_by))
    check(
        "E16.FR.09",
        passed <= due + interval_tolerance(sut, seconds),
        expected=f"{event.triggerReason} {due:g} s after the event Started",
        received=f"{passed:.2f} s after it",
        note="values.max_time_deviation in sut.toml",
    )
    return event


async def expect_energy_reached(
    sut: Sut, tx: Session, set_by: Message, *, of: dict[str, Any], state_at_end: str | None = "EVConnected"
) -> Message:
    """The energy limit is reached, however slowly the vehicle charges, and not before the energy was had."""
    within, energy = tx.csms.timing.long, float(of["maxEnergy"])
    event = await expect_reached(
        tx, "EnergyLimitReached", set_by, within=within, of=of, energy=energy, state_at_end=state_at_end
    )
    await _check_energy_had(sut, tx, event, energy)
    return event


async def _check_energy_had(sut: Sut, tx: Session, event: Message, energy: float) -> None:
    """Judge by this event or the next sample that an energy limit was not reached before the energy was had.

    Three quarters of it have to be there, or all but a step of the meter: a station should rather stop early
    (E16.FR.19).
    """
    requirement = "E16.FR.06" if tx.ended else "E16.FR.05"
    shown: Message | None = event
    if _register(event) is None and not tx.ended:
        shown = await tx.csms.expect_optional(
            "TransactionEvent",
            within=sut.short_interval + tx.csms.timing.event,
            transactionInfo__transactionId=tx.id,
            seqNo=_above(event.seqNo),
            meterValue=PRESENT,
        )
    had = _energy_had(tx, shown) if shown is not None else None
    registers = [found for _, message in sorted(_numbered(tx), key=_by_number) if (found := _register(message))]
    begun = min(_numbered(tx), key=_by_number)[1]
    if had is None or _register(begun) is None:
        not_judged(requirement, because="the energy at the begin of the transaction, or now, was not told")
        return
    step = math.gcd(*map(int, registers)) if all(found == int(found) for found in registers) else 1
    check(
        requirement,
        had >= energy - max(energy / 4, step),
        expected=f"{event.triggerReason} when the transaction has had {energy:g} Wh",
        received=f"{had:g} Wh",
    )


def _by_number(numbered: tuple[int, Message]) -> int:
    return numbered[0]
