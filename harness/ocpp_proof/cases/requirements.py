"""The level of a requirement: read from the catalog, never decided by the author of a case."""

from __future__ import annotations

import csv
import functools
import importlib.resources
import re

from .errors import OcppProofError

__all__ = [
    "PRECONDITION",
    "STEP",
    "Requirement",
    "UnknownRequirement",
    "id_of_topic",
    "ids_of_topic",
    "level_of",
    "line_of",
    "requirements",
]


STEP = "the official step"
"""What a check cites that judges what the official table says of its step: shown as "TC_K_01_CSMS step 1", a MUST."""

PRECONDITION = "precondition"
"""What that is called where a case of ours, which no official table describes, uses an official state."""

_OFFICIAL_STEP = re.compile(r"TC_\w+ (step \d+|precondition|clean-up)")


class UnknownRequirement(OcppProofError):
    """A check names a requirement that the catalog does not have."""


class Requirement(tuple[str, str, str]):
    """(id, level, one line in our words); level is MUST, SHOULD or MAY."""

    __slots__ = ()


@functools.cache
def requirements(ocpp: str) -> dict[str, Requirement]:
    """Every requirement of a version by its id, with those of OCPP-J and RFC 6455 that hold for all.

    A row of requirements-all*.csv may name the versions that it is for; without, it is for every version.
    """
    folder = importlib.resources.files("ocpp_testcases.catalog")
    shared = sorted(f.name for f in folder.iterdir() if f.name.startswith("requirements-all"))
    found: dict[str, Requirement] = {}
    for name in (f"requirements-{ocpp}.csv", *shared):
        with (folder / name).open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if ocpp in (row.get("ocpp") or ocpp).split():
                    found[row["id"]] = Requirement((row["id"], row["level"], row.get("line") or ""))
    return found


@functools.cache
def _topics() -> dict[str, dict[tuple[str, int], str]]:
    """What requirements are about, where their ids differ between versions and security profiles."""
    found: dict[str, dict[tuple[str, int], str]] = {}
    with (importlib.resources.files("ocpp_testcases.catalog") / "topics.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["topic"], {})[row["ocpp"], int(row["security_profile"])] = row["id"]
    return found


def id_of_topic(topic: str, ocpp: str, security_profile: int) -> str:
    """The requirement of a version and a security profile that is about this; raises UnknownRequirement."""
    try:
        return _topics()[topic][ocpp, security_profile]
    except KeyError:
        raise UnknownRequirement(
            f"catalog/topics.csv has nothing about {topic!r} for OCPP {ocpp}, security profile {security_profile}"
        ) from None


def ids_of_topic(topic: str, ocpp: str = "") -> list[str]:
    """Every requirement that is about this, in one version or in all."""
    return [id for (version, _), id in _topics().get(topic, {}).items() if ocpp in ("", version)]


def level_of(requirement: str, ocpp: str) -> str:
    """MUST, SHOULD or MAY for a requirement of this version; raises UnknownRequirement."""
    if (
        requirement in (STEP, PRECONDITION)
        or requirement.startswith("schema ")
        or _OFFICIAL_STEP.fullmatch(requirement)
    ):
        return "MUST"
    try:
        return requirements(ocpp)[requirement][1]
    except KeyError:
        raise UnknownRequirement(
            f"requirement {requirement!r} is not in catalog/requirements-{ocpp}.csv or requirements-all*.csv"
        ) from None


def line_of(requirement: str, ocpp: str) -> str:
    """What a requirement of this version says, in one line of ours; empty where the catalog has none."""
    found = requirements(ocpp).get(requirement)
    return found[2] if found else ""
