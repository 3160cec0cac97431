"""The most ordinary answer of a sound, idle station to everything that a CSMS may ask."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from ocpp_proof.ocppj.frames import Payload

from .default_follow_ups import FollowUp, follow_ups, reported
from .default_values import CONFIGURATION_1_6, VARIABLES_2, StationValue

__all__ = ["StationDefaults"]

_ACCEPTED: tuple[str, ...] = (
    "AFRRSignal",
    "CertificateSigned",
    "ChangeAvailability",
    "ClearCache",
    "ClearDERControl",
    "ClearDisplayMessage",
    "CustomerInformation",
    "ExtendedTriggerMessage",
    "GetBaseReport",
    "InstallCertificate",
    "NotifyAllowedEnergyTransfer",
    "PublishFirmware",
    "RemoteStartTransaction",
    "RequestBatterySwap",
    "RequestStartTransaction",
    "Reset",
    "SetChargingProfile",
    "SetDERControl",
    "SetDefaultTariff",
    "SetDisplayMessage",
    "SetMonitoringBase",
    "SetMonitoringLevel",
    "SetNetworkProfile",
    "SignedUpdateFirmware",
    "TriggerMessage",
)

_FIXED: dict[str, Payload] = {
    "CostUpdated": {},
    "NotifyWebPaymentStarted": {},
    "UpdateFirmware": {},
    "DataTransfer": {"status": "UnknownVendorId"},
    # nothing is there on an idle station: no transaction, profile, certificate, message, monitor, stream or tariff
    "AdjustPeriodicEventStream": {"status": "Rejected"},
    "ChangeTransactionTariff": {"status": "TxNotFound"},
    "ClearChargingProfile": {"status": "Unknown"},
    "ClearTariffs": {"clearTariffsResult": [{"status": "NoTariff"}]},
    "DeleteCertificate": {"status": "NotFound"},
    "GetChargingProfiles": {"status": "NoProfiles"},
    "GetDERControl": {"status": "NotFound"},
    "GetDisplayMessages": {"status": "Unknown"},
    "GetInstalledCertificateIds": {"status": "NotFound"},
    "GetMonitoringReport": {"status": "EmptyResultSet"},
    "GetPeriodicEventStream": {},
    "GetTariffs": {"status": "NoTariff"},
    "RemoteStopTransaction": {"status": "Rejected"},
    "RequestStopTransaction": {"status": "Rejected"},
    "UnpublishFirmware": {"status": "NoFirmware"},
    "UpdateDynamicSchedule": {"status": "Rejected"},
    "UsePriorityCharging": {"status": "Rejected"},
    "UnlockConnector": {"status": "Unlocked"},
}

_LOG_FILE = "ocpp-proof.log"


class StationDefaults:
    """Answers of a station; it remembers what it is told: values, its local list, reservations, monitors."""

    def __init__(self, version: str, *, now: Callable[[], datetime]) -> None:
        self._version = version
        self._now = now
        self._configuration = {key: item.value for key, item in CONFIGURATION_1_6.items()}
        self._variables = {name: item.value for name, item in VARIABLES_2.items()}
        self._list_version = 0
        self._reservations: set[int] = set()
        self._monitors: set[int] = set()
        self._by_action: dict[str, Callable[[Payload], Payload]] = {
            "CancelReservation": self._cancel_reservation,
            "ChangeConfiguration": self._change_configuration,
            "ClearVariableMonitoring": self._clear_monitors,
            "GetCompositeSchedule": self._composite_schedule,
            "GetConfiguration": self._get_configuration,
            "GetDiagnostics": lambda _: {"fileName": _LOG_FILE},
            "GetLocalListVersion": self._local_list_version,
            "GetReport": lambda told: {"status": "Accepted" if reported(told) else "EmptyResultSet"},
            "GetLog": lambda _: {"status": "Accepted", "filename": _LOG_FILE},
            "GetTransactionStatus": self._transaction_status,
            "GetVariables": self._get_variables,
            "ReserveNow": self._reserve,
            "SendLocalList": self._send_local_list,
            "SetVariableMonitoring": self._set_monitors,
            "SetVariables": self._set_variables,
            "UpdateFirmware": lambda _: {} if version == "1.6" else {"status": "Accepted"},
        }

    def answer(self, action: str, payload: Payload) -> Payload | None:
        """The answer, or None for an action that no CSMS sends."""
        make = self._by_action.get(action)
        if make is not None:
            return make(payload)
        if action in _ACCEPTED:
            return {"status": "Accepted"}
        return dict(_FIXED[action]) if action in _FIXED else None

    def follow_ups(self, action: str, payload: Payload, answer: Payload) -> list[FollowUp]:
        """What has to be sent after this answer."""
        return follow_ups(action, payload, answer, values=self._variables, now=self._now())

    # 1.6

    def _get_configuration(self, payload: Payload) -> Payload:
        asked: list[str] = payload.get("key", [])
        shown = [key for key in asked if key in CONFIGURATION_1_6] if asked else list(CONFIGURATION_1_6)
        answer: Payload = {"configurationKey": [self._configuration_entry(key) for key in shown]}
        if unknown := [key for key in asked if key not in CONFIGURATION_1_6]:
            answer["unknownKey"] = unknown
        return answer

    def _configuration_entry(self, key: str) -> dict[str, Any]:
        item = CONFIGURATION_1_6[key]
        entry: dict[str, Any] = {"key": key, "readonly": item.access == "ReadOnly"}
        if item.access != "WriteOnly":
            entry["value"] = self._configuration[key]
        return entry

    def _change_configuration(self, payload: Payload) -> Payload:
        key, value = str(payload.get("key")), str(payload.get("value"))
        item = CONFIGURATION_1_6.get(key)
        if item is None:
            return {"status": "NotSupported"}
        if item.access == "ReadOnly" or not _is_of_kind(value, item.kind):
            return {"status": "Rejected"}
        self._configuration[key] = value
        return {"status": "Accepted"}

    # 2.x

    def _get_variables(self, payload: Payload) -> Payload:
        results = []
        for asked in payload.get("getVariableData", []):
            status, value = self._look_up(asked)
            result = {**_named(asked), "attributeStatus": status}
            if value is not None:
                result["attributeValue"] = value
            results.append(result)
        return {"getVariableResult": results}

    def _look_up(self, asked: dict[str, Any]) -> tuple[str, str | None]:
        item = _variable(asked)
        if isinstance(item, str):
            return item, None
        if asked.get("attributeType", "Actual") != "Actual":
            return "NotSupportedAttributeType", None
        if item.access == "WriteOnly":
            return "Rejected", None
        name = _name(asked)
        if name == ("ClockCtrlr", "DateTime", ""):
            return "Accepted", self._now().isoformat(timespec="seconds").replace("+00:00", "Z")
        return "Accepted", self._variables[name]

    def _set_variables(self, payload: Payload) -> Payload:
        results = []
        for told in payload.get("setVariableData", []):
            results.append({**_named(told), "attributeStatus": self._store(told)})
        return {"setVariableResult": results}

    def _store(self, told: dict[str, Any]) -> str:
        item = _variable(told)
        if isinstance(item, str):
            return item
        if told.get("attributeType", "Actual") != "Actual":
            return "NotSupportedAttributeType"
        value = str(told.get("attributeValue"))
        if item.access == "ReadOnly" or not _is_of_kind(value, item.kind):
            return "Rejected"
        self._variables[_name(told)] = value
        return "Accepted"

    def _set_monitors(self, payload: Payload) -> Payload:
        results = []
        for told in payload.get("setMonitoringData", []):
            result = {key: told[key] for key in ("type", "severity", "component", "variable") if key in told}
            item = _variable(told)
            if isinstance(item, str):
                result["status"] = item
            else:
                number = told.get("id", max(self._monitors, default=0) + 1)
                self._monitors.add(number)
                result |= {"status": "Accepted", "id": number}
            results.append(result)
        return {"setMonitoringResult": results}

    def _clear_monitors(self, payload: Payload) -> Payload:
        results = []
        for number in payload.get("id", []):
            results.append({"id": number, "status": "Accepted" if number in self._monitors else "NotFound"})
            self._monitors.discard(number)
        return {"clearMonitoringResult": results}

    def _transaction_status(self, payload: Payload) -> Payload:
        return {"messagesInQueue": False, **({"ongoingIndicator": False} if "transactionId" in payload else {})}

    # every version

    def _composite_schedule(self, payload: Payload) -> Payload:
        """No profile is installed: the whole time has the limit of the installation."""
        duration, start = payload.get("duration", 0), self._now().isoformat(timespec="seconds").replace("+00:00", "Z")
        unit = payload.get("chargingRateUnit", "A")
        period = {"startPeriod": 0, "limit": 16.0 if unit == "A" else 11000.0}
        if self._version == "1.6":
            schedule: Payload = {"duration": duration, "chargingRateUnit": unit, "chargingSchedulePeriod": [period]}
            connector = payload.get("connectorId", 0)
            return {
                "status": "Accepted",
                "connectorId": connector,
                "scheduleStart": start,
                "chargingSchedule": {**schedule, "startSchedule": start},
            }
        schedule = {
            "evseId": payload.get("evseId", 0),
            "duration": duration,
            "scheduleStart": start,
            "chargingRateUnit": unit,
            "chargingSchedulePeriod": [period],
        }
        return {"status": "Accepted", "schedule": schedule}

    def _reserve(self, payload: Payload) -> Payload:
        self._reservations.add(payload["reservationId"] if "reservationId" in payload else payload.get("id", 0))
        return {"status": "Accepted"}

    def _cancel_reservation(self, payload: Payload) -> Payload:
        known = payload.get("reservationId") in self._reservations
        self._reservations.discard(payload.get("reservationId", 0))
        return {"status": "Accepted" if known else "Rejected"}

    def _local_list_version(self, _: Payload) -> Payload:
        return {"listVersion" if self._version == "1.6" else "versionNumber": self._list_version}

    def _send_local_list(self, payload: Payload) -> Payload:
        told = payload.get("listVersion" if self._version == "1.6" else "versionNumber", 0)
        if payload.get("updateType") == "Differential" and told <= self._list_version:
            return {"status": "VersionMismatch"}
        self._list_version = told
        return {"status": "Accepted"}


def _name(data: dict[str, Any]) -> tuple[str, str, str]:
    variable = data.get("variable", {})
    return data.get("component", {}).get("name", ""), variable.get("name", ""), variable.get("instance", "")


def _variable(data: dict[str, Any]) -> StationValue | str:
    """The variable that is meant, or the status that says what is not known."""
    name = _name(data)
    if name in VARIABLES_2:
        return VARIABLES_2[name]
    return "UnknownVariable" if any(known[0] == name[0] for known in VARIABLES_2) else "UnknownComponent"


def _named(data: dict[str, Any]) -> dict[str, Any]:
    return {key: data[key] for key in ("component", "variable", "attributeType") if key in data}


def _is_of_kind(value: str, kind: str) -> bool:
    match kind:
        case "boolean":
            return value.lower() in ("true", "false")
        case "integer":
            return value.removeprefix("-").isdecimal()
        case "decimal":
            return value.removeprefix("-").replace(".", "", 1).isdecimal()
    return True
