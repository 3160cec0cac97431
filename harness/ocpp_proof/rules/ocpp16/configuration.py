"""1.6: configuration keys: those that there must be, and what becomes of a change (sections 5.3, 5.8, 9.1)."""

from __future__ import annotations

from ..exchange import HIDDEN, Exchange, is_secret
from ..rule import Rule
from ..subject import Subject, on

__all__ = ["Configuration"]

REQUIRED_KEYS = Rule(
    "required-keys",
    "station",
    "A charge point that tells all its configuration keys tells every required one",
    {"1.6": "1.6 §9.1"},
)
VALUE_KEPT = Rule(
    "accepted-value-kept",
    "station",
    "A configuration key that was changed reads back with its new value",
    {"1.6": "1.6 §5.3 set"},
)
READONLY_CHANGED = Rule(
    "readonly-key-changed",
    "station",
    "A configuration key that is said to be readonly takes no new value",
    {"1.6": "1.6 §5.8 keys"},
)
_REQUIRED = (
    "AuthorizeRemoteTxRequests",
    "ClockAlignedDataInterval",
    "ConnectionTimeOut",
    "ConnectorPhaseRotation",
    "GetConfigurationMaxKeys",
    "HeartbeatInterval",
    "LocalAuthorizeOffline",
    "LocalPreAuthorize",
    "MeterValuesAlignedData",
    "MeterValuesSampledData",
    "MeterValueSampleInterval",
    "NumberOfConnectors",
    "ResetRetries",
    "StopTransactionOnInvalidId",
    "StopTxnAlignedData",
    "StopTxnSampledData",
    "SupportedFeatureProfiles",
    "TransactionMessageAttempts",
    "TransactionMessageRetryInterval",
    "UnlockConnectorOnEVSideDisconnect",
)
_OPTIONAL = (
    "AdditionalRootCertificateCheck",
    "AllowOfflineTxForUnknownId",
    "AuthorizationCacheEnabled",
    "AuthorizationKey",
    "BlinkRepeat",
    "CertificateSignedMaxChainSize",
    "CertificateStoreMaxLength",
    "ChargeProfileMaxStackLevel",
    "ChargingScheduleAllowedChargingRateUnit",
    "ChargingScheduleMaxPeriods",
    "ConnectorPhaseRotationMaxLength",
    "ConnectorSwitch3to1PhaseSupported",
    "CpoName",
    "LightIntensity",
    "LocalAuthListEnabled",
    "LocalAuthListMaxLength",
    "MaxChargingProfilesInstalled",
    "MaxEnergyOnInvalidId",
    "MessageTimeout",
    "MeterValuesAlignedDataMaxLength",
    "MeterValuesSampledDataMaxLength",
    "MinimumStatusDuration",
    "ReserveConnectorZeroSupported",
    "SecurityProfile",
    "SendLocalListMaxLength",
    "StopTransactionMaxMeterValues",
    "StopTransactionOnEVSideDisconnect",
    "StopTxnAlignedDataMaxLength",
    "StopTxnSampledDataMaxLength",
    "SupportedFeatureProfilesMaxLength",
    "SupportedFileTransferProtocols",
    "WebSocketPingInterval",
)
_STANDARD = {name.casefold() for name in (*_REQUIRED, *_OPTIONAL)}
"""Keys of the standard, its errata and the whitepaper: what another one does is its maker's."""
_FOR_LONG = 600.0
"""Seconds after which somebody at the station may have changed a key."""
_CHANGED_OTHERWISE = {"authorizationkey", "securityprofile", "heartbeatinterval"}
"""A password cannot be read, a profile counts when the station has connected with it, a boot changes the interval."""


_TRUTH = {"true": "1", "false": "0"}


class Configuration(Subject):
    """What each key was said to be, and was changed to, since the station has started."""

    rules = (REQUIRED_KEYS, VALUE_KEPT, READONLY_CHANGED)

    def begin(self) -> None:
        """Nothing was said."""
        self._values: dict[str, Exchange] = {}
        """The last change of each key, where nothing else may have changed it since."""
        self._readonly: dict[str, str] = {}
        self._read: set[str] = set()
        """Every key that was ever told."""
        self._after_boot: dict[str, Exchange] = {}
        self._restarting = False

    def unsound(self, exchange: Exchange) -> None:
        """It may have been taken for any change."""
        if exchange.sender == "csms":
            self._forget()

    def operated(self, verb: str, place: tuple[int, int] | None, now: float) -> None:
        """Whoever is at the station can change it."""
        if place is None:
            self._forget()

    def _forget(self) -> None:
        self._values.clear()
        self._after_boot.clear()
        self._readonly.clear()

    @on("csms asks", "ChangeConfiguration")
    def asked(self, exchange: Exchange) -> None:
        """Until it is answered nobody knows."""
        self._values.pop(_key(exchange), None)
        self._after_boot.pop(_key(exchange), None)

    @on("csms asks", "DataTransfer", "UpdateFirmware", "SignedUpdateFirmware")
    def other_ways(self, exchange: Exchange) -> None:
        """What a vendor's message changes is the vendor's."""
        self._forget()

    @on("station asks", "BootNotification")
    def booted(self, exchange: Exchange) -> None:
        """What waited for a reboot counts now, if this is one."""
        if self._restarting:
            self._readonly.clear()
            self._values = self._after_boot
            self._after_boot, self._restarting = {}, False
        else:
            self._forget()

    @on("station answers")
    def answered(self, exchange: Exchange) -> None:
        """A change or what is read."""
        response = exchange.response or {}
        match exchange.action:
            case "Reset" if response.get("status") == "Accepted":
                self._restarting = True
                if exchange.request["type"] == "Soft":  # not all counts when only the application starts anew
                    self._after_boot.clear()
            case "ChangeConfiguration":
                self._changed(exchange, str(response.get("status", "")))
            case "GetConfiguration":
                self._told(exchange)

    def _changed(self, exchange: Exchange, status: str) -> None:
        key, value = _key(exchange), str(exchange.request["value"])
        if status == "Accepted" and key not in _CHANGED_OTHERWISE:
            self._values[key] = exchange
        elif status == "RebootRequired" and key not in _CHANGED_OTHERWISE:
            self._after_boot[key] = exchange
        readonly = self._readonly.get(key)
        if status in ("Accepted", "RebootRequired") and readonly is not None and not _same(readonly, value):
            shown = HIDDEN if is_secret(key) else readonly
            self.breaks(
                READONLY_CHANGED,
                exchange,
                expected="Rejected",
                received=status,
                field="status",
                contradicts=f"{exchange.request['key']} = {shown} was said to be readonly",
            )
        if key not in _STANDARD and status in ("Accepted", "RebootRequired"):
            self._readonly.clear()  # it may have unlocked others

    def _told(self, exchange: Exchange) -> None:
        if exchange.response is None:
            return
        entries = exchange.response.get("configurationKey", [])
        for entry in entries:
            key, value = entry["key"].casefold(), str(entry.get("value", ""))
            self._read.add(key)
            if entry["readonly"]:
                self._readonly[key] = value
            else:
                self._readonly.pop(key, None)
            change = self._values.get(key)
            if change is None or exchange.asked < (change.answered or 0.0):
                continue
            if not _reads_back(key, str(change.request["value"]), value):
                self.breaks(
                    VALUE_KEPT,
                    exchange,
                    expected=f"{entry['key']} = {change.request['value']}",
                    received=value or "no value",
                    field="configurationKey.value",
                    contradicts=f"{change.text()} was answered {(change.response or {}).get('status')}",
                    should=key not in _STANDARD or exchange.asked - (change.answered or 0.0) > _FOR_LONG,
                )
        if not exchange.request.get("key") and entries:
            missing = [name for name in _REQUIRED if name.casefold() not in self._read]
            if missing:
                self.breaks(
                    REQUIRED_KEYS,
                    exchange,
                    expected="every required key",
                    received=f"missing: {', '.join(missing)}",
                    field="configurationKey.key",
                )


def _key(exchange: Exchange) -> str:
    return str(exchange.request["key"]).casefold()


def _reads_back(key: str, value: str, told: str) -> bool:
    """A maker's key may hold what nobody can read; a phase rotation may be set for some connectors only (9.1.7)."""
    if key not in _STANDARD and not told.strip("*"):
        return True
    if key == "connectorphaserotation":
        return set(_members(value)) <= set(_members(told))
    return _same(value, told)


def _same(one: str, other: str) -> bool:
    """As numbers or booleans, as lists in any order, or as text in any case."""
    if one == other:
        return True
    one, other = (_TRUTH.get(text.strip().casefold(), text) for text in (one, other))
    try:
        return float(one) == float(other)
    except ValueError:
        return _members(one) == _members(other)


def _members(text: str) -> list[str]:
    return sorted(part.strip().casefold() for part in text.split(","))
