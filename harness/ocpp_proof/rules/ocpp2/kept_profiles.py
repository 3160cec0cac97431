"""Charging profiles that were set are there after a restart (K01.FR.27)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..attributes import attribute
from ..exchange import Exchange
from ..remembered import forget_oldest
from ..rule import Rule, Side
from ..subject import Subject, on
from .transaction import both

__all__ = ["KeptProfiles"]

KEPT = Rule(
    "profiles-kept",
    "station",
    "A charging profile that was set, and is not of a transaction, is reported after a restart",
    both("K01.FR.27"),
)
PURPOSES = ("ChargingStationMaxProfile", "TxDefaultProfile", "PriorityCharging")
"""Those that 2.1 names; 2.0.1 has all kept, but a transaction may have ended, and others are not of the CSMS."""


@dataclass(slots=True)
class _Report:
    """Profiles that were asked for, as far as they have come."""

    question: Exchange
    ids: set[int] = field(default_factory=set)


class KeptProfiles(Subject):
    """Profiles by their id. One that ends by itself, or that another one may have replaced, is not waited for."""

    rules = (KEPT,)

    def begin(self) -> None:
        self._boots = 0
        self._profiles: dict[int, tuple[Exchange, int]] = {}
        """How each was set, and after how many boots."""
        self._reports: dict[int, _Report] = {}

    def closed(self, connection: int, now: float) -> None:
        self._reports.clear()

    def unsound(self, exchange: Exchange) -> None:
        if exchange.sender == "csms" or exchange.action == "ReportChargingProfiles":
            self.begin()

    def unreadable(self, sender: Side) -> None:
        self.begin()

    @on("csms asks", "ClearChargingProfile", "DataTransfer", "UpdateFirmware")
    def changes(self, exchange: Exchange) -> None:
        """Takes away what it likes."""
        self.begin()

    @on("csms asks", "SetVariables")
    def sets(self, exchange: Exchange) -> None:
        """Smart charging may be switched off."""
        if any(attribute(item)[0] == "smartchargingctrlr" for item in exchange.request["setVariableData"]):
            self.begin()

    @on("station asks", "BootNotification")
    def booted(self, exchange: Exchange) -> None:
        self._boots += exchange.request["reason"] != "Triggered"

    @on("csms asks", "SetChargingProfile")
    def asked(self, exchange: Exchange) -> None:
        """From now on the one that it replaces, by its id or its place (K01.FR.05, FR.06), may be gone."""
        place = _place(exchange)
        self._profiles = {
            id: one
            for id, one in self._profiles.items()
            if id != exchange.request["chargingProfile"]["id"] and _place(one[0]) != place
        }

    @on("station answers", "SetChargingProfile")
    def set(self, exchange: Exchange) -> None:
        profile = exchange.request["chargingProfile"]
        accepted = (exchange.response or {}).get("status") == "Accepted"
        if accepted and profile["chargingProfilePurpose"] in PURPOSES and _lasts(profile):
            self._profiles[profile["id"]] = exchange, self._boots
            forget_oldest(self._profiles)

    @on("csms asks", "GetChargingProfiles")
    def wanted(self, exchange: Exchange) -> None:
        number = exchange.request["requestId"]
        if self._reports.pop(number, None) is None:
            self._reports[number] = _Report(exchange)
            forget_oldest(self._reports)

    @on("station answers", "GetChargingProfiles")
    def answered(self, exchange: Exchange) -> None:
        report = self._reports.get(exchange.request["requestId"])
        if report is not None and (exchange.response or {}).get("status") == "NoProfiles":
            self._judge(report, exchange)

    @on("station asks", "ReportChargingProfiles")
    def part(self, exchange: Exchange) -> None:
        report = self._reports.get(exchange.request["requestId"])
        if report is None:
            return
        report.ids |= {profile["id"] for profile in exchange.request["chargingProfile"]}
        if not exchange.request.get("tbc", False):
            self._judge(report, exchange)

    def _judge(self, report: _Report, exchange: Exchange) -> None:
        self._reports.pop(report.question.request["requestId"], None)
        for id, (set_by, boots) in self._profiles.items():
            earlier = (set_by.answered or 0.0) < report.question.asked
            if boots < self._boots and earlier and id not in report.ids and _asks_for(report.question, set_by):
                self.breaks(
                    KEPT,
                    exchange,
                    expected=f"the profile {id}",
                    received=f"the profiles {', '.join(map(str, sorted(report.ids)))}" if report.ids else "none",
                    field="chargingProfile.id",
                    contradicts=set_by.text(),
                )
                return


def _place(exchange: Exchange) -> tuple[Any, ...]:
    profile = exchange.request["chargingProfile"]
    return exchange.request["evseId"], profile["chargingProfilePurpose"], profile["stackLevel"]


def _lasts(profile: dict[str, Any]) -> bool:
    """Whether it never ends by itself."""
    ends = profile["chargingProfileKind"] not in ("Relative", "Recurring") and any(
        "duration" in schedule for schedule in profile["chargingSchedule"]
    )
    return not ends and not {"validTo", "maxOfflineDuration"} & set(profile)


def _asks_for(question: Exchange, set_by: Exchange) -> bool:
    """Whether a profile is among those that are asked for, whoever it may be said to come from."""
    wanted, profile = question.request["chargingProfile"], set_by.request["chargingProfile"]
    if question.request.get("evseId", set_by.request["evseId"]) != set_by.request["evseId"]:
        return False
    if "chargingProfileId" in wanted:
        return profile["id"] in wanted["chargingProfileId"]
    return not wanted.get("chargingLimitSource") and all(
        wanted.get(name, profile[name]) == profile[name] for name in ("chargingProfilePurpose", "stackLevel")
    )
