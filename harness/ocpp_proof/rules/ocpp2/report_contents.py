"""What a report is about: what the request for it names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..exchange import Exchange
from ..rule import Rule
from ..subject import Subject, on
from .reports import MOST, number_of
from .transaction import both

__all__ = ["ReportContents"]

VARIABLES = Rule(
    "report-about-what-was-asked",
    "station",
    "A NotifyReport is about the components and variables that GetReport names",
    both("B08.FR.05"),
)
MONITORS = Rule(
    "monitoring-report-about-what-was-asked",
    "station",
    "A NotifyMonitoringReport is about the components and variables that GetMonitoringReport names",
    both("N02.FR.05"),
)
PROFILES = Rule(
    "profiles-as-asked-for",
    "station",
    "The profiles in ReportChargingProfiles are those that GetChargingProfiles asks for",
    both("K09.FR.06"),
)

REQUESTS = {
    "NotifyReport": ("GetReport", "GetBaseReport"),
    "NotifyMonitoringReport": ("GetMonitoringReport",),
    "ReportChargingProfiles": ("GetChargingProfiles",),
}


class ReportContents(Subject):
    """Holds each part against the requests that had its requestId: where there were several, it may be for any."""

    rules = (VARIABLES, MONITORS, PROFILES)

    def begin(self) -> None:
        self._asked: dict[tuple[str, int | None], list[Exchange]] = {}

    @on("csms asks", *(request for requests in REQUESTS.values() for request in requests))
    def asked(self, exchange: Exchange) -> None:
        self._ask(exchange)

    def _ask(self, exchange: Exchange) -> None:
        self._asked.setdefault((exchange.action, number_of(exchange)), []).append(exchange)
        if len(self._asked) > MOST:
            del self._asked[next(iter(self._asked))]

    def unsound(self, exchange: Exchange) -> None:
        """A station may take a wrong request as it thinks right."""
        if any(exchange.action in requests for requests in REQUESTS.values()):
            self._ask(exchange)

    @on("station asks", *REQUESTS)
    def part(self, exchange: Exchange) -> None:
        number = exchange.request["requestId"]
        questions = [one for action in REQUESTS[exchange.action] for one in self._asked.get((action, number), [])]
        if len(questions) != 1 or questions[0].deviating:
            return
        asked, told = questions[0].request, exchange.request
        match questions[0].action:
            case "GetReport":
                self._variables(VARIABLES, asked, exchange, "reportData")
            case "GetMonitoringReport":
                self._variables(MONITORS, asked, exchange, "monitor")
            case "GetChargingProfiles":
                if asked.get("evseId", told["evseId"]) != told["evseId"]:
                    # one of the whole station may be reported as it was set, for an EVSE to which it applies
                    expected, should = f"evseId {asked['evseId']}", told["evseId"] == 0
                    self._other(PROFILES, exchange, expected, str(told["evseId"]), "evseId", should=should)
                self._profiles(asked["chargingProfile"], exchange)

    def _variables(self, rule: Rule, asked: dict[str, Any], exchange: Exchange, field: str) -> None:
        wanted = asked.get("componentVariable")
        if not wanted:
            return
        for entry in exchange.request.get(field, []):
            if not any(_fits(one, entry) for one in wanted):
                told = f"{entry['component']['name']}.{entry['variable']['name']}"
                names = [f"{one['component']['name']}.{(one.get('variable') or {}).get('name', '*')}" for one in wanted]
                self._other(rule, exchange, ", ".join(names), f"{told} ({entry['component']})", field)
                return

    def _profiles(self, wanted: dict[str, Any], exchange: Exchange) -> None:
        sources = wanted.get("chargingLimitSource", [])
        source = exchange.request["chargingLimitSource"]
        if sources and source.casefold() not in [one.casefold() for one in sources]:
            self._other(PROFILES, exchange, f"one of {sources}", source, "chargingLimitSource")
        for profile in exchange.request["chargingProfile"]:
            for name, field, value in (
                ("chargingProfileId", "id", wanted.get("chargingProfileId")),
                ("chargingProfilePurpose", "chargingProfilePurpose", wanted.get("chargingProfilePurpose")),
                ("stackLevel", "stackLevel", wanted.get("stackLevel")),
            ):
                values = value if isinstance(value, list) else [] if value is None else [value]
                if values and profile[field] not in values:
                    expected = f"{name} {', '.join(map(str, values))}"
                    self._other(PROFILES, exchange, expected, str(profile[field]), f"chargingProfile.{field}")
                    return

    def _other(
        self, rule: Rule, exchange: Exchange, expected: str, received: str, field: str, *, should: bool = False
    ) -> None:
        expected = f"{expected}, as asked for"
        self.breaks(rule, exchange, expected=expected, received=received, field=field, should=should)


def _same(asked: Mapping[str, Any], told: Mapping[str, Any], *names: str) -> bool:
    """What is not asked for is as it likes; texts are compared whatever their case (CiString)."""
    return all(str(asked[n]).casefold() == str(told.get(n, "")).casefold() for n in names if asked.get(n) is not None)


def _fits(asked: dict[str, Any], told: dict[str, Any]) -> bool:
    component, evse = asked["component"], asked["component"].get("evse") or {}
    return (
        _same(component, told["component"], "name", "instance")
        and _same(evse, told["component"].get("evse") or {}, "id", "connectorId")
        and _same(asked.get("variable") or {}, told["variable"], "name", "instance")
    )
