"""What a CSMS is told of seldom moments, of very much at once, and in very many parts."""

from datetime import UTC, datetime, timedelta

import pytest
from ocpp_proof import ALL, CannotTell, case, check, given, not_judged, step

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

SECONDS = timedelta(seconds=2)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def around(moment, before=UTC, after=UTC):
    """Two seconds before the moment and two seconds after it, in the time zones that hold there."""
    return (moment - SECONDS).astimezone(before), (moment + SECONDS).astimezone(after)


SPANS = {
    "midnight": lambda now: around(now.replace(hour=0, minute=0, second=0)),
    "leap day": lambda now: around(preceding(leap_day, now)),
    "end of a leap day": lambda now: around(preceding(leap_day, now - DAY) + DAY),
    "summer begins": lambda now: around(preceding(summer_begins, now), WINTER, SUMMER),
    "winter begins": lambda now: around(preceding(winter_begins, now), SUMMER, WINTER),
    "clock set back": lambda now: (now, now - HOUR),
}
"""Begin and end of a transaction before now; in the last one the station's clock was set right while it ran."""

VALUES = 1_000
PARTS = 100


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
    return {
        "eventType": kind,
        "timestamp": moment,
        "triggerReason": "Authorized" if kind == "Started" else "EVDeparted",
        "seqNo": number,
        "transactionInfo": {"transactionId": id},
        "evse": {"id": 1, "connectorId": 1},
    }


@case("X_LIMIT_01_CSMS", ocpp=ALL, sut="csms", title="A transaction over a moment that programs trip over")
@pytest.mark.parametrize("span", SPANS, ids=list(SPANS))
async def test_seldom_moments(station, sut, span):
    """A session over midnight, or over the hour that there is not, has to be billed like any other."""
    await given(booted, station, sut)
    begin, finish = map(written, SPANS[span](datetime.now(UTC) - HOUR))
    id = sut.text(16)
    with step(f"A transaction begins at {begin}"):
        action, payload = start(sut, id, begin)
        answer = await station.attempt(action, **payload)
        check("RFC 3339", answer.error is None, expected=f"{action} answered", received=answer.error or dict(answer))
    with step(f"It ends at {finish}"):
        number = answer.transactionId
        action, payload = end(sut, id, number, finish)
        ended = await station.attempt(action, **payload)
        check("RFC 3339", ended.error is None, expected=f"{action} answered", received=ended.error or dict(ended))
    with step("The CSMS knows it, and that it has ended"):
        try:
            known = await sut.transaction(number if sut.ocpp == "1.6" else id)
        except CannotTell as cannot:
            not_judged("transaction delivery", because=str(cannot))
        else:
            active = (known or {}).get("active", not known)
            check("transaction delivery", bool(known) and not active, expected="recorded and ended", received=known)
        await expect_probe_answered(station)


@case("X_LIMIT_02_CSMS", ocpp=ALL, sut="csms", title="Very many meter values in one message")
async def test_very_many_values(station, sut):
    """After a night offline a station has a lot to say, and some say it all at once."""
    await given(booted, station, sut)
    value = "230" if sut.ocpp == "1.6" else 230
    sample = {"value": value, "measurand": "Voltage", "phase": "L1-N", "context": "Sample.Periodic"}
    measured = {"timestamp": written(datetime.now(UTC)), "sampledValue": [sample] * VALUES}
    place = {"connectorId": 1} if sut.ocpp == "1.6" else {"evseId": 1}
    with step(f"MeterValues with {VALUES} sampled values arrives"):
        answer = await station.attempt("MeterValues", **place, meterValue=[measured])
        check(
            "large message",
            answer.error is None,
            expected="MeterValues answered with a CALLRESULT",
            received=answer.error or dict(answer),
        )
    with step("The next valid CALL is answered on the same connection"):
        await expect_probe_answered(station)


@case("X_LIMIT_03_CSMS", ocpp=("2.0.1", "2.1"), sut="csms", title="A report in very many parts")
async def test_report_in_many_parts(station, sut):
    """A large station tells its device model in dozens of messages, and each counts."""
    await given(booted, station, sut)
    values = [sut.text(12) for _ in range(PARTS)]
    with step("The CSMS asks for a report"):
        await sut.request("GetBaseReport", reportBase="FullInventory")
        asked = await station.expect("GetBaseReport", requirement="operator request")
    with step(f"It gets it in {PARTS} parts, a variable in each"):
        refused = []
        for number, value in enumerate(values):
            answer = await station.attempt("NotifyReport", **part(asked.requestId, number, value))
            refused += [f"part {number}: {answer.error}"] if answer.error is not None else []
        check("B07.FR.01", not refused, expected=f"{PARTS} parts answered", received=refused[:5] or "all answered")
    for number in (0, PARTS // 2, PARTS - 1):
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
