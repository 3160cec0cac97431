"""Which actions a version has, who may send each, and whether it expects an answer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

__all__ = ["Action", "actions", "find_action"]

Sender = Literal["station", "csms", "both"]


@dataclass(frozen=True, slots=True)
class Action:
    """One action: its name, its sender, and "call" (answered) or "send" (2.1, not answered)."""

    name: str
    sender: Sender
    kind: Literal["call", "send"] = "call"


_BOTH = ("DataTransfer",)

_STATION_1_6 = [
    "Authorize",
    "BootNotification",
    "DiagnosticsStatusNotification",
    "FirmwareStatusNotification",
    "Heartbeat",
    "LogStatusNotification",
    "MeterValues",
    "SecurityEventNotification",
    "SignCertificate",
    "SignedFirmwareStatusNotification",
    "StartTransaction",
    "StatusNotification",
    "StopTransaction",
]

_CSMS_1_6 = [
    "CancelReservation",
    "CertificateSigned",
    "ChangeAvailability",
    "ChangeConfiguration",
    "ClearCache",
    "ClearChargingProfile",
    "DeleteCertificate",
    "ExtendedTriggerMessage",
    "GetCompositeSchedule",
    "GetConfiguration",
    "GetDiagnostics",
    "GetInstalledCertificateIds",
    "GetLocalListVersion",
    "GetLog",
    "InstallCertificate",
    "RemoteStartTransaction",
    "RemoteStopTransaction",
    "ReserveNow",
    "Reset",
    "SendLocalList",
    "SetChargingProfile",
    "SignedUpdateFirmware",
    "TriggerMessage",
    "UnlockConnector",
    "UpdateFirmware",
]

_STATION_2_0_1 = [
    "Authorize",
    "BootNotification",
    "ClearedChargingLimit",
    "FirmwareStatusNotification",
    "Get15118EVCertificate",
    "GetCertificateStatus",
    "Heartbeat",
    "LogStatusNotification",
    "MeterValues",
    "NotifyChargingLimit",
    "NotifyCustomerInformation",
    "NotifyDisplayMessages",
    "NotifyEVChargingNeeds",
    "NotifyEVChargingSchedule",
    "NotifyEvent",
    "NotifyMonitoringReport",
    "NotifyReport",
    "PublishFirmwareStatusNotification",
    "ReportChargingProfiles",
    "ReservationStatusUpdate",
    "SecurityEventNotification",
    "SignCertificate",
    "StatusNotification",
    "TransactionEvent",
]

_CSMS_2_0_1 = [
    "CancelReservation",
    "CertificateSigned",
    "ChangeAvailability",
    "ClearCache",
    "ClearChargingProfile",
    "ClearDisplayMessage",
    "ClearVariableMonitoring",
    "CostUpdated",
    "CustomerInformation",
    "DeleteCertificate",
    "GetBaseReport",
    "GetChargingProfiles",
    "GetCompositeSchedule",
    "GetDisplayMessages",
    "GetInstalledCertificateIds",
    "GetLocalListVersion",
    "GetLog",
    "GetMonitoringReport",
    "GetReport",
    "GetTransactionStatus",
    "GetVariables",
    "InstallCertificate",
    "PublishFirmware",
    "RequestStartTransaction",
    "RequestStopTransaction",
    "ReserveNow",
    "Reset",
    "SendLocalList",
    "SetChargingProfile",
    "SetDisplayMessage",
    "SetMonitoringBase",
    "SetMonitoringLevel",
    "SetNetworkProfile",
    "SetVariableMonitoring",
    "SetVariables",
    "TriggerMessage",
    "UnlockConnector",
    "UnpublishFirmware",
    "UpdateFirmware",
]

_STATION_2_1 = [
    "BatterySwap",
    "ClosePeriodicEventStream",
    "GetCertificateChainStatus",
    "NotifyDERAlarm",
    "NotifyDERStartStop",
    "NotifyPriorityCharging",
    "NotifySettlement",
    "OpenPeriodicEventStream",
    "PullDynamicScheduleUpdate",
    "ReportDERControl",
    "VatNumberValidation",
]

_CSMS_2_1 = [
    "AFRRSignal",
    "AdjustPeriodicEventStream",
    "ChangeTransactionTariff",
    "ClearDERControl",
    "ClearTariffs",
    "GetDERControl",
    "GetPeriodicEventStream",
    "GetTariffs",
    "NotifyAllowedEnergyTransfer",
    "NotifyWebPaymentStarted",
    "RequestBatterySwap",
    "SetDERControl",
    "SetDefaultTariff",
    "UpdateDynamicSchedule",
    "UsePriorityCharging",
]

_UNANSWERED_2_1 = ("NotifyPeriodicEventStream",)


@cache
def actions(version: str) -> tuple[Action, ...]:
    """Every action of a version, by name. 1.6 includes its security extension."""
    station, csms, unanswered = _names(version)
    found = [Action(name, "station") for name in station]
    found += [Action(name, "csms") for name in csms]
    found += [Action(name, "both") for name in _BOTH]
    found += [Action(name, "station", "send") for name in unanswered]
    return tuple(sorted(found, key=lambda action: action.name))


def find_action(version: str, name: str) -> Action | None:
    """The action of that name, or None when the version has none."""
    return _by_name(version).get(name)


@cache
def _by_name(version: str) -> dict[str, Action]:
    return {action.name: action for action in actions(version)}


def _names(version: str) -> tuple[list[str], list[str], tuple[str, ...]]:
    match version:
        case "1.6":
            return _STATION_1_6, _CSMS_1_6, ()
        case "2.0.1":
            return _STATION_2_0_1, _CSMS_2_0_1, ()
        case "2.1":
            return _STATION_2_0_1 + _STATION_2_1, _CSMS_2_0_1 + _CSMS_2_1, _UNANSWERED_2_1
    raise ValueError(f"unknown OCPP version {version!r}; known are 1.6, 2.0.1 and 2.1")
