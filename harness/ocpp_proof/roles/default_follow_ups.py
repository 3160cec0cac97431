"""What a sound station sends by itself after it accepted something: reports, states of uploads, customer data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from ocpp_proof.ocppj.frames import Payload

__all__ = ["TRIGGERED", "FollowUp", "follow_ups"]

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
    action: str,
    payload: Payload,
    answer: Payload,
    *,
    report: Callable[[Payload], list[dict[str, Any]]],
    now: datetime,
) -> list[FollowUp]:
    """The CALLs that must follow an answered CALL, in their order; `report` gives the reportData for a request."""
    if answer.get("status") != "Accepted":
        return []
    moment = now.isoformat(timespec="seconds").replace("+00:00", "Z")
    request = {"requestId": payload["requestId"]} if "requestId" in payload else {}
    match action:
        case "GetBaseReport" | "GetReport":
            told = {"generatedAt": moment, "seqNo": 0, "tbc": False, "reportData": report(payload)}
            return [("NotifyReport", told | request)]
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
