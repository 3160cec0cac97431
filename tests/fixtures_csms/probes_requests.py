"""Dialogues about what the CSMS sends, in every version."""

from __future__ import annotations

from typing import Any

from .probes import ALL, QUIET, TIME, TOKEN, V2, V16, Probe, probe

# --- requests


@probe(*ALL)
async def remote_start(p: Probe) -> Any:
    async with p.line() as line:
        payload = {"idTag": "GOOD"} if p.first else {"idToken": TOKEN}
        await p.demand("RemoteStartTransaction" if p.first else "RequestStartTransaction", **payload)
        return [await line.answer({"status": "Rejected"}), await line.receive(QUIET)]


@probe(*ALL)
async def triggers(p: Probe) -> Any:
    more = {"connectorId": 1} if p.first else {}
    return [
        await p.sends("TriggerMessage", requestedMessage="Heartbeat"),
        await p.sends("TriggerMessage", requestedMessage="StatusNotification", **more),
    ]


@probe(*ALL)
async def reservation(p: Probe) -> Any:
    payload = {"idTag": "GOOD", "connectorId": 1} if p.first else {"idToken": TOKEN, "evseId": 1}
    return await p.sends("ReserveNow", **payload)


@probe(*ALL)
async def charging_profile(p: Probe) -> Any:
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 8.1}]}
    profile = {"chargingProfilePurpose": "TxDefaultProfile", "chargingProfileKind": "Absolute", "validFrom": TIME}
    if p.first:
        return await p.sends(
            "SetChargingProfile", connectorId=1, csChargingProfiles=profile | {"chargingSchedule": schedule}
        )
    return await p.sends("SetChargingProfile", evseId=1, chargingProfile=profile | {"chargingSchedule": [schedule]})


@probe(*ALL)
async def firmware(p: Probe) -> Any:
    found = {"location": "http://h/f", "retrieveDateTime": TIME}
    return await p.sends("SignedUpdateFirmware" if p.first else "UpdateFirmware", firmware=found)


@probe(*V2)
async def passed_on(p: Probe) -> Any:
    """What the operator chose is sent as it is: who signed the firmware, and which root is installed."""
    wish = {"location": "http://h/f", "retrieveDateTime": TIME, "signingCertificate": "SIGNER", "signature": "c2lnbg=="}
    _, update = await p.sends("UpdateFirmware", firmware=wish)
    sent = await p.sends("InstallCertificate", certificateType="CSMSRootCertificate", certificate="ROOT")
    return [update["firmware"] == wish, sent[1].get("certificate") == "ROOT"]


@probe(*V16)
async def configuration(p: Probe) -> Any:
    return [
        await p.sends("GetConfiguration", {}, key=["SupportedFeatureProfiles"]),
        await p.sends("ChangeConfiguration", key="AuthorizationKey", value="00112233445566778899"),
        p.csms.station(p.identity).password,
    ]


@probe(*V16)
async def diagnostics_status(p: Probe) -> Any:
    async with p.line() as line:
        return await line.call("DiagnosticsStatusNotification", status="Idle")


@probe(*V2)
async def variables(p: Probe) -> Any:
    asked = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "OfflineThreshold"}}
    names = {"component": {"name": "SecurityCtrlr"}, "variable": {"name": "BasicAuthPassword"}}
    told = {"getVariableResult": [asked | {"attributeStatus": "Accepted", "attributeValue": "60"}]}
    done = {"setVariableResult": [names | {"attributeStatus": "Accepted"}]}
    return [
        await p.sends("GetVariables", told, getVariableData=[asked]),
        await p.variable("OCPPCommCtrlr.OfflineThreshold"),
        await p.sends("SetVariables", done, setVariableData=[names | {"attributeValue": "0123456789abcdef"}]),
        p.csms.station(p.identity).password,
    ]


@probe(*V2)
async def other_requests(p: Probe) -> Any:
    message = {"priority": "AlwaysFront", "state": "Idle", "message": {"format": "UTF8", "content": "Hello"}}
    return [
        await p.sends("Reset", type="OnIdle"),
        await p.sends("ChangeAvailability", operationalStatus="Inoperative", evse={"id": 1}),
        await p.sends("SendLocalList"),
        await p.sends("SendLocalList", updateType="Full"),
        await p.sends("InstallCertificate", certificateType="CSMSRootCertificate"),
        await p.sends("GetLog", logType="DiagnosticsLog"),
        await p.sends("SetDisplayMessage", message=message),
    ]


@probe("2.1")
async def vat_numbers(p: Probe) -> Any:
    async with p.line() as line:
        return [
            await line.call("VatNumberValidation", vatNumber="NL123456789B01", evseId=1),
            await line.call("VatNumberValidation", vatNumber="XX000"),
        ]


@probe(*V2)
async def log_status(p: Probe) -> Any:
    async with p.line() as line:
        return await line.call("LogStatusNotification", status="Uploading", requestId=1)


@probe(*ALL)
async def vendor_message(p: Probe) -> Any:
    async with p.line() as line:
        return await line.call("DataTransfer", vendorId="org.example")
