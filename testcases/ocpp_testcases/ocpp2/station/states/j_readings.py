"""J, meter values of a station under test: what it read, where, when, and why."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import by_version, check, not_judged
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import interval_tolerance, moment_of
from ocpp_testcases.ocpp2.station.states.b_provisioning import configured, get_variable
from ocpp_testcases.ocpp2.station.states.e_points import implemented
from ocpp_testcases.ocpp2.station.states.e_stops import parking_bay_unoccupied
from ocpp_testcases.ocpp2.station.states.e_transactions import Session
from ocpp_testcases.ocpp2.station.states.j_meter_values import ENERGY, MAIN_METER, shown_at_once

__all__ = [
    "CLOCK",
    "PERIODIC",
    "TRANSACTION",
    "Reading",
    "check_context",
    "check_each_has",
    "check_intervals",
    "check_locations",
    "check_measurands",
    "check_signed",
    "check_within",
    "end_after_readings",
    "events_with",
    "interval_set",
    "nothing_at_the_end",
    "readings",
    "readings_in_events",
    "signs_readings",
    "wait_for_moments",
]

CLOCK, PERIODIC = "Sample.Clock", "Sample.Periodic"
"""Contexts; a sample that names none has the second."""
REASONS = {CLOCK: "MeterValueClock", PERIODIC: "MeterValuePeriodic"}
"""Why an event is sent that has readings of a context."""
TRANSACTION = -1
"""A place without an evseId: the EVSE at which a transaction is."""
OF_ONE_MOMENT = 0.5
"""Seconds: not every meter is read in the same millisecond."""
COARSE = 0.5
"""Seconds by which an interval may miss besides, where times are written without a fraction of a second."""
A_SECOND = 1.0
"""Seconds by which a reading may seem to be from before the start, or from after the end, for the same reason."""
KEYS = "OCPPCommCtrlr.PublicKeyWithSignedMeterValue"


@dataclass(frozen=True)
class Reading:
    """What a meterValue has of one context: the EVSE, or another place, its moment as seconds of the epoch, samples."""

    place: int
    moment: float
    context: str
    samples: list[dict[str, Any]]

    @property
    def measurands(self) -> set[str]:
        """What it has values of."""
        return {sample.get("measurand", ENERGY) for sample in self.samples}


def readings(messages: Iterable[Message]) -> list[Reading]:
    """Every meterValue of these MeterValues and TransactionEvents, one for each context of its samples."""
    found = []
    for message in messages:
        place = message.evseId if message.action == "MeterValues" else TRANSACTION
        for value in message.meterValue or []:
            moment = moment_of(value.get("timestamp")).timestamp()
            of: dict[str, list[dict[str, Any]]] = {}
            for sample in value.get("sampledValue", []):
                of.setdefault(str(sample.get("context", PERIODIC)), []).append(sample)
            found += [Reading(place, moment, context, samples) for context, samples in of.items()]
    return found


def events_with(csms: Csms, tx: Session, context: str) -> list[Message]:
    """The events of a transaction that are sent because readings of this context are due."""
    return csms.received("TransactionEvent", triggerReason=REASONS[context], transactionInfo__transactionId=tx.id)


def readings_in_events(csms: Csms, tx: Session, context: str) -> list[Reading]:
    """Readings of this context, also where both kinds are due and come in one event, of either reason (J02.FR.10)."""
    found = []
    for reason in REASONS:
        for event in events_with(csms, tx, reason):
            here = readings([event])
            if any(reading.context == reason for reading in here):
                found += [reading for reading in here if reading.context == context]
    return found


async def interval_set(csms: Csms, sut: Sut, name: str) -> int:
    """This interval is short; returns the seconds, which are the station's own where it does not take others."""
    await configured(csms, {name: str(sut.short_interval)}, if_writable=True)
    seconds = int(await get_variable(csms, name) or 0)
    if not 0 < seconds <= sut.timing.long:
        raise Inconclusive(
            f"{name} is {seconds} s, and cannot be set to values.short_interval, {sut.short_interval} s: "
            "say there what the station takes"
        )
    return seconds


def _moments(found: Iterable[Reading]) -> list[float]:
    """The moments of readings in their order, each once."""
    apart: list[float] = []
    for moment in sorted(reading.moment for reading in found):
        if not apart or moment - apart[-1] > OF_ONE_MOMENT:
            apart.append(moment)
    return apart


def _by_place(found: Iterable[Reading]) -> dict[int, list[Reading]]:
    places: dict[int, list[Reading]] = {}
    for reading in found:
        places.setdefault(reading.place, []).append(reading)
    return dict(sorted(places.items()))


async def wait_for_moments(csms: Csms, told: Callable[[], Sequence[Reading]], many: int, interval: int) -> None:
    """Until there are readings of so many moments at one place, or they should long have come.

    A station may read its meters one after another: the moments of two places say nothing of an interval.
    """
    within = (many + 1) * interval + csms.timing.event

    def enough() -> bool:
        return any(len(_moments(here)) >= many for here in _by_place(told()).values())

    with contextlib.suppress(TimeoutError):
        await csms.wait_until(enough, within, f"readings of {many} moments")


def check_context(requirement: str, found: Sequence[Reading], *contexts: str) -> None:
    """Judge why readings were taken, by their contexts; there has to be one."""
    received = sorted({reading.context for reading in found})
    right = bool(found) and all(context in contexts for context in received)
    check(requirement, right, expected=f"readings with the context {' or '.join(contexts)}", received=received)


def check_each_has(requirement: str, messages: Sequence[Message], context: str) -> list[Reading]:
    """Judge that each of these messages, of which there has to be one, has a reading of this context; returns those."""
    found = {message.index: readings([message]) for message in messages}
    wrong = [here for here in found.values() if all(reading.context != context for reading in here)]
    received = wrong or f"{len(messages)} messages"
    check(requirement, bool(messages) and not wrong, expected=f"the context {context} in each", received=received)
    return [reading for here in found.values() for reading in here if reading.context == context]


def check_intervals(sut: Sut, requirement: str, found: Sequence[Reading], interval: int, *, at_least: int = 1) -> None:
    """Judge that the moments of each place are an interval apart, and that there are so many intervals at least."""
    tolerance = max(interval_tolerance(sut, interval), OF_ONE_MOMENT)
    steps = {
        place: [later - earlier for earlier, later in pairwise(_moments(here))]
        for place, here in _by_place(found).items()
    }
    each = [step for here in steps.values() for step in here]
    coarse = COARSE if all(reading.moment.is_integer() for reading in found) else 0.0
    on_time = all(abs(step - interval) <= tolerance + coarse for step in each)
    mean = sum(each) / len(each) if each else interval
    right = len(each) >= at_least and on_time and abs(mean - interval) <= tolerance
    shown = "; ".join(f"{_named(place)}: {', '.join(f'{s:.1f} s' for s in here)}" for place, here in steps.items())
    check(requirement, right, expected=f"readings {interval} s apart", received=shown or "none")


def check_measurands(
    requirement: str,
    found: Sequence[Reading],
    wanted: set[str],
    *,
    charging: bool,
    complete: bool = False,
    elsewhere: Sequence[Reading] = (),
) -> None:
    """Judge that what is configured is there at each moment, as far as every meter shows it at any time.

    Not every place has to have each measurand (J01.FR.14): what one tells once it tells each time, and there is one
    that tells it, in `found` or `elsewhere`. It may come in several messages, the newest of which need not be there
    yet, unless they are `complete`.
    """
    expected = shown_at_once(wanted, charging=charging)
    if missing := expected - _measurands([*found, *elsewhere]):
        received = f"{sorted(missing)} missing in {[r.samples for r in found]}"
        check(requirement, False, expected=f"values of {sorted(expected)}", received=received)
        return
    for place, here in _by_place(found).items():
        moments = _moments(here)
        for moment in moments if complete else moments[:-1] or moments:
            then = [r for r in here if 0 <= r.moment - moment <= OF_ONE_MOMENT]
            if missing := (expected & _measurands(here)) - _measurands(then):
                where = f"{_named(place)}: {sorted(missing)} missing in {[r.samples for r in then]}"
                check(requirement, False, expected=f"values of {sorted(expected)}", received=where)
                return
    check(requirement, bool(found), expected=f"values of {sorted(expected)}", received=f"{len(found)} readings")


def _measurands(found: Iterable[Reading]) -> set[str]:
    return {measurand for reading in found for measurand in reading.measurands}


def check_locations(found: Iterable[Reading]) -> None:
    """Judge that nothing but the state of charge is read in the vehicle (2.0.1: errata 2025-09, 6.2.58)."""
    samples = [sample for reading in found for sample in reading.samples if sample.get("location") == "EV"]
    wrong = [sample for sample in samples if sample.get("measurand") != "SoC"]
    check(STEP, not wrong, expected="location EV for the measurand SoC alone", received=wrong or "so it is")


async def end_after_readings(csms: Csms, sut: Sut, tx: Session, interval: int) -> list[Reading]:
    """The vehicle charges for the transaction duration, and for two intervals at least, and leaves.

    Returns the readings that the event Ended has.
    """
    with contextlib.suppress(TimeoutError):
        await csms.wait_until(tx.over, max(sut.timing.transaction, 2.5 * interval), "the transaction duration to pass")
    await parking_bay_unoccupied(csms, sut, tx)
    ended = [event for event in tx.events if event.eventType == "Ended"]
    if not check(STEP, bool(ended), expected="an event Ended", received=[event.eventType for event in tx.events]):
        raise Inconclusive("the transaction goes on")
    return readings(ended)


def check_within(tx: Session, found: Sequence[Reading]) -> None:
    """2.1: judge that readings are not from before the transaction, nor from after it."""
    if by_version({"2.0.1": False, "2.1": True}) and found:
        begin, end = (moment_of(event.timestamp).timestamp() for event in (tx.events[0], tx.events[-1]))
        moments = _moments(found)
        early, late = moments[0] - begin, end - moments[-1]
        received = f"from {early:.1f} s after its start to {late:.1f} s before its end"
        right = early > -A_SECOND and late > -A_SECOND
        check(STEP, right, expected="readings of the transaction, from its start to its end", received=received)


async def nothing_at_the_end(csms: Csms, measurands: str) -> bool:
    """This list of measurands is empty, as far as the station takes that; returns whether it is"""
    await configured(csms, {measurands: ""}, if_writable=True)
    return not (await get_variable(csms, measurands) or "").strip()


async def signs_readings(csms: Csms, component: str) -> None:
    """What this component asks for is signed; a station that cannot be told so is not what the case is for"""
    await implemented(csms, f"{component}.SignReadings")
    await configured(csms, {f"{component}.SignReadings": "true"}, if_implemented=True)


async def check_signed(csms: Csms, requirement: str, found: Sequence[Reading], tx: Session) -> None:
    """Judge that readings are signed, and that the public key is with them as the station is set."""

    def signed(some: Iterable[Reading]) -> list[dict[str, Any]]:
        return [s["signedMeterValue"] for r in some for s in r.samples if "signedMeterValue" in s]

    values = signed(found)  # a meter signs energy, and not all that it measures
    check(requirement, bool(values), expected="a sampledValue with signedMeterValue", received=found or "none")
    when, keys = await get_variable(csms, KEYS), [value.get("publicKey") for value in values]
    if when == "EveryMeterValue":
        check(STEP, all(keys), expected="a publicKey in each signedMeterValue", received=keys)
    elif when == "OncePerTransaction":
        ever = [value.get("publicKey") for value in signed(readings(tx.events))]
        check(STEP, any(ever), expected="a publicKey in one signedMeterValue of the transaction", received=ever)
    elif when == "Never":
        check(STEP, not any(keys), expected="no publicKey in a signedMeterValue", received=keys)
    else:
        not_judged(STEP, because=f"{KEYS} is {when!r}: whether the publicKey is sent is the station's choice")


def _named(place: int) -> str:
    return {MAIN_METER: "the main meter", TRANSACTION: "the transaction"}.get(place, f"EVSE {place}")
