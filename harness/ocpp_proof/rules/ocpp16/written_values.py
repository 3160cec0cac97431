"""1.6: values that travel as text are written as what the standard says they are (sections 7.43, 9)."""

from __future__ import annotations

import math
from typing import Any

from ..exchange import Exchange
from ..rule import Rule
from ..subject import Subject, on

__all__ = ["WrittenValues"]

KEY_TYPE = Rule(
    "value-of-its-type",
    "station",
    "A configuration key of the standard has a value of its type",
    {"1.6": "1.6 §9 type"},
)
RAW_NUMBER = Rule(
    "raw-value-is-a-number",
    "station",
    "A sampled value that is not signed data is a number",
    {"1.6": "1.6 §7.43 value"},
)
_BOOLEANS = (
    "AdditionalRootCertificateCheck",
    "AllowOfflineTxForUnknownId",
    "AuthorizationCacheEnabled",
    "AuthorizeRemoteTxRequests",
    "ConnectorSwitch3to1PhaseSupported",
    "LocalAuthListEnabled",
    "LocalAuthorizeOffline",
    "LocalPreAuthorize",
    "ReserveConnectorZeroSupported",
    "StopTransactionOnEVSideDisconnect",
    "StopTransactionOnInvalidId",
    "UnlockConnectorOnEVSideDisconnect",
)
_INTEGERS = (
    "BlinkRepeat",
    "CertificateSignedMaxChainSize",
    "CertificateStoreMaxLength",
    "ChargeProfileMaxStackLevel",
    "ChargingScheduleMaxPeriods",
    "ClockAlignedDataInterval",
    "ConnectionTimeOut",
    "ConnectorPhaseRotationMaxLength",
    "GetConfigurationMaxKeys",
    "HeartbeatInterval",
    "LightIntensity",
    "LocalAuthListMaxLength",
    "MaxChargingProfilesInstalled",
    "MaxEnergyOnInvalidId",
    "MeterValueSampleInterval",
    "MeterValuesAlignedDataMaxLength",
    "MeterValuesSampledDataMaxLength",
    "MinimumStatusDuration",
    "NumberOfConnectors",
    "ResetRetries",
    "SecurityProfile",
    "SendLocalListMaxLength",
    "StopTxnAlignedDataMaxLength",
    "StopTxnSampledDataMaxLength",
    "SupportedFeatureProfilesMaxLength",
    "TransactionMessageAttempts",
    "TransactionMessageRetryInterval",
    "WebSocketPingInterval",
)
_TYPES = {name.casefold(): "boolean" for name in _BOOLEANS} | {name.casefold(): "integer" for name in _INTEGERS}


class WrittenValues(Subject):
    """Each message for itself: nothing is remembered."""

    rules = (KEY_TYPE, RAW_NUMBER)

    @on("station answers", "GetConfiguration")
    def told(self, exchange: Exchange) -> None:
        """A key that is there and not set has no value, or an empty one (5.8)."""
        for entry in (exchange.response or {}).get("configurationKey", []):
            kind, value = _TYPES.get(entry["key"].casefold()), str(entry.get("value", "")).strip()
            if kind is None or not value or _is(kind, value):
                continue
            self.breaks(
                KEY_TYPE,
                exchange,
                expected=f"{entry['key']}: {'true or false' if kind == 'boolean' else 'an integer'}",
                received=value,
                field="configurationKey.value",
                should=_is_meant(kind, value),
            )

    @on("station asks", "MeterValues")
    def values(self, exchange: Exchange) -> None:
        """Values that are told while they are measured."""
        self._read(exchange, exchange.request["meterValue"], "meterValue")

    @on("station asks", "StopTransaction")
    def stopped(self, exchange: Exchange) -> None:
        """Values that are told when a transaction has stopped."""
        self._read(exchange, exchange.request.get("transactionData", []), "transactionData")

    def _read(self, exchange: Exchange, values: list[dict[str, Any]], field: str) -> None:
        samples = (sample for value in values for sample in value["sampledValue"])
        wrong = next((s for s in samples if s.get("format", "Raw") == "Raw" and not _is_number(s["value"])), None)
        if wrong is not None:
            self.breaks(
                RAW_NUMBER,
                exchange,
                expected="a number, or the format SignedData",
                received=str(wrong["value"]),
                field=f"{field}.sampledValue.value",
            )


def _is(kind: str, value: str) -> bool:
    if kind == "boolean":
        return value.casefold() in ("true", "false")
    return value.removeprefix("-").removeprefix("+").isdecimal()


def _is_meant(kind: str, value: str) -> bool:
    """What a reader of goodwill takes for the type: the standard does not say how a boolean is spelled."""
    if kind == "boolean":
        return value.casefold() in ("1", "0", "yes", "no", "on", "off")
    return _is_number(value) and float(value).is_integer()


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text)) and text.isascii() and "_" not in text  # which only Python reads
    except ValueError:
        return False
