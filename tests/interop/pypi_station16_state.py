"""What the 1.6 charge point on PyPI `ocpp` keeps: its configuration keys, connectors and local list."""

import asyncio
from datetime import UTC, datetime

READONLY = {
    "ConnectorPhaseRotationMaxLength": "2",
    "GetConfigurationMaxKeys": "50",
    "NumberOfConnectors": "2",
    "SupportedFeatureProfiles": "Core,LocalAuthListManagement,RemoteTrigger",
    "LocalAuthListMaxLength": "50",
    "SendLocalListMaxLength": "50",
}
SETTINGS = {
    "AuthorizeRemoteTxRequests": "false",
    "ClockAlignedDataInterval": "0",
    "ConnectionTimeOut": "60",
    "ConnectorPhaseRotation": "NotApplicable",
    "HeartbeatInterval": "300",
    "LocalAuthListEnabled": "true",
    "LocalAuthorizeOffline": "true",
    "LocalPreAuthorize": "false",
    "MeterValueSampleInterval": "0",
    "MeterValuesAlignedData": "Energy.Active.Import.Register",
    "MeterValuesSampledData": "Energy.Active.Import.Register",
    "ResetRetries": "1",
    "StopTransactionOnEVSideDisconnect": "true",
    "StopTransactionOnInvalidId": "true",
    "StopTxnAlignedData": "",
    "StopTxnSampledData": "",
    "TransactionMessageAttempts": "1",
    "TransactionMessageRetryInterval": "1",
    "UnlockConnectorOnEVSideDisconnect": "true",
}
UNKNOWN = -1
"""The id of a transaction until the answer to StartTransaction has come."""
NUMBERS = {k for k, v in SETTINGS.items() if v.isdecimal()}
YES_NO = {k for k, v in SETTINGS.items() if v in ("true", "false")}


def now():
    return datetime.now(UTC).isoformat()


class Connector:
    def __init__(self, number):
        self.number = number
        self.plugged = self.faulted = self.scheduled = False
        self.operative = True
        self.waiting = None  # the token that may start once the cable is in
        self.transaction = self.token = self.parent = self.starting = None
        self.suspended = False
        self.meter = 1000
        self.told = None
        self.numbered = asyncio.Event()
        self.timer = None

    @property
    def status(self):
        if self.faulted:
            return "Faulted"
        if self.transaction is not None:
            return "SuspendedEV" if self.suspended else "Charging"
        if not self.operative:
            return "Unavailable"
        if self.plugged and self.token == "ended":
            return "Finishing"
        return "Preparing" if self.plugged or self.waiting else "Available"


CONNECTORS = {n: Connector(n) for n in (1, 2)}
LIST = {"version": 0, "entries": {}}
