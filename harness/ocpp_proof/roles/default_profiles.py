"""The charging profiles that a station which the harness plays has accepted: kept, told of, and cleared."""

from __future__ import annotations

from typing import Any

from ocpp_proof.ocppj.frames import Payload

__all__ = ["InstalledProfiles"]


class InstalledProfiles:
    """Profiles by their id, each with its EVSE (1.6: connector)."""

    def __init__(self, version: str) -> None:
        self._old = version == "1.6"
        self._installed: dict[int, tuple[int, dict[str, Any]]] = {}

    def keep(self, told: Payload) -> None:
        """Take a SetChargingProfile in; what has the same place, purpose and stack level is replaced (K01.FR.05)."""
        profile: dict[str, Any] = told.get("csChargingProfiles" if self._old else "chargingProfile", {})
        place: int = told.get("connectorId" if self._old else "evseId", 0)
        for number, (where, other) in list(self._installed.items()):
            names = ("chargingProfilePurpose", "stackLevel", "transactionId")
            if where == place and all(other.get(name) == profile.get(name) for name in names):
                del self._installed[number]
        self._installed[profile.get("chargingProfileId" if self._old else "id", 0)] = place, profile

    def meant(self, told: Payload) -> list[int]:
        """The ids of those that a ClearChargingProfile or a GetChargingProfiles means."""
        if "chargingProfile" in told:  # GetChargingProfiles
            wanted = dict(told["chargingProfile"]) | ({"evseId": told["evseId"]} if "evseId" in told else {})
        else:
            wanted = told if self._old else dict(told.get("chargingProfileCriteria", {}))
        ids = wanted.get("chargingProfileId", told.get("id" if self._old else "chargingProfileId"))
        if ids is not None:
            return [number for number in (ids if isinstance(ids, list) else [ids]) if number in self._installed]
        if "CSO" not in wanted.get("chargingLimitSource", ["CSO"]):
            return []
        return [number for number, (place, profile) in self._installed.items() if _fits(wanted, place, profile)]

    def clear(self, told: Payload) -> None:
        """Forget those that a ClearChargingProfile means."""
        for number in self.meant(told):
            del self._installed[number]

    def forget(self, purpose: str) -> None:
        """Forget those of this purpose."""
        for number, (_, profile) in list(self._installed.items()):
            if profile.get("chargingProfilePurpose") == purpose:
                del self._installed[number]

    def reports(self, told: Payload) -> list[tuple[str, Payload]]:
        """The ReportChargingProfiles that follow an accepted GetChargingProfiles: one for each EVSE."""
        found: dict[int, list[dict[str, Any]]] = {}
        for number in self.meant(told):
            place, profile = self._installed[number]
            found.setdefault(place, []).append(profile)
        fixed = {"requestId": told.get("requestId", 0), "chargingLimitSource": "CSO"}
        reports = [{**fixed, "evseId": place, "chargingProfile": found[place], "tbc": True} for place in found]
        if reports:
            reports[-1]["tbc"] = False
        return [("ReportChargingProfiles", report) for report in reports]


def _fits(wanted: Payload, place: int, profile: dict[str, Any]) -> bool:
    where = wanted.get("connectorId", wanted.get("evseId", place))
    names = ("chargingProfilePurpose", "stackLevel")
    return bool(where == place) and all(wanted.get(name, profile.get(name)) == profile.get(name) for name in names)
