"""The most ordinary answer of a sound, idle station to everything that a CSMS may ask."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from ocpp_proof.ocppj.frames import Payload

from .default_follow_ups import FollowUp, follow_ups
from .default_profiles import InstalledProfiles
from .default_reports import report_data
from .default_values import CONFIGURATION_1_6, StationValue, VariableName, variables_of
from .installed_list import InstalledList
from .told_statuses import ToldStatuses

__all__ = ["StationDefaults"]

_ACCEPTED: tuple[str, ...] = (
    "AFRRSignal",
    "CertificateSigned",
    "ClearCache",
    "ClearDERControl",
    "ClearDisplayMessage",
    "CustomerInformation",
    "GetBaseReport",
    "NotifyAllowedEnergyTransfer",
    "SetMonitoringBase",
    "SetMonitoringLevel",
)
_ACCEPTED_FOR_A_CASE: tuple[str, ...] = (
    "ChangeAvailability",
    "ExtendedTriggerMessage",
    "InstallCertificate",
    "PublishFirmware",
    "RemoteStartTransaction",
    "RequestBatterySwap",
    "RequestStartTransaction",
    "ReserveNow",
    "Reset",
    "SetDERControl",
    "SetDefaultTariff",
    "SetDisplayMessage",
    "SetNetworkProfile",
    "SignedUpdateFirmware",
    "TriggerMessage",
    "UpdateFirmware",
)
"""What has consequences that only a case shows: where none asked for it, it is not accepted."""

_TRIGGERED_FOR_A_CASE: tuple[str, ...] = (
    "BootNotification",
    "MeterValues",
    "SignChargePointCertificate",
    "SignChargingStationCertificate",
    "StatusNotification",
    "TransactionEvent",
)
"""What TriggerMessage can have where a case shows it: a CSMS that is told NotImplemented need not ask again."""

_FIXED: dict[str, Payload] = {
    "CostUpdated": {},
    "NotifyWebPaymentStarted": {},
    "DataTransfer": {"status": "UnknownVendorId"},
    # nothing is there on an idle station: no transaction, profile, certificate, message, monitor, stream or tariff
    "AdjustPeriodicEventStream": {"status": "Rejected"},
    "ChangeTransactionTariff": {"status": "TxNotFound"},
    "ClearTariffs": {"clearTariffsResult": [{"status": "NoTariff"}]},
    "DeleteCertificate": {"status": "NotFound"},
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
    """Answers of a station; it remembers what it accepted: values, its local list, reservations, profiles, monitors.

    `answer` changes nothing: what is remembered is what was answered in the end, which a case may have chosen.
    """

    def __init__(self, version: str, *, now: Callable[[], datetime]) -> None:
        self._version = version
        self._now = now
        self._configuration = {key: item.value for key, item in CONFIGURATION_1_6.items()}
        self._known = variables_of(version)
        self._variables = {name: item.value for name, item in self._known.items()}
        self._chosen: set[VariableName] = set()
        self.statuses = ToldStatuses()
        self.accepted = True
        self._local_list = InstalledList(version)
        self._reservations: set[int] = set()
        self._monitors: set[int] = set()
        self._profiles = InstalledProfiles(version)
        self._by_action: dict[str, Callable[[Payload], Payload]] = {
            "CancelReservation": self._cancel_reservation,
            "ChangeConfiguration": self._change_configuration,
            "ClearChargingProfile": self._clear_profiles,
            "ClearVariableMonitoring": self._clear_monitors,
            "GetChargingProfiles": self._get_profiles,
            "GetCompositeSchedule": self._composite_schedule,
            "GetConfiguration": self._get_configuration,
            "GetLocalListVersion": lambda _: self._local_list.version_told(),
            "GetReport": lambda told: {"status": "Accepted" if self.report_data(told) else "EmptyResultSet"},
            "GetLog": lambda _: {"status": "Accepted", "filename": _LOG_FILE},
            "GetTransactionStatus": self._transaction_status,
            "GetVariables": self._get_variables,
            "SendLocalList": self._local_list.answer,
            "SetChargingProfile": lambda _: {"status": "Accepted"},
            "SetVariableMonitoring": self._set_monitors,
            "SetVariables": self._set_variables,
        }
        self._keep: dict[str, Callable[[Payload, Payload], None]] = {
            "CancelReservation": lambda told, _: self._reservations.discard(told.get("reservationId", 0)),
            "ChangeConfiguration": self._keep_configuration,
            "ClearChargingProfile": lambda told, _: self._profiles.clear(told),
            "ClearVariableMonitoring": self._forget_monitors,
            "ReserveNow": lambda told, _: self._reservations.add(_reservation(told)),
            "SendLocalList": lambda told, _: self._local_list.keep(told),
            "SetChargingProfile": lambda told, _: self._profiles.keep(told),
            "SetVariableMonitoring": self._keep_monitors,
            "SetVariables": self._keep_variables,
        }

    def answer(self, action: str, payload: Payload, *, for_a_case: bool = True) -> Payload | None:
        """The answer, or None for an action that no CSMS sends. `for_a_case`: a case has the operator ask for it."""
        if action == "GetDiagnostics":
            return {"fileName": _LOG_FILE} if for_a_case else {}
        if action in _ACCEPTED_FOR_A_CASE:
            return self._carried_out(action, payload, for_a_case=for_a_case)
        make = self._by_action.get(action)
        if make is not None:
            return make(payload)
        if action in _ACCEPTED:
            return {"status": "Accepted"}
        return dict(_FIXED[action]) if action in _FIXED else None

    def _carried_out(self, action: str, payload: Payload, *, for_a_case: bool) -> Payload:
        """The answer to what has consequences: accepted where a case shows them, or where they follow by themselves."""
        if action == "UpdateFirmware" and self._version == "1.6":
            return {}
        if payload.get("requestedMessage") == "BootNotification" and self._version != "1.6" and self.accepted:
            return {"status": "Rejected"}  # F06.FR.17
        if for_a_case or self.follow_ups(action, payload, {"status": "Accepted"}):
            return {"status": "Accepted"}
        in_service = "Operative" in (payload.get("type"), payload.get("operationalStatus"))
        if action == "ChangeAvailability" and in_service:
            return {"status": "Accepted"}
        unknown = action.endswith("TriggerMessage") and payload.get("requestedMessage") not in _TRIGGERED_FOR_A_CASE
        return {"status": "NotImplemented" if unknown else "Rejected"}

    def remember(self, action: str, payload: Payload, answer: Payload) -> None:
        """Take in what was told and answered so: a station reports what it accepted, and nothing that it refused."""
        keep = self._keep.get(action)
        if keep is not None and answer.get("status", "Accepted") in ("Accepted", "RebootRequired"):
            keep(payload, answer)

    def have(self, name: str, value: str) -> None:
        """The station has this value of a configuration key, 2.x: of a variable, "Component.Variable[Instance]".

        2.x: and keeps it. A CSMS may configure each station that boots, and this one does as the case has it.
        """
        component, _, rest = name.partition(".")
        variable, _, instance = rest.removesuffix("]").partition("[")
        if self._version == "1.6" and name in self._configuration:
            self._configuration[name] = value
        elif (component, variable, instance) in self._variables:
            self._variables[component, variable, instance] = value
            self._chosen.add((component, variable, instance))
        else:
            raise LookupError(f"the station has no {name}")

    def forget_profiles(self, purpose: str) -> None:
        """The station has lost the charging profiles of this purpose."""
        self._profiles.forget(purpose)

    def follow_ups(self, action: str, payload: Payload, answer: Payload) -> list[FollowUp]:
        """What has to be sent after this answer."""
        if action == "GetChargingProfiles" and answer.get("status") == "Accepted":
            return self._profiles.reports(payload)
        if payload.get("requestedMessage") == "BootNotification" and self._version != "1.6":
            triggered = not self.accepted and answer.get("status") == "Accepted"
            return [("BootNotification", {"reason": "Triggered"})] if triggered else []
        return follow_ups(action, payload, answer, report=self.report_data, now=self._now())

    def report_data(self, request: Payload) -> list[dict[str, Any]]:
        """What a report tells that a GetBaseReport or GetReport asks for."""
        return report_data(self._known, request, self._value)

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
        return {"status": "Accepted"}

    def _keep_configuration(self, payload: Payload, _: Payload) -> None:
        if str(payload.get("key")) in self._configuration:
            self._configuration[str(payload["key"])] = str(payload.get("value"))

    # 2.x

    def _variable(self, data: dict[str, Any]) -> StationValue | str:
        """The variable that is meant, or the status that says what is not known."""
        name = _name(data)
        if name in self._known:
            return self._known[name]
        return "UnknownVariable" if any(known[0] == name[0] for known in self._known) else "UnknownComponent"

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
        item = self._variable(asked)
        if isinstance(item, str):
            return item, None
        if asked.get("attributeType", "Actual") != "Actual":
            return "NotSupportedAttributeType", None
        if item.access == "WriteOnly":
            return "Rejected", None
        return "Accepted", self._value(asked)

    def _value(self, asked: dict[str, Any]) -> str:
        """What a variable that the station has is now; `asked` names its component and itself."""
        name = _name(asked)
        if name == ("ClockCtrlr", "DateTime", ""):
            return self._now().isoformat(timespec="seconds").replace("+00:00", "Z")
        return self.statuses.value(asked) or self._variables[name]

    def _set_variables(self, payload: Payload) -> Payload:
        results = []
        for told in payload.get("setVariableData", []):
            results.append({**_named(told), "attributeStatus": self._status_of(told)})
        return {"setVariableResult": results}

    def _keep_variables(self, payload: Payload, answer: Payload) -> None:
        for told, result in zip(payload.get("setVariableData", []), answer.get("setVariableResult", []), strict=False):
            if result.get("attributeStatus") in ("Accepted", "RebootRequired") and _name(told) in self._variables:
                self._variables[_name(told)] = str(told.get("attributeValue"))

    def _status_of(self, told: dict[str, Any]) -> str:
        item = self._variable(told)
        if isinstance(item, str):
            return item
        if told.get("attributeType", "Actual") != "Actual":
            return "NotSupportedAttributeType"
        value, name = str(told.get("attributeValue")), _name(told)
        if item.access == "ReadOnly" or not _is_of_kind(value, item.kind):
            return "Rejected"
        if name in self._chosen and value != self._variables[name]:  # the station of this case does as it says
            return "Rejected"
        component, variable, instance = name
        if variable == "Enabled" and value.lower() == "true":  # what a station does not have cannot be switched on
            return "Rejected" if self._variables.get((component, "Available", instance)) == "false" else "Accepted"
        return "Accepted"

    def _set_monitors(self, payload: Payload) -> Payload:
        results: list[dict[str, Any]] = []
        for told in payload.get("setMonitoringData", []):
            result = {key: told[key] for key in ("type", "severity", "component", "variable") if key in told}
            item = self._variable(told)
            if isinstance(item, str):
                result["status"] = item
            else:
                known = self._monitors | {one["id"] for one in results if "id" in one}
                result |= {"status": "Accepted", "id": told.get("id", max(known, default=0) + 1)}
            results.append(result)
        return {"setMonitoringResult": results}

    def _keep_monitors(self, _: Payload, answer: Payload) -> None:
        results = answer.get("setMonitoringResult", [])
        self._monitors |= {one["id"] for one in results if one.get("status") == "Accepted" and "id" in one}

    def _clear_monitors(self, payload: Payload) -> Payload:
        told = payload.get("id", [])
        return {
            "clearMonitoringResult": [
                {"id": number, "status": "Accepted" if number in self._monitors else "NotFound"} for number in told
            ]
        }

    def _forget_monitors(self, _: Payload, answer: Payload) -> None:
        results = answer.get("clearMonitoringResult", [])
        self._monitors -= {one.get("id") for one in results if one.get("status") == "Accepted"}

    def _transaction_status(self, payload: Payload) -> Payload:
        return {"messagesInQueue": False, **({"ongoingIndicator": False} if "transactionId" in payload else {})}

    def _get_profiles(self, payload: Payload) -> Payload:
        return {"status": "Accepted" if self._profiles.meant(payload) else "NoProfiles"}

    # every version

    def _clear_profiles(self, payload: Payload) -> Payload:
        return {"status": "Accepted" if self._profiles.meant(payload) else "Unknown"}

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

    def _cancel_reservation(self, payload: Payload) -> Payload:
        known = payload.get("reservationId") in self._reservations
        return {"status": "Accepted" if known else "Rejected"}


def _reservation(told: Payload) -> int:
    number: int = told["reservationId"] if "reservationId" in told else told.get("id", 0)
    return number


def _name(data: dict[str, Any]) -> tuple[str, str, str]:
    variable = data.get("variable", {})
    return data.get("component", {}).get("name", ""), variable.get("name", ""), variable.get("instance", "")


def _named(data: dict[str, Any]) -> dict[str, Any]:
    """What a result is about: attributeType also where it was left out (B05.FR.12, B06.FR.11)."""
    return {
        "component": data.get("component", {}),
        "variable": data.get("variable", {}),
        "attributeType": data.get("attributeType", "Actual"),
    }


def _is_of_kind(value: str, kind: str) -> bool:
    match kind:
        case "boolean":
            return value.lower() in ("true", "false")
        case "integer":
            return value.isdecimal()  # none of them means anything below 0
        case "decimal":
            return value.replace(".", "", 1).isdecimal()
    return True
