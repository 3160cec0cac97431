"""What a sound station sends by itself after it accepted something: reports, states of uploads, customer data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ocpp_proof.ocppj.frames import Payload

from .default_values import StationValue, VariableName, variables_of

__all__ = ["TRIGGERED", "FollowUp", "follow_ups", "reported"]

_FAILED = "UploadFailure"
"""What becomes of a log that no case wants: there is none."""
FollowUp = tuple[str, Payload]

TRIGGERED: dict[str, Payload] = {
    "BootNotification": {},
    "Heartbeat": {},
    "FirmwareStatusNotification": {"status": "Idle"},
    "LogStatusNotification": {"status": "Idle"},
    "DiagnosticsStatusNotification": {"status": "Idle"},
}
"""What TriggerMessage can have, and what it says: an idle station. Who sends a BootNotification knows what it is."""


def follow_ups(
    version: str,
    action: str,
    payload: Payload,
    answer: Payload,
    *,
    values: dict[VariableName, str],
    now: datetime,
) -> list[FollowUp]:
    """The CALLs that must follow an answered CALL, in their order; `values` are the variables as they stand."""
    if answer.get("status") != "Accepted":
        return []
    moment = now.isoformat(timespec="seconds").replace("+00:00", "Z")
    request = {"requestId": payload["requestId"]} if "requestId" in payload else {}
    match action:
        case "GetBaseReport" | "GetReport":
            known = variables_of(version)
            shown = {name: known[name] for name in reported(known, payload)}
            return [("NotifyReport", _report(shown, values, moment) | request)]
        case "CustomerInformation" if payload.get("report"):
            return [("NotifyCustomerInformation", {"data": "", "seqNo": 0, "generatedAt": moment} | request)]
        case "GetLog":
            return [("LogStatusNotification", {"status": state} | request) for state in ("Uploading", _FAILED)]
        case "TriggerMessage" | "ExtendedTriggerMessage":
            asked = str(payload.get("requestedMessage"))
            if asked not in TRIGGERED:
                return []
            signed = action == "ExtendedTriggerMessage" and asked == "FirmwareStatusNotification"
            return [("SignedFirmwareStatusNotification" if signed else asked, dict(TRIGGERED[asked]))]
    return []


def reported(known: Iterable[VariableName], payload: Payload) -> list[VariableName]:
    """Those of the known variables that a GetBaseReport or GetReport asks for."""
    asked: list[dict[str, Any]] = payload.get("componentVariable", [])
    if not asked:
        return list(known)
    return [name for name in known if any(_matches(name, one) for one in asked)]


def _matches(name: VariableName, asked: dict[str, Any]) -> bool:
    component, variable = asked.get("component", {}).get("name"), asked.get("variable", {})
    meant = (component, variable.get("name", name[1]), variable.get("instance", name[2]))
    return meant == name


def _report(shown: dict[VariableName, StationValue], values: dict[VariableName, str], moment: str) -> Payload:
    entries = []
    for name, item in shown.items():
        attribute: dict[str, Any] = {"type": "Actual", "mutability": item.access}
        if item.access != "WriteOnly":
            attribute["value"] = moment if name == ("ClockCtrlr", "DateTime", "") else values[name]
        variable = {"name": name[1], **({"instance": name[2]} if name[2] else {})}
        entries.append(
            {
                "component": {"name": name[0]},
                "variable": variable,
                "variableAttribute": [attribute],
                "variableCharacteristics": _characteristics(item.kind, item.members or item.value),
            }
        )
    return {"generatedAt": moment, "seqNo": 0, "tbc": False, "reportData": entries}


def _characteristics(kind: str, value: str) -> dict[str, Any]:
    listed = {"valuesList": value} if kind in ("OptionList", "MemberList", "SequenceList") else {}
    return {"dataType": kind, "supportsMonitoring": False, **listed}
