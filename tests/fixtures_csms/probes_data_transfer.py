"""Dialogues with customData in 2.x: in a request, and in a part of one."""

from __future__ import annotations

from typing import Any

from .probes import TIME, V2, Probe, probe

CUSTOM = {"vendorId": "org.example", "shade": "green"}


@probe(*V2)
async def custom_data_of_a_status(p: Probe) -> Any:
    async with p.line() as line:
        return await line.call(
            "StatusNotification",
            timestamp=TIME,
            connectorStatus="Available",
            evseId=1,
            connectorId=1,
            customData=CUSTOM,
        )


@probe(*V2)
async def custom_data_of_an_event(p: Probe) -> Any:
    async with p.line() as line:
        return await p.event(line, "Started", 0, customData=CUSTOM)


@probe(*V2)
async def custom_data_of_a_transaction(p: Probe) -> Any:
    async with p.line() as line:
        return await p.event(line, "Started", 0, info={"customData": CUSTOM})
