"""PICS: what the product claims, and the expressions over it that decide which cases apply.

The grammar is the one of the certification profiles' condition column: `and`, `or`, `not`, parentheses, feature ids
("C-10.2"), ranges ("C-30 - C-35": at least one of them), comparisons on hardware features ("HFS-8 > 1"), certification
profiles and product subtypes by name ("ISO 15118 support", "Product Subtype \"Wireless Charging Station\"").
"""

from __future__ import annotations

import csv
import difflib
import functools
import importlib.resources
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..cases.errors import ConfigurationError

__all__ = [
    "FEATURES_16",
    "Outcome",
    "canonical",
    "check_features",
    "check_profiles",
    "claims",
    "evaluate",
    "feature_names",
    "feature_of_profile",
    "profile_key",
]

FEATURES_16 = {
    "fixed cable": "The cable is fixed to the charge point, which then has no lock on its side",
    "local stop": "A driver can stop a transaction at the charge point",
    "provocable lock failure": "The bench can make the connector lock fail",
    "reserve connector zero": "ReserveConnectorZeroSupported: the charge point can be reserved as a whole",
    "vendor data": "DataTransfer of some vendor is supported",
    "several security profiles": "The Central System supports more than one security profile",
    "trigger for an unknown connector": "The Central System can ask for a message of a connector that does not exist",
    "backup power": "The charge point has a back-up power source and stops transactions before it goes down",
    "cable lock before authorization": "A connector lock keeps the cable out until the driver is authorized",
    "local authorization list": "The feature profile LocalAuthListManagement",
    "authorization cache": "The charge point has an authorization cache",
    "offline authorization of unknown tokens": "Offline, any token that neither list nor cache refuses may charge",
    "reservation": "The feature profile Reservation",
    "smart charging": "The feature profile SmartCharging",
    "remote trigger": "The feature profile RemoteTrigger",
    "firmware management": "The feature profile FirmwareManagement",
}
"""What a product may have in OCPP 1.6, by the words that conditions and [features] use."""

_NAMED = {
    "iso 15118 support": "ISO 15118 support",
    "iso15118 support": "ISO 15118 support",
    "local authorization list management": "Local Authorization List Management",
    "smart charging": "Smart Charging",
    "der control": "DER Control",
    "advanced security": "Advanced Security",
    "advanced device management": "Advanced Device Management",
    "bidirectional power transfer": "Bidirectional Power Transfer",
} | {name: name for name in FEATURES_16 if name != "smart charging"}
_TOKEN = re.compile(
    r"""\s*(?:(?P<open>\()|(?P<close>\))|(?P<range>[A-Z]+-?\d+(?:\.\d+)?\s+-\s+[A-Z]+-?\d+)
    |(?P<compare>[A-Z]+-?\d+\s*(?:>=|<=|=|>|<)\s*\d+)
    |Product\s+Subtype\s+"(?P<subtype>[^"]+)"
    |(?P<transfer>(?:Supported\ )?file\ transfer\ protocols\ contains\ [A-Z]+(?:\ or\ [A-Z]+)*)
    |(?P<not>(?:NOT\ supporting|NOT)\b)|(?P<and>AND\b)|(?P<or>OR\b)
    |(?P<named>"""
    + "|".join(sorted((re.escape(n) for n in _NAMED), key=len, reverse=True))
    + r""")|(?P<id>[A-Z]+[-.]?\d+(?:\.\d+)*))""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a condition holds, and the features that its outcome hangs on."""

    holds: bool
    because: tuple[str, ...] = ()


@functools.cache
def feature_names(ocpp: str, sut: str) -> dict[str, str]:
    """Feature ids of a version and role, each with OCA's short name."""
    found = {}
    with (importlib.resources.files("ocpp_testcases.catalog") / "features.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["ocpp"] == ocpp and row["sut"] in (sut, "both"):
                found[row["id"]] = row["name"]
    return found


def canonical(name: str) -> str:
    """A feature id in its one spelling: "C35" and "C.06.1" become "C-35" and "C-06.1"; a profile gets its full name."""
    if name.lower() in _NAMED:
        return _NAMED[name.lower()]
    match = re.fullmatch(r"([A-Za-z]+)[-.]?(\d+(?:\.\d+)*)", name.strip())
    return f"{match[1].upper()}-{match[2]}" if match else name.strip()


def _number(name: str) -> tuple[str, int]:
    prefix, number = canonical(name).split("-", 1)
    return prefix, int(number.split(".")[0])


class _Parser:
    def __init__(self, text: str, claims: Mapping[str, Any]) -> None:
        self.text = text
        self.claims = {canonical(k): v for k, v in claims.items()}
        self.tokens: list[tuple[str, str]] = []
        self.used: list[str] = []
        position = 0
        stripped = text.rstrip()
        while position < len(stripped):
            match = _TOKEN.match(text, position)
            if not match or match.end() == position:
                raise ConfigurationError(f"cannot read the condition {text!r} at {text[position:]!r}")
            kind = match.lastgroup or ""
            self.tokens.append((kind, match[kind]))
            position = match.end()
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def claimed(self, name: str) -> bool:
        name = canonical(name)
        self.used.append(name)
        return bool(self.claims.get(name, False))

    def disjunction(self) -> bool:
        value = self.conjunction()
        while self.peek() == "or":
            self.at += 1
            value = self.conjunction() or value
        return value

    def conjunction(self) -> bool:
        value = self.negation()
        while self.peek() == "and":
            self.at += 1
            value = self.negation() and value
        return value

    def negation(self) -> bool:
        if self.peek() == "not":
            self.at += 1
            return not self.negation()
        return self.atom()

    def atom(self) -> bool:
        if self.at >= len(self.tokens):
            raise ConfigurationError(f"the condition {self.text!r} ends too early")
        kind, text = self.tokens[self.at]
        self.at += 1
        match kind:
            case "open":
                value = self.disjunction()
                if self.peek() != "close":
                    raise ConfigurationError(f"the condition {self.text!r} lacks a closing parenthesis")
                self.at += 1
                return value
            case "range":
                first, last = re.split(r"\s+-\s+", text)
                prefix, low = _number(first)
                _, high = _number(last)
                return any([self.claimed(f"{prefix}-{n:02}") for n in range(low, high + 1)])
            case "compare":
                match_ = re.fullmatch(r"(.+?)\s*(>=|<=|=|>|<)\s*(\d+)", text)
                assert match_ is not None
                name, sign, number = match_.groups()
                self.used.append(canonical(name))
                value_ = self.claims.get(canonical(name), 0)
                have = value_ if isinstance(value_, int) else 0
                want = int(number)
                return {">": have > want, "<": have < want, "=": have == want, ">=": have >= want, "<=": have <= want}[
                    sign
                ]
            case "id" | "named":
                return self.claimed(text)
            case "subtype":
                return self.subtype(text)
            case "transfer":
                wanted = re.findall(r"[A-Z]+\b", text.split("contains", 1)[1].replace(" or ", " "))
                protocols = self.claims.get("file transfer protocols", ())
                self.used.append("file transfer protocols")
                return any(p in protocols for p in wanted)
        raise ConfigurationError(f"cannot read the condition {self.text!r} at {text!r}")

    def subtype(self, text: str) -> bool:
        name = f"Product Subtype {' '.join(text.split())}"
        self.used.append(name)
        return bool(self.claims.get(name, False))


def evaluate(condition: str, claims: Mapping[str, Any]) -> Outcome:
    """Whether the condition holds for the claims; raises ConfigurationError for a condition that cannot be read.

    `claims` maps feature ids and names to true, false, a number (hardware features) or a list.
    """
    if not condition.strip():
        return Outcome(True)
    parser = _Parser(condition, claims)
    holds = parser.disjunction()
    if parser.at != len(parser.tokens):
        raise ConfigurationError(f"cannot read the condition {condition!r} at {parser.tokens[parser.at][1]!r}")
    unclaimed = [n for n in dict.fromkeys(parser.used) if not parser.claims.get(n)]
    claimed = [n for n in dict.fromkeys(parser.used) if parser.claims.get(n)]
    return Outcome(holds, tuple(claimed if holds else unclaimed or claimed))


_PROFILES_16 = {
    "localauthlistmanagement": "local authorization list",
    "reservation": "reservation",
    "smartcharging": "smart charging",
    "remotetrigger": "remote trigger",
    "firmwaremanagement": "firmware management",
}
"""Feature profiles of 1.6, as SupportedFeatureProfiles names them, and what conditions call them."""


def profile_key(name: str) -> str:
    """A certification profile's name as its spellings share it, that of 1.6 (SmartCharging) and that of 2.x."""
    return "".join(name.lower().replace("(2.1)", "").replace("authorization", "auth").split())


def feature_of_profile(name: str, ocpp: str) -> str:
    """What conditions call a certification profile, by its name; empty for one that no condition names."""
    known = _PROFILES_16 if ocpp == "1.6" else {profile_key(feature): named for feature, named in _NAMED.items()}
    return known.get(profile_key(name), "")


def claims(profiles: tuple[str, ...], features: Mapping[str, Any], ocpp: str) -> dict[str, Any]:
    """What the product claims: the profiles that conditions know by name, and its features, which decide."""
    named = filter(None, (feature_of_profile(name, ocpp) for name in profiles))
    said = {canonical(name): value for name, value in features.items()}
    return {canonical(name): True for name in named} | said


def check_profiles(profiles: tuple[str, ...], known: Iterable[str], where: str) -> None:
    """Raise ConfigurationError for a certification profile that the catalog does not know, naming the nearest."""
    names = {profile_key(name): name for name in sorted(known, reverse=True)}  # of two spellings that of 2.x
    for name in profiles:
        if profile_key(name) not in names:
            near = difflib.get_close_matches(profile_key(name), names, 1, 0.5)
            hint = f"did you mean {names[near[0]]!r}?" if near else f"known are {', '.join(sorted(names.values()))}"
            raise ConfigurationError(f"{where}: sut.profiles has {name!r}; {hint}")


def check_features(features: Mapping[str, Any], ocpp: tuple[str, ...], sut: str, where: str) -> None:
    """Raise ConfigurationError for a feature that no version of the run knows, naming the nearest."""
    known = {n for v in ocpp for n in feature_names("2.0.1" if v == "1.6" else v, sut)}
    known |= {n for v in ("2.0.1", "2.1") for n in feature_names(v, sut)}
    known |= {canonical(n) for n in _NAMED} | {"file transfer protocols"}
    for name, value in features.items():
        if name.startswith("Product Subtype "):
            continue
        if canonical(name) not in known:
            near = difflib.get_close_matches(canonical(name), known, 1, 0.5)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ConfigurationError(f"{where} [features]: unknown feature {name!r}{hint}")
        if not isinstance(value, bool | int | list):
            raise ConfigurationError(f"{where} [features]: {name} must be true, false, a number or a list")
