"""Dialogues of 2.x about readings: outside of a transaction, by the clock, at intervals, late, and many at its end."""

from __future__ import annotations

from typing import Any

from .probes import TIME, TOKEN, V2, Probe, probe


def values(*numbers: int, context: str = "Sample.Periodic") -> list[dict[str, Any]]:
    return [{"timestamp": TIME, "sampledValue": [{"value": number, "context": context}]} for number in numbers]


@probe(*V2)
async def meters_outside_transactions(p: Probe) -> Any:
    event = {
        "eventId": 1,
        "timestamp": TIME,
        "trigger": "Periodic",
        "actualValue": "7",
        "eventNotificationType": "HardWiredMonitor",
        "component": {"name": "FiscalMetering"},
        "variable": {"name": "EnergyImportRegister"},
    }
    async with p.line() as line:
        return [
            await line.call("MeterValues", evseId=0, meterValue=values(7)),
            await line.call("NotifyEvent", generatedAt=TIME, seqNo=0, eventData=[event]),
        ]


@probe(*V2)
async def meters_of_a_transaction(p: Probe) -> Any:
    async with p.line() as line:
        await p.event(line, "Started", 0, "Authorized", idToken=TOKEN)
        await p.event(line, "Updated", 1, "CablePluggedIn", meterValue=values(10, context="Transaction.Begin"))
        await p.event(line, "Updated", 2, "MeterValueClock", meterValue=values(20, context="Sample.Clock"))
        middle = await p.http("GET", f"/stations/{p.identity}/transactions/T1")
        await p.event(line, "Updated", 3, "MeterValuePeriodic", meterValue=values(30))
        later = await p.http("GET", f"/stations/{p.identity}/transactions/T1")
        await p.event(line, "Ended", 4, "EVCommunicationLost", meterValue=values(40, 50))
    end = await p.http("GET", f"/stations/{p.identity}/transactions/T1")
    return [(found["meterStart"], found["meterStop"]) for found in (middle, later, end)]
