"""Dialogues about remote control in 2.x: starts before the cable, unlocking, availability, and what is triggered."""

from __future__ import annotations

from typing import Any

from .probes import QUIET, TIME, TOKEN, V2, Probe, probe

SAMPLE = [{"timestamp": TIME, "sampledValue": [{"value": 1, "context": "Trigger"}]}]
PLACE = {"id": 1, "connectorId": 1}


@probe(*V2)
async def remote_start_first(p: Probe) -> Any:
    async with p.line() as line:
        await p.demand("RequestStartTransaction", idToken=TOKEN, remoteStartId=7)
        return [
            await line.answer({"status": "Accepted"}),
            await p.authorize(line, "GOOD"),
            await p.event(line, "Started", 0, "RemoteStart", info={"remoteStartId": 7}, idToken=TOKEN),
            await p.event(line, "Updated", 1, "EVConnectTimeout"),
        ]


@probe(*V2)
async def unlock(p: Probe) -> Any:
    async with p.line() as line:
        await p.demand("UnlockConnector", evseId=1, connectorId=1)
        return [await line.answer({"status": "Unlocked"}), await line.receive(QUIET)]


@probe(*V2)
async def availability(p: Probe) -> Any:
    """Of a connector, an EVSE and the station, out of service and back."""
    return [
        await p.sends("ChangeAvailability", operationalStatus="Inoperative", evse=PLACE),
        await p.sends("ChangeAvailability", operationalStatus="Inoperative"),
        await p.sends("ChangeAvailability", operationalStatus="Operative", evse={"id": 2}),
    ]


@probe(*V2)
async def lock_failure(p: Probe) -> Any:
    event = {
        "eventId": 1,
        "timestamp": TIME,
        "trigger": "Alerting",
        "actualValue": "true",
        "eventNotificationType": "HardWiredNotification",
        "component": {"name": "ConnectorPlugRetentionLock", "evse": PLACE},
        "variable": {"name": "Problem"},
    }
    async with p.line() as line:
        return await line.call("NotifyEvent", generatedAt=TIME, seqNo=0, eventData=[event])


@probe(*V2)
async def triggers_at_a_place(p: Probe) -> Any:
    """An id of what has a place is no number that differs from run to run."""
    values = await p.sends("TriggerMessage", requestedMessage="MeterValues", evse={"id": 1})
    status = await p.sends("TriggerMessage", requestedMessage="StatusNotification", evse=PLACE)
    return [(action, payload, payload.get("evse", {}).get("id") == 1) for action, payload in (values, status)]


@probe(*V2)
async def trigger_not_implemented(p: Probe) -> Any:
    async with p.line() as line:
        await p.demand("TriggerMessage", requestedMessage="SignCombinedCertificate")
        return [await line.answer({"status": "NotImplemented"}), await line.receive(QUIET)]


@probe("2.1")
async def custom_trigger(p: Probe) -> Any:
    return await p.sends("TriggerMessage", requestedMessage="CustomTrigger", customTrigger="Custom2")


@probe(*V2)
async def triggered(p: Probe) -> Any:
    async with p.line() as line:
        return [
            await line.call("MeterValues", evseId=1, meterValue=SAMPLE),
            await p.event(line, "Started", 0, "Trigger", meterValue=SAMPLE),
            await line.call("LogStatusNotification", status="Idle"),
            await line.call("FirmwareStatusNotification", status="Idle"),
        ]
