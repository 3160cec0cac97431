"""The charging profiles that a CSMS sends and asks for."""

from __future__ import annotations

from typing import Any

from ..exchange import Exchange
from ..rule import Rule
from ..subject import Subject, on

__all__ = ["Profiles"]


def _rule(id: str, sentence: str, requirement: str, *, versions: tuple[str, ...] = ("2.0.1", "2.1")) -> Rule:
    return Rule(id, "csms", sentence, dict.fromkeys(versions, requirement))


TX_PROFILE = _rule("tx-profile-names-its-transaction", "A TxProfile that is set names its transaction", "K01.FR.03")
NO_EXTERNAL = _rule("no-external-constraints-set", "A CSMS sets no profile of external constraints", "K01.FR.22")
FIRST_PERIOD = _rule("first-period-at-zero", "The first period of a schedule begins at 0", "K01.FR.31")
PERIODS_IN_ORDER = _rule("periods-in-order", "The periods of a schedule are in the order of their start", "K01.FR.35")
MAX_NOT_RELATIVE = _rule(
    "station-maximum-not-relative", "A profile for the maximum of the station is not Relative", "K01.FR.38"
)
START_THERE = _rule(
    "start-of-a-schedule-there", "The schedule of an Absolute or Recurring profile has a start", "K01.FR.40"
)
NO_START = _rule("relative-without-start", "The schedule of a Relative profile has no start", "K01.FR.41")
ONE_PHASE = _rule("phase-only-for-one", "phaseToUse is given only where numberPhases is 1", "K01.FR.19")
STACK_LEVEL = _rule(
    "stack-level-once", "No two profiles of one purpose and EVSE have one stack level at the same time", "K01.FR.06"
)
TX_STACK_LEVEL = _rule(
    "stack-level-once-a-transaction", "No two TxProfiles of one transaction have one stack level", "K01.FR.39"
)
REMOTE_PURPOSE = _rule("purpose-at-remote-start", "A profile in a remote start is a TxProfile", "F01.FR.09")
REMOTE_TRANSACTION = _rule(
    "no-transaction-at-remote-start", "A profile in a remote start names no transaction", "F01.FR.11"
)
PROFILES_NAMED = _rule(
    "profiles-asked-for-named", "GetChargingProfiles says which profiles are meant, by id or by criteria", "K09.FR.03"
)
CLEARED_NAMED = _rule(
    "profiles-cleared-named", "ClearChargingProfile says which profiles are meant, by id or by criteria", "K10.FR.02"
)
NO_EXTERNAL_CLEARED = _rule(
    "no-external-constraints-cleared", "A CSMS clears no profile of external constraints", "K10.FR.06"
)
EXTERNAL = "ChargingStationExternalConstraints"
NOT_OF_A_CSMS = (EXTERNAL, "LocalGeneration")
"""What K10.FR.06 names; the second in 2.1, which alone has it."""
_Place = tuple[str, int, int, str | None]
"""Purpose, EVSE, stack level, transaction."""


class Profiles(Subject):
    """Follows which profiles a station has accepted, to see where two of them are at odds."""

    rules = (
        *(TX_PROFILE, NO_EXTERNAL, FIRST_PERIOD, PERIODS_IN_ORDER, MAX_NOT_RELATIVE, START_THERE, NO_START, ONE_PHASE),
        *(STACK_LEVEL, TX_STACK_LEVEL, REMOTE_PURPOSE, REMOTE_TRANSACTION),
        *(PROFILES_NAMED, CLEARED_NAMED, NO_EXTERNAL_CLEARED),
    )

    def begin(self) -> None:
        """None is known."""
        self._set: dict[int, _Place] = {}

    @on("csms asks", "SetChargingProfile")
    def sets(self, exchange: Exchange) -> None:
        """What holds for the profile as it is."""
        profile = exchange.request["chargingProfile"]
        purpose = profile["chargingProfilePurpose"]
        if purpose == "TxProfile" and "transactionId" not in profile:
            self._in(TX_PROFILE, exchange, "a transactionId", "none", "transactionId")
        if purpose == EXTERNAL:
            self._in(NO_EXTERNAL, exchange, "another purpose", purpose, "chargingProfilePurpose")
        self._schedules(exchange, profile)
        place = _place(exchange)
        rule = TX_STACK_LEVEL if purpose == "TxProfile" else STACK_LEVEL
        if _always(profile):
            for id, other in self._set.items():
                if id != profile["id"] and other == place:
                    self.breaks(
                        rule,
                        exchange,
                        expected="a stack level of its own",
                        received=f"stackLevel {place[2]} of {purpose} at EVSE {place[1]}",
                        field="chargingProfile.stackLevel",
                        contradicts=f"the profile {id} has it",
                    )

    @on("station answers", "SetChargingProfile")
    def accepted(self, exchange: Exchange) -> None:
        """Kept are profiles that are valid at any time: of the others nobody knows which are at odds."""
        profile = exchange.request["chargingProfile"]
        if exchange.response is None or exchange.response["status"] != "Accepted":
            return
        self._set.pop(profile["id"], None)
        if _always(profile):
            self._set[profile["id"]] = _place(exchange)

    @on("station asks", "BootNotification", "TransactionEvent")
    @on("csms asks", "ClearChargingProfile", "Reset")
    @on("station answers", "ClearChargingProfile")
    def forget(self, exchange: Exchange) -> None:
        """Which profiles go with a restart, a transaction or a clearing is the station's to know."""
        if exchange.action != "TransactionEvent":
            self._set.clear()
        elif exchange.request["eventType"] == "Ended":
            self._set = {id: place for id, place in self._set.items() if place[0] != "TxProfile"}

    @on("csms asks", "RequestStartTransaction")
    def remote_start(self, exchange: Exchange) -> None:
        """A remote start may carry a profile."""
        profile = exchange.request.get("chargingProfile")
        if profile is None:
            return
        if profile["chargingProfilePurpose"] != "TxProfile":
            received = profile["chargingProfilePurpose"]
            self._in(REMOTE_PURPOSE, exchange, "TxProfile", received, "chargingProfilePurpose")
        if "transactionId" in profile:
            self._in(REMOTE_TRANSACTION, exchange, "no transactionId", profile["transactionId"], "transactionId")
        self._schedules(exchange, profile)

    @on("csms asks", "GetChargingProfiles")
    def asks_for(self, exchange: Exchange) -> None:
        """An EVSE alone is no criterion."""
        if not set(exchange.request["chargingProfile"]) - {"customData"}:
            expected = "chargingProfileId, stackLevel, chargingLimitSource or chargingProfilePurpose"
            self.breaks(PROFILES_NAMED, exchange, expected=expected, received="none of them", field="chargingProfile")

    @on("csms asks", "ClearChargingProfile")
    def clears(self, exchange: Exchange) -> None:
        """Here the EVSE is one."""
        criteria = exchange.request.get("chargingProfileCriteria") or {}
        if "chargingProfileId" not in exchange.request and not set(criteria) - {"customData"}:
            expected = "chargingProfileId, or evseId, stackLevel or chargingProfilePurpose"
            self.breaks(CLEARED_NAMED, exchange, expected=expected, received="none of them")
        if criteria.get("chargingProfilePurpose") in NOT_OF_A_CSMS:
            self.breaks(
                NO_EXTERNAL_CLEARED,
                exchange,
                expected="another purpose",
                received=criteria["chargingProfilePurpose"],
                field="chargingProfileCriteria.chargingProfilePurpose",
            )

    def _schedules(self, exchange: Exchange, profile: dict[str, Any]) -> None:
        kind = profile["chargingProfileKind"]
        if profile["chargingProfilePurpose"] == "ChargingStationMaxProfile" and kind == "Relative":
            self._in(MAX_NOT_RELATIVE, exchange, "Absolute or Recurring", kind, "chargingProfileKind")
        for schedule in profile["chargingSchedule"]:
            starts = "startSchedule" in schedule
            if kind in ("Absolute", "Recurring") and not starts:
                self._in(START_THERE, exchange, f"startSchedule, as it is {kind}", "none", "chargingSchedule")
            if kind == "Relative" and starts:
                received = schedule["startSchedule"]
                self._in(NO_START, exchange, "no startSchedule, as it is Relative", received, "chargingSchedule")
            periods = schedule["chargingSchedulePeriod"]
            begins = [period["startPeriod"] for period in periods]
            where = "chargingSchedule.chargingSchedulePeriod"
            if begins[0] != 0:
                self._in(FIRST_PERIOD, exchange, "startPeriod 0", str(begins[0]), where)
            if begins != sorted(set(begins)):
                self._in(PERIODS_IN_ORDER, exchange, "increasing values of startPeriod", str(begins), where)
            if any("phaseToUse" in period and period.get("numberPhases") != 1 for period in periods):
                self._in(ONE_PHASE, exchange, "numberPhases 1 where phaseToUse is given", str(periods), where)

    def _in(self, rule: Rule, exchange: Exchange, expected: str, received: str, field: str) -> None:
        self.breaks(rule, exchange, expected=expected, received=received, field=f"chargingProfile.{field}")


def _place(exchange: Exchange) -> _Place:
    profile = exchange.request["chargingProfile"]
    evse, transaction = exchange.request["evseId"], profile.get("transactionId")
    return profile["chargingProfilePurpose"], evse, profile["stackLevel"], transaction


def _always(profile: dict[str, Any]) -> bool:
    """Whether a profile is valid at any time, so that it overlaps with each other one that is."""
    return not {"validFrom", "validTo"} & set(profile)
