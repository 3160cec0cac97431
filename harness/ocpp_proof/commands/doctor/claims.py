"""What sut.toml claims against what a station says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...cases.errors import OcppProofError
from ...roles.csms import Csms
from ...sut.config import SutConfig
from ...sut.pics import canonical, claims, feature_of_profile, profile_key
from .report import Report

__all__ = [
    "compare_features",
    "compare_nameplate",
    "compare_profiles",
    "nameplate_of",
    "told_features",
    "told_profiles",
]

_OPTIONAL_16 = ("FirmwareManagement", "LocalAuthListManagement", "Reservation", "SmartCharging", "RemoteTrigger")
"""The feature profiles of 1.6 beside Core (SupportedFeatureProfiles, 9.1.29)."""
_KEYS_16 = {
    "authorization cache": "AuthorizationCacheEnabled",
    "offline authorization of unknown tokens": "AllowOfflineTxForUnknownId",
    "reserve connector zero": "ReserveConnectorZeroSupported",
}
"""The configuration key that shows whether a charge point has it: it is there (9.1.1, 9.1.2), or true (9.3.1)."""
_AVAILABLE_2 = {
    "Local Authorization List Management": "LocalAuthListCtrlr",
    "Smart Charging": "SmartChargingCtrlr",
    "Reservation": "ReservationCtrlr",
    "Advanced User Interface": "DisplayMessageCtrlr",
}
"""The component whose variable Available says whether a station of 2.x has the profile."""


def nameplate_of(boot: Mapping[str, Any]) -> dict[str, str]:
    """Vendor, model and firmware of a BootNotification of any version; what it does not say is left out."""
    told = boot.get("chargingStation")
    station = told if isinstance(told, dict) else {}
    found = {
        "vendor": boot.get("chargePointVendor", station.get("vendorName")),
        "model": boot.get("chargePointModel", station.get("model")),
        "firmware": boot.get("firmwareVersion", station.get("firmwareVersion")),
    }
    return {name: str(value) for name, value in found.items() if value}


def compare_nameplate(config: SutConfig, boot: Mapping[str, Any], report: Report) -> None:
    """Vendor, model and firmware of sut.toml are those that the station tells."""
    told = nameplate_of(boot)
    for name in ("vendor", "model", "firmware"):
        claimed = getattr(config, name)
        if claimed and told.get(name) != claimed:
            report.bad(
                f"sut.{name} = {claimed!r}, and the station says {told.get(name, 'nothing')!r}: is it the right one? "
                f"The reports name what stands in sut.{name}"
            )
    if all(getattr(config, name) in ("", told.get(name)) for name in ("vendor", "model", "firmware")):
        shown = ", ".join(f"{name} {value!r}" for name, value in told.items())
        report.fine(f"it booted: {shown}")


async def told_profiles(csms: Csms) -> dict[str, bool]:
    """Which optional profiles a connected station says that it has, and has not; without those it says nothing of.

    Inside of a case, as it asks the station. Raises OcppProofError or NonConformance.
    """
    if csms.ocpp != "1.6":
        return {name: had for name in _AVAILABLE_2 if (had := await _available(csms, _AVAILABLE_2[name])) is not None}
    value, _ = await _configuration(csms, "SupportedFeatureProfiles")
    told = {profile_key(name) for name in (value or "").split(",")}
    return {} if value is None else {name: profile_key(name) in told for name in _OPTIONAL_16}


async def told_features(csms: Csms) -> dict[str, bool]:
    """Which features a connected charge point of 1.6 says by its configuration keys that it has, and has not.

    As of told_profiles. 2.x: none.
    """
    found = {}
    for feature, key in _KEYS_16.items() if csms.ocpp == "1.6" else ():
        value, unknown = await _configuration(csms, key)
        if value is not None:
            found[feature] = feature != "reserve connector zero" or value.lower() == "true"
        elif unknown:
            found[feature] = False
    return found


async def _configuration(csms: Csms, key: str) -> tuple[str | None, bool]:
    """The value of a configuration key, None without one; and whether the charge point says that it has no such key."""
    answer = await csms.attempt("GetConfiguration", key=[key])
    for entry in answer.get("configurationKey") or ():
        if isinstance(entry, dict) and entry.get("key") == key:
            return str(entry.get("value", "")), False
    return None, key in (answer.get("unknownKey") or ())


async def _available(csms: Csms, component: str) -> bool | None:
    wanted = {"component": {"name": component}, "variable": {"name": "Available"}}
    answer = await csms.attempt("GetVariables", getVariableData=[wanted])
    for result in answer.get("getVariableResult") or ():
        value = str(result.get("attributeValue", "")).lower() if isinstance(result, dict) else ""
        if value in ("true", "false"):
            return value == "true"
    return None


async def compare_profiles(config: SutConfig, csms: Csms, report: Report) -> None:
    """The profiles that sut.toml claims are those that the station has."""
    try:
        told = await told_profiles(csms)
    except (OcppProofError, AssertionError) as error:
        report.untried(f"sut.profiles against the station: it did not say which it has ({error})")
        return
    where = "SupportedFeatureProfiles" if csms.ocpp == "1.6" else "the Available of its components"
    if not told:
        report.untried(f"sut.profiles against the station: {where} says nothing")
        return
    named = {profile_key(name) for name in config.profiles}
    claimed = claims(config.profiles, config.features, csms.ocpp)
    differing = False
    for profile, has in told.items():
        feature = feature_of_profile(profile, csms.ocpp)
        wanted = profile_key(profile) in named or bool(feature and claimed.get(canonical(feature)))
        if wanted and not has:
            differing = True
            key = "sut.profiles" if profile_key(profile) in named else f"[features] {feature!r}"
            report.bad(f"{key} claims {profile!r}, and by {where} the station does not have it: take it out")
        elif has and not wanted and (named or csms.ocpp == "1.6"):  # where 2.x names none, no case is left out
            differing = True
            report.note(
                f"the station has {profile!r} ({where}), which sut.profiles does not claim: cases about it do not apply"
            )
    if not differing:
        report.fine(f"sut.profiles agrees with what the station says ({where})")


async def compare_features(config: SutConfig, csms: Csms, report: Report) -> None:
    """The features that sut.toml claims are those that the station has, as far as it says so."""
    try:
        told = await told_features(csms)
    except (OcppProofError, AssertionError) as error:
        report.untried(f"[features] against the station: its configuration cannot be read ({error})")
        return
    claimed = claims(config.profiles, config.features, csms.ocpp)
    wrong = [name for name, has in told.items() if claimed.get(canonical(name)) and not has]
    for name in wrong:
        report.bad(f'[features] "{name}" = true, and the station does not have the key {_KEYS_16[name]}: take it out')
    for name, has in told.items():
        if has and not claimed.get(canonical(name)):
            report.note(
                f'the station has "{name}" (its key {_KEYS_16[name]}), which [features] does not claim: cases about it '
                "do not apply"
            )
    if told and not wrong:
        report.fine(f"[features] claims nothing that the station's keys deny ({', '.join(told)})")
