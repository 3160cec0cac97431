"""What a station that the harness plays says about itself: the standard's configuration keys and variables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["CONFIGURATION_1_6", "VARIABLES_2", "VARIABLES_2_1", "StationValue", "VariableName", "variables_of"]

Access = Literal["ReadOnly", "ReadWrite", "WriteOnly"]

VariableName = tuple[str, str, str]
"""Component, variable and the variable's instance ("" for none)."""


@dataclass(frozen=True, slots=True)
class StationValue:
    """One value, who may do what with it, and its data type in the standard's words.

    `members`: what a list may hold; empty: what it holds.
    """

    value: str
    access: Access
    kind: str = "string"
    members: str = ""


def _read_only(value: str, kind: str = "string") -> StationValue:
    return StationValue(value, "ReadOnly", kind)


def _writable(value: str, kind: str = "string") -> StationValue:
    return StationValue(value, "ReadWrite", kind)


CONFIGURATION_1_6: dict[str, StationValue] = {
    "AuthorizeRemoteTxRequests": _writable("false", "boolean"),
    "AuthorizationCacheEnabled": _writable("true", "boolean"),
    "AllowOfflineTxForUnknownId": _writable("false", "boolean"),
    "ClockAlignedDataInterval": _writable("0", "integer"),
    "ConnectionTimeOut": _writable("60", "integer"),
    "ConnectorPhaseRotation": _writable("0.RST,1.RST"),
    "GetConfigurationMaxKeys": _read_only("64", "integer"),
    "HeartbeatInterval": _writable("300", "integer"),
    "LocalAuthorizeOffline": _writable("true", "boolean"),
    "LocalPreAuthorize": _writable("false", "boolean"),
    "MeterValuesAlignedData": _writable("Energy.Active.Import.Register"),
    "MeterValuesSampledData": _writable("Energy.Active.Import.Register"),
    "MeterValueSampleInterval": _writable("60", "integer"),
    "MinimumStatusDuration": _writable("0", "integer"),
    "NumberOfConnectors": _read_only("2", "integer"),
    "ResetRetries": _writable("3", "integer"),
    "StopTransactionOnEVSideDisconnect": _writable("true", "boolean"),
    "StopTransactionOnInvalidId": _writable("true", "boolean"),
    "StopTxnAlignedData": _writable(""),
    "StopTxnSampledData": _writable(""),
    "SupportedFeatureProfiles": _read_only(
        "Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger"
    ),
    "TransactionMessageAttempts": _writable("3", "integer"),
    "TransactionMessageRetryInterval": _writable("10", "integer"),
    "UnlockConnectorOnEVSideDisconnect": _writable("true", "boolean"),
    "WebSocketPingInterval": _writable("60", "integer"),
    "LocalAuthListEnabled": _writable("true", "boolean"),
    "LocalAuthListMaxLength": _read_only("100", "integer"),
    "SendLocalListMaxLength": _read_only("50", "integer"),
    "ReserveConnectorZeroSupported": _read_only("true", "boolean"),
    "ChargeProfileMaxStackLevel": _read_only("10", "integer"),
    "ChargingScheduleAllowedChargingRateUnit": _read_only("Current,Power"),
    "ChargingScheduleMaxPeriods": _read_only("24", "integer"),
    "MaxChargingProfilesInstalled": _read_only("10", "integer"),
    "AuthorizationKey": StationValue("", "WriteOnly"),
    "SecurityProfile": _writable("1", "integer"),
    "CpoName": _writable("ocpp-proof"),
    "AdditionalRootCertificateCheck": _read_only("false", "boolean"),
    "CertificateStoreMaxLength": _read_only("20", "integer"),
}

_NO_MEASURANDS = StationValue("", "ReadWrite", "MemberList", "Energy.Active.Import.Register")
"""Where a transaction begins or ends without a reading, as most cases have it (E01.FR.09, E06.FR.11)."""

_STATE = StationValue("Available", "ReadOnly", "OptionList", "Available,Occupied,Reserved,Unavailable,Faulted")

VARIABLES_2: dict[VariableName, StationValue] = {
    ("AlignedDataCtrlr", "Interval", ""): _writable("900", "integer"),
    ("AlignedDataCtrlr", "Measurands", ""): _writable("Energy.Active.Import.Register", "MemberList"),
    ("AlignedDataCtrlr", "TxEndedInterval", ""): _writable("900", "integer"),
    ("AlignedDataCtrlr", "TxEndedMeasurands", ""): _writable("Energy.Active.Import.Register", "MemberList"),
    ("AuthCacheCtrlr", "Enabled", ""): _writable("true", "boolean"),
    ("AuthCacheCtrlr", "LifeTime", ""): _writable("86400", "integer"),
    ("AuthCtrlr", "AuthorizeRemoteStart", ""): _writable("false", "boolean"),
    ("AuthCtrlr", "Enabled", ""): _writable("true", "boolean"),
    ("AuthCtrlr", "LocalAuthorizeOffline", ""): _writable("true", "boolean"),
    ("AuthCtrlr", "LocalPreAuthorize", ""): _writable("false", "boolean"),
    ("AuthCtrlr", "OfflineTxForUnknownIdEnabled", ""): _writable("false", "boolean"),
    ("ChargingStation", "AvailabilityState", ""): _STATE,
    ("ChargingStation", "Available", ""): _read_only("true", "boolean"),
    ("ChargingStation", "SupplyPhases", ""): _read_only("3", "integer"),
    ("ClockCtrlr", "DateTime", ""): _read_only("", "dateTime"),
    ("ClockCtrlr", "TimeSource", ""): _writable("Heartbeat", "SequenceList"),
    ("Connector", "AvailabilityState", ""): _STATE,
    ("Connector", "Available", ""): _read_only("true", "boolean"),
    ("Connector", "ConnectorType", ""): _read_only("cType2"),
    ("Connector", "SupplyPhases", ""): _read_only("3", "integer"),
    ("DeviceDataCtrlr", "BytesPerMessage", "GetReport"): _read_only("65000", "integer"),
    ("DeviceDataCtrlr", "BytesPerMessage", "GetVariables"): _read_only("65000", "integer"),
    ("DeviceDataCtrlr", "BytesPerMessage", "SetVariables"): _read_only("65000", "integer"),
    ("DeviceDataCtrlr", "ItemsPerMessage", "GetReport"): _read_only("64", "integer"),
    ("DeviceDataCtrlr", "ItemsPerMessage", "GetVariables"): _read_only("64", "integer"),
    ("DeviceDataCtrlr", "ItemsPerMessage", "SetVariables"): _read_only("64", "integer"),
    ("EVSE", "AvailabilityState", ""): _STATE,
    ("EVSE", "Available", ""): _read_only("true", "boolean"),
    ("EVSE", "Power", ""): _read_only("0", "decimal"),
    ("EVSE", "SupplyPhases", ""): _read_only("3", "integer"),
    ("LocalAuthListCtrlr", "BytesPerMessage", ""): _read_only("65000", "integer"),
    ("LocalAuthListCtrlr", "Enabled", ""): _writable("true", "boolean"),
    ("LocalAuthListCtrlr", "Entries", ""): _read_only("0", "integer"),
    ("LocalAuthListCtrlr", "ItemsPerMessage", ""): _read_only("50", "integer"),
    ("MonitoringCtrlr", "BytesPerMessage", "SetVariableMonitoring"): _read_only("65000", "integer"),
    ("MonitoringCtrlr", "ItemsPerMessage", "SetVariableMonitoring"): _read_only("64", "integer"),
    ("OCPPCommCtrlr", "FileTransferProtocols", ""): _read_only("HTTPS,SFTP", "MemberList"),
    ("OCPPCommCtrlr", "HeartbeatInterval", ""): _writable("300", "integer"),
    ("OCPPCommCtrlr", "MessageAttemptInterval", "TransactionEvent"): _writable("10", "integer"),
    ("OCPPCommCtrlr", "MessageAttempts", "TransactionEvent"): _writable("3", "integer"),
    ("OCPPCommCtrlr", "MessageTimeout", "Default"): _read_only("30", "integer"),
    ("OCPPCommCtrlr", "NetworkConfigurationPriority", ""): _writable("1", "SequenceList"),
    ("OCPPCommCtrlr", "NetworkProfileConnectionAttempts", ""): _writable("3", "integer"),
    ("OCPPCommCtrlr", "OfflineThreshold", ""): _writable("60", "integer"),
    ("OCPPCommCtrlr", "ResetRetries", ""): _writable("3", "integer"),
    ("OCPPCommCtrlr", "RetryBackOffRandomRange", ""): _writable("10", "integer"),
    ("OCPPCommCtrlr", "RetryBackOffRepeatTimes", ""): _writable("3", "integer"),
    ("OCPPCommCtrlr", "RetryBackOffWaitMinimum", ""): _writable("10", "integer"),
    ("OCPPCommCtrlr", "UnlockOnEVSideDisconnect", ""): _writable("true", "boolean"),
    ("OCPPCommCtrlr", "WebSocketPingInterval", ""): _writable("60", "integer"),
    ("SampledDataCtrlr", "TxEndedInterval", ""): _writable("60", "integer"),
    ("SampledDataCtrlr", "TxEndedMeasurands", ""): _NO_MEASURANDS,
    ("SampledDataCtrlr", "TxStartedMeasurands", ""): _NO_MEASURANDS,
    ("SampledDataCtrlr", "TxUpdatedInterval", ""): _writable("60", "integer"),
    ("SampledDataCtrlr", "TxUpdatedMeasurands", ""): _writable("Energy.Active.Import.Register", "MemberList"),
    ("SecurityCtrlr", "BasicAuthPassword", ""): StationValue("", "WriteOnly"),
    ("SecurityCtrlr", "CertificateEntries", ""): _read_only("20", "integer"),
    ("SecurityCtrlr", "Identity", ""): _read_only("", "string"),
    ("SecurityCtrlr", "OrganizationName", ""): _writable("ocpp-proof"),
    ("SecurityCtrlr", "SecurityProfile", ""): _read_only("1", "integer"),
    ("SmartChargingCtrlr", "Enabled", ""): _writable("true", "boolean"),
    ("SmartChargingCtrlr", "Entries", "ChargingProfiles"): _read_only("0", "integer"),
    ("SmartChargingCtrlr", "LimitChangeSignificance", ""): _writable("1", "decimal"),
    ("SmartChargingCtrlr", "PeriodsPerSchedule", ""): _read_only("24", "integer"),
    ("SmartChargingCtrlr", "ProfileStackLevel", ""): _read_only("10", "integer"),
    ("SmartChargingCtrlr", "RateUnit", ""): _read_only("A,W", "MemberList"),
    ("TariffCostCtrlr", "Currency", ""): _writable("EUR"),
    ("TxCtrlr", "EVConnectionTimeOut", ""): _writable("60", "integer"),
    ("TxCtrlr", "StopTxOnEVSideDisconnect", ""): _read_only("true", "boolean"),
    ("TxCtrlr", "StopTxOnInvalidId", ""): _writable("true", "boolean"),
    ("TxCtrlr", "TxStartPoint", ""): _writable("EVConnected,Authorized", "MemberList"),
    ("TxCtrlr", "TxStopPoint", ""): _writable("EVConnected", "MemberList"),
}

_APN = "PAP,CHAP,NONE,AUTO"
_INTERFACES = "Wired0,Wireless0,Any"

VARIABLES_2_1: dict[VariableName, StationValue] = {
    ("CustomizationCtrlr", "CustomTriggers", ""): _read_only("", "MemberList"),
    ("NetworkConfiguration", "Apn", ""): _writable(""),
    ("NetworkConfiguration", "ApnAuthentication", ""): StationValue("AUTO", "ReadWrite", "OptionList", _APN),
    ("NetworkConfiguration", "ApnEnabled", ""): _writable("false", "boolean"),
    ("NetworkConfiguration", "ApnPassword", ""): StationValue("", "WriteOnly"),
    ("NetworkConfiguration", "ApnUserName", ""): _writable(""),
    ("NetworkConfiguration", "BasicAuthPassword", ""): StationValue("", "WriteOnly"),
    ("NetworkConfiguration", "Identity", ""): _writable(""),
    ("NetworkConfiguration", "MessageTimeout", ""): _writable("30", "integer"),
    ("NetworkConfiguration", "OcppCsmsUrl", ""): _writable(""),
    ("NetworkConfiguration", "OcppInterface", ""): StationValue("Any", "ReadWrite", "OptionList", _INTERFACES),
    ("NetworkConfiguration", "OcppTransport", ""): _writable("JSON", "OptionList"),
    ("NetworkConfiguration", "OcppVersion", ""): StationValue("OCPP21", "ReadWrite", "OptionList", "OCPP201,OCPP21"),
    ("NetworkConfiguration", "SecurityProfile", ""): _writable("1", "integer"),
    ("NetworkConfiguration", "VpnEnabled", ""): _writable("false", "boolean"),
    ("TariffCostCtrlr", "Available", "Cost"): _read_only("false", "boolean"),
    ("TariffCostCtrlr", "Available", "Tariff"): _read_only("false", "boolean"),
    ("TariffCostCtrlr", "Enabled", "Cost"): _writable("false", "boolean"),
    ("TariffCostCtrlr", "Enabled", "RunningCost"): _writable("false", "boolean"),
    ("TariffCostCtrlr", "Enabled", "Tariff"): _writable("false", "boolean"),
    ("TxCtrlr", "AllowEnergyTransferResumption", ""): _writable("false", "boolean"),
    ("TxCtrlr", "ResumptionTimeout", ""): _writable("0", "integer"),
    ("TxCtrlr", "SupportedLimits", ""): StationValue("", "ReadOnly", "MemberList", "maxCost,maxEnergy,maxTime,maxSoC"),
}
"""Those that mean something else in 2.0.1, or nothing: what the station calculates itself, what it resumes, the
limits it keeps, and what its maker lets it send."""


def variables_of(version: str) -> dict[VariableName, StationValue]:
    """The variables of a station of OCPP 2.x."""
    return VARIABLES_2 | VARIABLES_2_1 if version == "2.1" else VARIABLES_2
