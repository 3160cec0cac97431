"""Dialogues about TransactionEvents of each kind, and what a CSMS asks and tells of a transaction (2.x)."""

from __future__ import annotations

import asyncio
from typing import Any

from .probes import TIME, TOKEN, V2, Line, Probe, probe

V21 = ("2.1",)
NOBODY = {"idToken": "NOBODY", "type": "ISO14443"}
SIGNED = {"signedMeterData": "AA==", "signingMethod": "", "encodingMethod": "OCMF", "publicKey": "AA=="}
EVSE = {"id": 1, "connectorId": 1}
PROFILE = {
    "stackLevel": 1,
    "chargingProfilePurpose": "TxProfile",
    "chargingProfileKind": "Absolute",
    "transactionId": "T1",
    "chargingSchedule": [
        {"startSchedule": TIME, "chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6.0}]}
    ],
}


async def recorded(p: Probe, name: str, transaction: str = "T1") -> Any:
    shown = await p.http("GET", f"/stations/{p.identity}/transactions/{transaction}")
    return shown if isinstance(shown, int) else shown[name]


@probe(*V2)
async def starts(p: Probe) -> Any:
    signed = [{"timestamp": TIME, "sampledValue": [{"value": 0, "signedMeterValue": SIGNED}]}]
    kinds: list[tuple[str, str, dict[str, Any]]] = [
        ("EVDetected", "Idle", {}),
        ("Authorized", "Idle", {"idToken": TOKEN}),
        ("Authorized", "EVConnected", {"idToken": NOBODY}),
        ("SignedDataReceived", "EVConnected", {"idToken": TOKEN, "meterValue": signed}),
        ("ChargingStateChanged", "SuspendedEVSE", {"idToken": TOKEN}),
        ("ChargingStateChanged", "Charging", {"idToken": TOKEN}),
        ("ChargingStateChanged", "SuspendedEV", {"idToken": TOKEN}),
    ]
    async with p.line() as line:
        return [
            await p.event(line, "Started", 0, trigger, transaction=f"T{n}", info={"chargingState": state}, **more)
            for n, (trigger, state, more) in enumerate(kinds)
        ]


@probe(*V2)
async def ends(p: Probe) -> Any:
    kinds = [
        ("EVConnectTimeout", "Timeout", "Idle"),
        ("EVCommunicationLost", "EVDisconnected", "Idle"),
        ("EVDeparted", "Local", "Idle"),
        ("RemoteStop", "Remote", "Charging"),
        ("Deauthorized", "DeAuthorized", "Charging"),
        ("ChargingStateChanged", "StoppedByEV", "SuspendedEV"),
        ("ChargingStateChanged", "Local", "EVConnected"),
    ]
    found = []
    async with p.line() as line:
        for n, (trigger, reason, state) in enumerate(kinds):
            name = f"T{n}"
            await p.event(line, "Started", 0, transaction=name, idToken=TOKEN)
            info = {"stoppedReason": reason, "chargingState": state}
            found.append(await p.event(line, "Ended", 1, trigger, transaction=name, info=info))
            found.append(await recorded(p, "stoppedReason", name))
    return found


@probe(*V2)
async def late_events(p: Probe) -> Any:
    async with p.line() as line:
        await p.event(line, "Started", 0, idToken=TOKEN, evse=EVSE, info={"chargingState": "Charging"})
        out = await p.event(line, "Updated", 1, "EVCommunicationLost", info={"chargingState": "Idle"})
        found = [out, await recorded(p, "active"), await recorded(p, "chargingState")]
    async with p.line(boot=False) as line:
        found.append(await p.event(line, "Ended", 3, "EVDeparted", offline=True))
        found.append(await p.event(line, "Updated", 2, "ChargingStateChanged", offline=True))
    return [found, await recorded(p, "seqNos"), await recorded(p, "evseId")]


@probe(*V2)
async def asked_of_a_transaction(p: Probe) -> Any:
    async with p.line() as line:
        await p.event(line, "Started", 0, idToken=TOKEN)
        await p.demand("GetTransactionStatus", transactionId="T1")
        found = [await line.answer({"messagesInQueue": False, "ongoingIndicator": True})]
        await p.demand("GetTransactionStatus")
        found.append(await line.answer({"messagesInQueue": False}))
        await p.demand("RequestStopTransaction", transactionId="T1")
        return [*found, await line.answer({"status": "Accepted"})]


async def limited(p: Probe, line: Line, transaction: str | None = None, **limit: float) -> Any:
    """The operator limits a transaction, or the next one; the station supports two limits."""
    wish = {"limit": limit, "transactionId": transaction, "idToken": "GOOD"}
    asking = asyncio.ensure_future(p.http("PUT", f"/stations/{p.identity}/limits", wish))
    named = {"component": {"name": "TxCtrlr"}, "variable": {"name": "SupportedLimits"}}
    value = {"attributeStatus": "Accepted", "attributeValue": "maxCost,maxEnergy"}
    await line.answer({"getVariableResult": [named | value]})
    return await asking


@probe(*V21)
async def limits(p: Probe) -> Any:
    own = {"transactionLimit": {"maxEnergy": 6000}}
    async with p.line() as line:
        found = [
            await limited(p, line, maxEnergy=6000),
            await p.event(line, "Started", 0, idToken=TOKEN),
            await p.event(line, "Updated", 1, "LimitSet", info=own),
            await limited(p, line, "T1", maxEnergy=10_000),
            await p.event(line, "Updated", 2, "Trigger"),
            await p.event(line, "Updated", 3, "EnergyLimitReached"),
            await limited(p, line, maxTime=60),
        ]
        found.append(await limited(p, line, maxCost=10))
        found.append(await p.event(line, "Started", 0, transaction="T2", idToken=TOKEN))
        return [*found, await p.event(line, "Updated", 1, "Trigger", transaction="T2")]


@probe(*V21)
async def cost_of_the_station(p: Probe) -> Any:
    total = {"currency": "EUR", "typeOfCost": "NormalCost", "total": {"exclTax": 1.0}}
    details = {"totalCost": total, "totalUsage": {"energy": 0, "chargingTime": 60, "idleTime": 0}}
    async with p.line() as line:
        await p.event(line, "Started", 0, idToken=TOKEN)
        return await p.event(line, "Updated", 1, "RunningCost", costDetails=details)


@probe(*V21)
async def tariff(p: Probe) -> Any:
    prices = {"prices": [{"priceMinute": 1.0}]}
    return await p.sends("SetDefaultTariff", tariff={"currency": "EUR", "chargingTime": prices})


@probe(*V21)
async def resuming(p: Probe) -> Any:
    async with p.line() as line:
        await p.event(line, "Started", 0, idToken=TOKEN, evse=EVSE)
        await p.demand("SetChargingProfile", evseId=1, chargingProfile=PROFILE)
        await line.answer({"status": "Accepted"})
    async with p.line() as line:
        found = [await recorded(p, "active"), await p.event(line, "Updated", 1, "TxResumed")]
        return [*found, await line.answer({"status": "Accepted"})]
