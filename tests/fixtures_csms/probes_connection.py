"""Dialogues about framing, connections and boot, in every version."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from typing import Any

from websockets.exceptions import ConnectionClosed, InvalidHandshake

from .probes import ALL, QUIET, V2, Probe, probe

# --- framing


@probe(*ALL)
async def unreadable_frame(p: Probe) -> Any:
    async with p.line() as line:
        return [await line.raw('[2,"u","Heartbeat"]'), await line.call("Heartbeat")]


@probe(*ALL)
async def unknown_action(p: Probe) -> Any:
    async with p.line() as line:
        return (await line.raw('[2,"u","Nonsense",{}]'))[:3]


@probe(*ALL)
async def violation(p: Probe) -> Any:
    async with p.line() as line:
        return [(await line.raw('[2,"u","Heartbeat",{"a":1}]'))[:3], await line.call("Authorize")]


@probe(*ALL)
async def two_demands(p: Probe) -> Any:
    async with p.line() as line:
        await p.demand("ClearCache")
        await p.demand("ClearCache")
        first, second = await line.receive(), await line.receive(QUIET)
        if second != "silence":
            return [first[1] == second[1], "both"]
        crossing = await line.call("Heartbeat")
        await line.websocket.send(json.dumps([3, first[1], {"status": "Accepted"}]))
        second = await line.receive(QUIET)
        return [first[1] == second[1], "one after the other", crossing]


@probe(*ALL)
async def two_connections(p: Probe) -> Any:
    async with p.line() as old, p.line() as new:
        await p.demand("ClearCache")
        found = await new.receive()
        await old.websocket.close()
        return found[2] if isinstance(found, list) else found


@probe(*ALL)
async def reconnect(p: Probe) -> Any:
    async with p.line():
        pass
    async with p.line(boot=False) as line:
        return await line.call("Heartbeat")


@probe(*ALL)
async def foreign_subprotocol(p: Probe) -> Any:
    found = []
    for names in (["ocpp0.1"], ["ocpp0.1", f"ocpp{p.version}"]):
        try:
            async with p.line(boot=False, subprotocols=names) as line:
                found.append([line.websocket.subprotocol, await p.boot(line)])
        except (InvalidHandshake, ConnectionClosed) as error:
            found.append(type(error).__name__)
    return found


# --- boot


@probe(*ALL)
async def boot(p: Probe) -> Any:
    async with p.line(boot=False) as line:
        return [await p.boot(line), await line.call("Heartbeat"), await p.status(line, "Available")]


@probe(*V2)
async def clock(p: Probe) -> Any:
    async with p.line(boot=False) as line:
        told = (await p.boot(line))["currentTime"].rstrip("Z") + "+00:00"
    return abs((datetime.now(UTC) - datetime.fromisoformat(told)).total_seconds()) < 5


@probe(*ALL)
async def pending(p: Probe) -> Any:
    await p.http("PUT", f"/stations/{p.identity}", {"registration": "Pending"})
    async with p.line(boot=False) as line:
        found = [await p.boot(line)]
        with contextlib.suppress(ConnectionClosed):
            found.append(await line.call("Heartbeat"))
        return found


@probe(*V2)
async def boot_reasons(p: Probe) -> Any:
    async with p.line() as line:
        return [await p.boot(line, reason) for reason in ("RemoteReset", "FirmwareUpdate", "PowerUp")]


@probe(*ALL)
async def boot_keeps_transactions(p: Probe) -> Any:
    async with p.line() as line:
        if p.first:
            await p.start(line)
        else:
            await p.event(line, "Started", 0)
        await p.boot(line)
        return len(await p.http("GET", f"/stations/{p.identity}/transactions"))
