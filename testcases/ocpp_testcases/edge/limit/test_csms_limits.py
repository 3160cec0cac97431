"""What a CSMS is told of seldom moments, of very much at once, and in very many parts."""

from datetime import UTC, datetime, timedelta

import pytest
from ocpp_proof import ALL, CannotTell, by_version, case, check, given, not_judged, on_undo, step
from ocpp_proof.roles.connection_texts import closing_text

from ocpp_testcases.edge.states.boot import booted
from ocpp_testcases.edge.states.calendar_moments import (
    SUMMER,
    WINTER,
    leap_day,
    preceding,
    summer_begins,
    winter_begins,
    written,
)
from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.recovery import expect_recovery

SECOND = timedelta(seconds=1)
SECONDS = timedelta(seconds=2)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def around(moment, before=UTC, after=UTC):
    """Two seconds before the moment and two seconds after it, in the time zones that hold there."""
    return (moment - SECONDS).astimezone(before), (moment + SECONDS).astimezone(after)


SET_BACK = "clock set back"
SPANS = {
    "midnight": lambda now: around(now.replace(hour=0, minute=0, second=0)),
    "leap day": lambda now: around(preceding(leap_day, now)),
    "end of a leap day": lambda now: around(preceding(leap_day, now - DAY) + DAY),
    "summer begins": lambda now: around(preceding(summer_begins, now), WINTER, SUMMER),
    "winter begins": lambda now: around(preceding(winter_begins, now), SUMMER, WINTER),
    SET_BACK: lambda now: (now, now - HOUR),
}
"""Begin and end of a transaction before now; in the last one the station's clock was set right while it ran."""

TIMES = {"1.6": "1.6 §3.14", "2": "RFC 3339"}
VALUES = 700
"""About 100 kB, each with a time of its own."""
PARTS = 60
FIRST = 10
"""As many parts as any station sends in a row."""


def start(sut, id, moment):
    """A transaction that begins."""
    if sut.ocpp == "1.6":
        token = sut.tokens.valid.idToken
        return "StartTransaction", {"connectorId": 1, "idTag": token, "meterStart": 100, "timestamp": moment}
    return "TransactionEvent", {**event(sut, id, "Started", moment, 0), "idToken": sut.tokens.valid.payload}


def end(sut, id, number, moment):
    """The same transaction when it ends; `number` is the one that a 1.6 CSMS gave it."""
    if sut.ocpp == "1.6":
        return "StopTransaction", {"transactionId": number, "meterStop": 300, "timestamp": moment}
    return "TransactionEvent", event(sut, id, "Ended", moment, 1)


def event(sut, id, kind, moment, number):
    """A TransactionEvent."""
    state = {"chargingState": "EVConnected"} if kind == "Started" else {}  # E02.FR.13
    return {
        "eventType": kind,
        "timestamp": moment,
        "triggerReason": "Authorized" if kind == "Started" else "EVDeparted",
        "seqNo": number,
        "transactionInfo": {"transactionId": id, **state},
        "evse": {"id": 1, "connectorId": 1},
    }


@case("X_LIMIT_01_CSMS", ocpp=ALL, sut="csms", title="A transaction over a moment that programs trip over")
@pytest.mark.parametrize("span", SPANS, ids=list(SPANS))
async def test_seldom_moments(station, sut, span):
    """A session over midnight, or over the hour that there is not, has to be billed like any other."""
    await given(booted, station, sut)
    first, last = SPANS[span](datetime.now(UTC) - HOUR)
    begin, finish = written(first), written(last)
    id = sut.text(16)
    closed = []
    with step(f"A transaction begins at {begin}"):
        answer = await taken(station, span, start(sut, id, begin), begins_otherwise(station, sut, first))
        if answer is None:
            await expect_probe_answered(station)
            return
        number = answer.transactionId
        on_undo("End the transaction", lambda: ended_now(station, sut, id, number, closed))
    with step(f"It ends at {finish}"):
        otherwise = ends_otherwise(station, sut, id, number, first)
        if await taken(station, span, end(sut, id, number, finish), otherwise) is not None:
            closed.append(finish)
    if closed:
        with step("The CSMS knows it, and that it has ended"):
            try:
                known = await sut.transaction(number if sut.ocpp == "1.6" else id)
            except CannotTell as cannot:
                not_judged("transaction record", because=str(cannot))
            else:
                active = (known or {}).get("active", not known)
                expected = "recorded and ended"
                check("transaction record", bool(known) and not active, expected=expected, received=known)
    await expect_probe_answered(station)


async def taken(station, span, message, otherwise):
    """Send the message and judge that it is answered whatever its time; gives the answer, None for a CALLERROR.

    What is called invalid may be so for its notation or its moment, or as any time that is as old: `otherwise` says the
    same at an ordinary moment of those days, in UTC, and gives whether it was taken. An end before the begin is a
    matter of sanity as well.
    """
    action, payload = message
    answer = await station.attempt(action, **payload)
    sanity = span == SET_BACK
    if answer.error == "PropertyConstraintViolation" and not sanity:
        sanity = not await otherwise()
    requirement = "sane times" if sanity else by_version(TIMES)
    received = answer.error or dict(answer)
    fits = check(requirement, answer.error is None, expected=f"{action} answered", received=received)
    return answer if fits else None


def begins_otherwise(station, sut, first):
    """Begins another transaction a day earlier, in UTC, and ends it if it began; gives whether it did."""

    async def begin():
        id, moment = sut.text(16), (first - DAY).astimezone(UTC)
        action, payload = start(sut, id, written(moment))
        answer = await station.attempt(action, **payload)
        if answer.error is not None:
            return False
        action, payload = end(sut, id, answer.transactionId, written(moment + SECOND))
        await station.attempt(action, **payload)
        return True

    return begin


def ends_otherwise(station, sut, id, number, first):
    """Ends the transaction a second after it began, in UTC; gives whether it did."""

    async def finish():
        action, payload = end(sut, id, number, written(first.astimezone(UTC) + SECOND))
        answer = await station.attempt(action, **payload)
        return answer.error is None

    return finish


async def ended_now(station, sut, id, number, closed):
    """A transaction whose end was refused does not stay open."""
    if not closed:
        action, payload = end(sut, id, number, written(datetime.now(UTC)))
        await station.attempt(action, **payload)


@case("X_LIMIT_02_CSMS", ocpp=ALL, sut="csms", title="Very many meter values in one message")
async def test_very_many_values(station, sut):
    """After a night offline a station has a lot to say, and some say it all at once."""
    await given(booted, station, sut)
    value = "230" if sut.ocpp == "1.6" else 230
    sample = {"value": value, "measurand": "Voltage", "phase": "L1-N", "context": "Sample.Periodic"}
    now = datetime.now(UTC)
    times = [written(now - timedelta(seconds=n)) for n in reversed(range(VALUES))]
    place = {"connectorId": 1} if sut.ocpp == "1.6" else {"evseId": 1}
    values = {**place, "meterValue": [{"timestamp": time, "sampledValue": [sample]} for time in times]}
    with step(f"MeterValues with {VALUES} sampled values arrives"):
        endpoint = station.connection
        answer = await station.outcome_of("MeterValues", values, within=station.timing.message)
        if answer is not None:
            received = answer.error or dict(answer)
        else:
            received = "no answer" if endpoint.is_open else closing_text(endpoint)
        taken = answer is not None and answer.error is None
        check("large message", taken, expected="MeterValues answered with a CALLRESULT", received=received)
    with step("The next valid CALL is answered, where the connection was closed on the next one"):
        await expect_recovery(station)


@case("X_LIMIT_03_CSMS", ocpp=("2.0.1", "2.1"), sut="csms", title="A report in very many parts")
async def test_report_in_many_parts(station, sut):
    """A large station tells its device model in dozens of messages, and each counts."""
    await given(booted, station, sut)
    values = [sut.text(12) for _ in range(PARTS)]
    with step("The CSMS asks for a report"):
        await sut.request("GetBaseReport", reportBase="FullInventory")
        asked = await station.expect("GetBaseReport", requirement="operator request")
    with step(f"It gets it in {PARTS} parts, a variable in each"):
        taken = 0
        for number, value in enumerate(values):
            answer = await station.attempt("NotifyReport", **part(asked.requestId, number, value))
            if answer.error is not None:
                break
            taken += 1
        told = "all answered" if taken == PARTS else f"part {taken}: {answer.error} {answer.description}"
        check("OCPP-J 4.2.3", taken >= FIRST, expected=f"the first {FIRST} parts answered", received=told)
        check("many parts", taken == PARTS, expected=f"{PARTS} parts answered", received=told)
    for number in sorted({0, taken // 2, taken - 1}) if taken else ():
        with step(f"The CSMS knows what part {number} said"):
            try:
                known = await sut.variable("ProofCtrlr", f"Part{number}", value=values[number])
            except CannotTell as cannot:
                not_judged("reported variables", because=str(cannot))
            else:
                check("reported variables", known == values[number], expected=values[number], received=known)
    with step("The next valid CALL is answered"):
        await expect_probe_answered(station)


def part(request, number, value):
    """One part of the report."""
    data = {
        "component": {"name": "ProofCtrlr"},
        "variable": {"name": f"Part{number}"},
        "variableAttribute": [{"value": value, "mutability": "ReadOnly"}],
        "variableCharacteristics": {"dataType": "string", "supportsMonitoring": False},
    }
    return {
        "requestId": request,
        "generatedAt": written(datetime.now(UTC)),
        "seqNo": number,
        "tbc": number < PARTS - 1,
        "reportData": [data],
    }
