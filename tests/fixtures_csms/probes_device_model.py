"""Dialogues of 2.x about what a station is and how it connects: variables, reports, resets, network profiles, boots."""

from __future__ import annotations

from typing import Any

from .probes import TIME, V2, Probe, probe

LIMIT = {"component": {"name": "DeviceDataCtrlr"}, "variable": {"name": "ItemsPerMessage", "instance": "GetVariables"}}
FIRST, SECOND = (
    {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": name}}
    for name in ("OfflineThreshold", "HeartbeatInterval")
)
APN = [
    {
        "component": {"name": "NetworkConfiguration", "instance": "2"},
        "variable": {"name": name},
        "attributeValue": value,
    }
    for name, value in (("ApnEnabled", "true"), ("VpnEnabled", "false"))
]


def got(*values: tuple[dict[str, Any], str]) -> dict[str, Any]:
    return {
        "getVariableResult": [of | {"attributeStatus": "Accepted", "attributeValue": value} for of, value in values]
    }


@probe(*V2)
async def no_more_variables_than_it_takes(p: Probe) -> Any:
    async with p.line() as line:
        await p.demand("GetVariables", getVariableData=[LIMIT])
        await line.answer(got((LIMIT, "1")))
        await p.variable("DeviceDataCtrlr.ItemsPerMessage[GetVariables]")
        await p.demand("GetVariables", getVariableData=[FIRST, SECOND])
        return [await line.answer(got((FIRST, "60"))), await line.answer(got((SECOND, "300")), 0.2)]


@probe(*V2)
async def several_variables(p: Probe) -> Any:
    data = [FIRST | {"attributeValue": "77"}, SECOND | {"attributeValue": "288"}]
    done = {"setVariableResult": [of | {"attributeStatus": "Accepted"} for of in (FIRST, SECOND)]}
    return [
        await p.sends("GetVariables", got((FIRST, "60"), (SECOND, "300")), getVariableData=[FIRST, SECOND]),
        await p.variable("OCPPCommCtrlr.HeartbeatInterval"),
        await p.sends("SetVariables", done, setVariableData=data),
        await p.variable("OCPPCommCtrlr.OfflineThreshold"),
        await p.sends("SetVariables", {"setVariableResult": []}, setVariableData=APN),
    ]


@probe(*V2)
async def base_reports(p: Probe) -> Any:
    found = []
    for base in ("ConfigurationInventory", "FullInventory"):
        async with p.line() as line:
            await p.demand("GetBaseReport", reportBase=base)
            found.append(await line.answer({"status": "Accepted"}))
            entry = FIRST | {"variableAttribute": [{"value": "61"}]}
            await line.call("NotifyReport", requestId=1, generatedAt=TIME, seqNo=0, tbc=False, reportData=[entry])
        found.append(await p.variable("OCPPCommCtrlr.OfflineThreshold"))
    return found


@probe(*V2)
async def custom_report(p: Probe) -> Any:
    return await p.sends("GetReport", componentCriteria=["Problem"], componentVariable=[FIRST])


@probe(*V2)
async def resets(p: Probe) -> Any:
    kinds = ["Immediate", "OnIdle"] + (["ImmediateAndResume"] if p.version == "2.1" else [])
    return [await p.sends("Reset", type=kind, evseId=1) for kind in kinds]


@probe(*V2)
async def network_profiles(p: Probe) -> Any:
    data = {
        "ocppCsmsUrl": "wss://csms.example",
        "ocppInterface": "Wired0",
        "ocppTransport": "JSON",
        "ocppVersion": "OCPP20",
        "messageTimeout": 30,
        "securityProfile": 2,
    }
    if p.version == "2.1":
        data |= {"identity": "CS", "basicAuthPassword": "0123456789abcdef"}
    async with p.line() as line:
        await p.demand("SetNetworkProfile", configurationSlot=2, connectionData=data)
        return [await line.answer({"status": "Failed"}), await line.receive(0.2), await line.call("Heartbeat")]


@probe(*V2)
async def boots_for_a_reason(p: Probe) -> Any:
    async with p.line() as line:
        return [await p.boot(line, reason) for reason in ("Triggered", "ScheduledReset")]
