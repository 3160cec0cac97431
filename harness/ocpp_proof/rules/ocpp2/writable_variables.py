"""Configuration variables of the standard that may be writable, and are kept then (Part 2, Referenced Components)."""

from __future__ import annotations

__all__ = ["is_configuration"]

_WRITABLE = {
    "AlignedDataCtrlr": "Enabled Interval Measurands SendDuringIdle SignReadings TxEndedInterval TxEndedMeasurands",
    "AuthCacheCtrlr": "DisablePostAuthorize Enabled LifeTime Policy",
    "AuthCtrlr": "AuthorizeRemoteStart DisableRemoteAuthorization Enabled LocalAuthorizeOffline LocalPreAuthorize"
    " MasterPassGroupId OfflineTxForUnknownIdEnabled",
    "ClockCtrlr": "NtpServerUri NtpSource TimeAdjustmentReportingThreshold TimeSource",
    "CustomizationCtrlr": "CustomImplementationEnabled",
    "DisplayMessageCtrlr": "Enabled",
    "ISO15118Ctrlr": "CentralContractValidationAllowed ContractCertificateInstallationEnabled"
    " ContractValidationOffline Enabled PnCEnabled RequestMeteringReceipt V2GCertificateInstallationEnabled",
    "LocalAuthListCtrlr": "DisablePostAuthorize Enabled",
    "MonitoringCtrlr": "Enabled OfflineQueuingSeverity",
    "OCPPCommCtrlr": "MessageAttemptInterval MessageAttempts MessageTimeout NetworkProfileConnectionAttempts"
    " OfflineThreshold QueueAllMessages ResetRetries RetryBackOffRandomRange RetryBackOffRepeatTimes"
    " RetryBackOffWaitMinimum UnlockOnEVSideDisconnect WebSocketPingInterval",
    "ReservationCtrlr": "Enabled",
    "SampledDataCtrlr": "Enabled RegisterValuesWithoutPhases SignReadings TxEndedInterval TxEndedMeasurands"
    " TxStartedMeasurands TxUpdatedInterval TxUpdatedMeasurands",
    "SecurityCtrlr": "AdditionalRootCertificateCheck CertSigningRepeatTimes CertSigningWaitMinimum OrganizationName",
    "SmartChargingCtrlr": "Enabled LimitChangeSignificance",
    "TariffCostCtrlr": "Currency Enabled TariffFallbackMessage TotalCostFallbackMessage",
    "TxCtrlr": "EVConnectionTimeOut MaxEnergyOnInvalidId StopTxOnEVSideDisconnect StopTxOnInvalidId"
    " TxBeforeAcceptedEnabled TxEndPoint TxStartPoint",
}
_NAMES = {(component.casefold(), name.casefold()) for component, names in _WRITABLE.items() for name in names.split()}


def is_configuration(component: str, variable: str) -> bool:
    """Whether this is one of them; names of any case. What another one does over a restart is its maker's."""
    return (component.casefold(), variable.casefold()) in _NAMES
