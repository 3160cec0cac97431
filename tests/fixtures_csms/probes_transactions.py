"""Dialogues about tokens and transactions, in every version."""

from __future__ import annotations

from typing import Any

from .probes import ALL, TIME, TOKEN, V2, V16, Probe, probe

# --- tokens


@probe(*ALL)
async def tokens(p: Probe) -> Any:
    async with p.line() as line:
        found = [await p.authorize(line, token) for token in ("GOOD", "BLOCKED", "NOBODY")]
        name = f"T{abs(hash(p.identity)) % 1000}"
        await p.http("PUT", f"/tokens/{name}", {"status": "Accepted"})
        found.append(await p.authorize(line, name))
        await p.http("PUT", f"/tokens/{name}", {"status": "Blocked"})
        return [*found, await p.authorize(line, name)]


# --- transactions


@probe(*V16)
async def charging(p: Probe) -> Any:
    async with p.line() as line:
        await p.authorize(line, "GOOD")
        first, again = await p.start(line), await p.start(line)
        other = await p.start(line, connectorId=2)
        number = first["transactionId"]
        end = {"meterStop": 9, "timestamp": TIME, "reason": "Local"}
        stop = await line.call("StopTransaction", transactionId=number, **end)
        shown = await p.http("GET", f"/stations/{p.identity}/transactions/{number}")
        ids = [first["transactionId"] == again["transactionId"], other["transactionId"] == number]
        return [first["idTagInfo"], ids, stop, shown["active"]]


@probe(*V16)
async def charging_offline(p: Probe) -> Any:
    async with p.line() as line:
        return (await p.start(line))["idTagInfo"]


@probe(*V16)
async def charging_plug_first(p: Probe) -> Any:
    async with p.line() as line:
        await p.status(line, "Preparing")
        await p.authorize(line, "GOOD")
        return (await p.start(line))["idTagInfo"]


@probe(*V16)
async def charging_reserved(p: Probe) -> Any:
    async with p.line() as line:
        found = await p.status(line, "Reserved")
        await p.authorize(line, "GOOD")
        return [found, (await p.start(line, reservationId=5))["idTagInfo"]]


@probe(*V16)
async def charging_remotely(p: Probe) -> Any:
    async with p.line() as line:
        await p.demand("RemoteStartTransaction", idTag="GOOD")
        sent = await line.answer({"status": "Accepted"})
        return [sent, await p.authorize(line, "GOOD")]


@probe(*V2)
async def plug_first(p: Probe) -> Any:
    def energy(value: int) -> list[Any]:
        return [{"timestamp": TIME, "sampledValue": [{"value": value}]}]

    async with p.line() as line:
        found = [
            await p.event(line, "Started", 0, "CablePluggedIn", meterValue=energy(0)),
            await p.event(line, "Updated", 1, idToken=TOKEN),
            await p.event(line, "Updated", 2, "MeterValuePeriodic", meterValue=energy(2000)),
            await p.event(line, "Updated", 2, "MeterValuePeriodic", meterValue=energy(2000)),
            await p.event(line, "Ended", 3, "StopAuthorized"),
        ]
        shown = await p.http("GET", f"/stations/{p.identity}/transactions/T1")
        second = await p.event(line, "Started", 0, transaction="T2")
        return [found, shown["active"], shown["seqNos"], second]


@probe(*V2)
async def remote_start_event(p: Probe) -> Any:
    async with p.line() as line:
        return await p.event(line, "Started", 0, "RemoteStart", info={"remoteStartId": 5}, idToken=TOKEN)


@probe(*V2)
async def statuses(p: Probe) -> Any:
    async with p.line() as line:
        return [await p.status(line, word) for word in ("Reserved", "Unavailable")]
