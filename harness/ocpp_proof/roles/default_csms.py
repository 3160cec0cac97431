"""The most ordinary answer of a sound CSMS to everything that a station may ask."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from ocpp_proof.ocppj.frames import Payload

__all__ = ["CsmsDefaults"]

_NOTHING: tuple[str, ...] = (
    "BatterySwap",
    "ClearedChargingLimit",
    "ClosePeriodicEventStream",
    "DiagnosticsStatusNotification",
    "FirmwareStatusNotification",
    "LogStatusNotification",
    "MeterValues",
    "NotifyChargingLimit",
    "NotifyCustomerInformation",
    "NotifyDERAlarm",
    "NotifyDERStartStop",
    "NotifyDisplayMessages",
    "NotifyEvent",
    "NotifyMonitoringReport",
    "NotifyPriorityCharging",
    "NotifyReport",
    "NotifySettlement",
    "PublishFirmwareStatusNotification",
    "ReportChargingProfiles",
    "ReportDERControl",
    "ReservationStatusUpdate",
    "SecurityEventNotification",
    "SignedFirmwareStatusNotification",
    "StatusNotification",
)
"""Messages that a CSMS only takes note of."""

_FIXED: dict[str, Payload] = {
    "DataTransfer": {"status": "UnknownVendorId"},
    "SignCertificate": {"status": "Accepted"},
    "NotifyEVChargingSchedule": {"status": "Accepted"},
    "OpenPeriodicEventStream": {"status": "Accepted"},
    # neither an ISO 15118 back end nor an OCSP responder nor schedules of its own stand behind this CSMS
    "Get15118EVCertificate": {"status": "Failed", "exiResponse": ""},
    "GetCertificateStatus": {"status": "Failed"},
    "PullDynamicScheduleUpdate": {"status": "Rejected"},
}

_STATUS_LIFETIME = timedelta(hours=1)


class CsmsDefaults:
    """Answers of a CSMS; every token is good, every station is welcome."""

    def __init__(
        self, version: str, *, now: Callable[[], datetime], interval: int, transaction_ids: Callable[[], int]
    ) -> None:
        self._version = version
        self._now = now
        self._interval = interval
        self._next_transaction = transaction_ids
        self._by_action: dict[str, Callable[[Payload], Payload]] = {
            "Authorize": self._authorize,
            "BootNotification": self._boot,
            "GetCertificateChainStatus": self._certificate_chain_status,
            "Heartbeat": self._heartbeat,
            "NotifyEVChargingNeeds": self._charging_needs,
            "StartTransaction": self._start,
            "StopTransaction": self._stop,
            "TransactionEvent": self._transaction_event,
            "VatNumberValidation": self._vat_number,
        }

    def answer(self, action: str, payload: Payload) -> Payload | None:
        """The answer, or None for an action that no station sends."""
        if action in _NOTHING:
            return {}
        if action in _FIXED:
            return dict(_FIXED[action])
        make = self._by_action.get(action)
        return make(payload) if make else None

    def _time(self, later: timedelta = timedelta()) -> str:
        return (self._now() + later).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _boot(self, _: Payload) -> Payload:
        return {"status": "Accepted", "currentTime": self._time(), "interval": self._interval}

    def _heartbeat(self, _: Payload) -> Payload:
        return {"currentTime": self._time()}

    def _authorize(self, payload: Payload) -> Payload:
        if self._version == "1.6":
            return {"idTagInfo": {"status": "Accepted"}}
        answer: Payload = {"idTokenInfo": {"status": "Accepted"}}
        if "certificate" in payload or "iso15118CertificateHashData" in payload:
            answer["certificateStatus"] = "Accepted"
        return answer

    def _start(self, _: Payload) -> Payload:
        return {"transactionId": self._next_transaction(), "idTagInfo": {"status": "Accepted"}}

    def _stop(self, payload: Payload) -> Payload:
        return {"idTagInfo": {"status": "Accepted"}} if "idTag" in payload else {}

    def _transaction_event(self, payload: Payload) -> Payload:
        return {"idTokenInfo": {"status": "Accepted"}} if "idToken" in payload else {}

    def _charging_needs(self, _: Payload) -> Payload:
        return {"status": "Rejected" if self._version == "2.0.1" else "NoChargingProfile"}

    def _certificate_chain_status(self, payload: Payload) -> Payload:
        asked: list[dict[str, Any]] = payload.get("certificateStatusRequests", [])
        statuses = [
            {
                "certificateHashData": _without_responder(one.get("certificateHashData", {})),
                "source": one.get("source", "OCSP"),
                "status": "Unknown",
                "nextUpdate": self._time(_STATUS_LIFETIME),
            }
            for one in asked
        ]
        return {"certificateStatus": statuses}

    def _vat_number(self, payload: Payload) -> Payload:
        answer: Payload = {"status": "Accepted", "vatNumber": payload.get("vatNumber", "")}
        if "evseId" in payload:
            answer["evseId"] = payload["evseId"]
        return answer


def _without_responder(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "responderURL"}
