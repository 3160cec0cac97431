"""Short dialogues with the 1.6 Central System: what its defects in the Core profile and the local list change."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from websockets.exceptions import ConnectionClosed

from .probes import QUIET, TIME, V16, Line, Probe, probe

LONG_AGO = "2020-01-01T00:00:00Z"
KNOWN = ("GOOD", "BLOCKED", "EXPIRED")
STATUSES = ("SuspendedEV", "Finishing", "Faulted")
REASONS = ("EVDisconnected", "Remote", "UnlockCommand", "PowerLoss", "DeAuthorized")


async def alive(line: Line) -> bool:
    """Whether the CSMS still answers a moment later."""
    await asyncio.sleep(QUIET)
    with contextlib.suppress(ConnectionClosed):
        return isinstance(await line.call("Heartbeat"), dict)
    return False


async def said(p: Probe, action: str, response: dict[str, Any], **payload: Any) -> Any:
    """What the CSMS puts on the wire, and whether it survives the answer."""
    async with p.line() as line:
        await p.demand(action, **payload)
        return [await line.answer(response), await alive(line)]


async def shown(p: Probe, number: int) -> Any:
    found = await p.http("GET", f"/stations/{p.identity}/transactions/{number}")
    return [found["active"], found["stoppedReason"], found["started"] == TIME]


@probe(*V16)
async def statuses_core(p: Probe) -> Any:
    async with p.line() as line:
        return [await p.status(line, word) for word in STATUSES]


@probe(*V16)
async def second_boot(p: Probe) -> Any:
    async with p.line() as line:
        return await p.boot(line)


@probe(*V16)
async def tokens_core(p: Probe) -> Any:
    async with p.line() as line:
        return [await p.authorize(line, token) for token in ("EXPIRED", "NOBODY", "GOOD", "GOOD")]


@probe(*V16)
async def starts_core(p: Probe) -> Any:
    async with p.line() as line:
        await p.authorize(line, "GOOD")
        late = await p.start(line, timestamp=LONG_AGO)
        return [(await p.start(line, idTag="NOBODY"))["idTagInfo"], late["idTagInfo"]]


@probe(*V16)
async def stops_core(p: Probe) -> Any:
    found = []
    async with p.line() as line:
        await p.authorize(line, "GOOD")
        beside = await p.start(line, connectorId=2)
        for number, reason in enumerate(REASONS):
            tx = await p.start(line, meterStart=number)
            end = {"transactionId": tx["transactionId"], "meterStop": 9, "timestamp": TIME, "reason": reason}
            found.append([await line.call("StopTransaction", **end), await shown(p, tx["transactionId"])])
        return [found, await shown(p, beside["transactionId"])]


@probe(*V16)
async def remote_stop_core(p: Probe) -> Any:
    async with p.line() as line:
        await p.authorize(line, "GOOD")
        first, second = await p.start(line), await p.start(line, connectorId=2)
        await p.demand("RemoteStopTransaction", transactionId=first["transactionId"])
        _, request = await line.answer({"status": "Rejected"})
        going = await alive(line)
        active = [await shown(p, tx["transactionId"]) for tx in (first, second)]
        return [request["transactionId"] == first["transactionId"], going, active]


@probe(*V16)
async def unlock_core(p: Probe) -> Any:
    return await said(p, "UnlockConnector", {"status": "Unlocked"}, connectorId=1)


@probe(*V16)
async def reset_core(p: Probe) -> Any:
    return [await p.sends("Reset", type=kind) for kind in ("Hard", "Soft")]


@probe(*V16)
async def change_core(p: Probe) -> Any:
    sent = await said(p, "ChangeConfiguration", {"status": "Rejected"}, key="MeterValueSampleInterval", value="-1")
    return [sent, await p.http("GET", f"/stations/{p.identity}/variables/MeterValueSampleInterval")]


@probe(*V16)
async def keys_core(p: Probe) -> Any:
    entries = [{"key": f"K{number:02}", "readonly": False, "value": str(number)} for number in range(12)]
    sent = await p.sends("GetConfiguration", {"configurationKey": entries})
    return [sent, await p.variable("K11")]


@probe(*V16)
async def list_core(p: Probe) -> Any:
    async with p.line() as line:
        await p.demand("GetLocalListVersion")
        found = [await line.answer({"listVersion": 40})]
        await p.demand("SendLocalList", updateType="Differential")
        found.append(await line.answer({"status": "Accepted"}))
        await p.demand("SendLocalList", updateType="Full")
        found.append(await line.answer({"status": "Accepted"}))
    for _, request in found[1:]:  # another dialogue makes up a token at the same time
        entries = request.get("localAuthorizationList", [])
        request["localAuthorizationList"] = [entry for entry in entries if entry["idTag"] in KNOWN]
    return found


@probe(*V16)
async def list_versions_core(p: Probe) -> Any:
    return [await said(p, "GetLocalListVersion", {"listVersion": version}) for version in (-1, 0)]
