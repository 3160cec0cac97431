"""Which cases no driver of a run can operate the SUT for: known before they touch it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from ..source.verbs import needed_verbs
from ..sut.drivers import Driver
from ..sut.drivers.base import CSMS_VERBS, QUESTIONS, STATION_VERBS

__all__ = ["counted", "missing_verbs", "missing_verbs_text"]


def missing_verbs(function: Callable[..., Any], ocpp: str, drivers: Sequence[Driver], *, role: str) -> list[str]:
    """The verbs that a case function needs in this version whatever happens, and that none of the drivers can do."""
    if all(any(driver.can(verb) for driver in drivers) for verb in verbs_of(role)):
        return []  # reading the code of hundreds of cases takes a second
    code = getattr(function, "__wrapped__", function).__code__
    needed = needed_verbs(Path(code.co_filename), code.co_name, ocpp)
    return sorted(verb for verb in needed if not any(driver.can(*verb.split(" ", 1)) for driver in drivers))


def verbs_of(role: str) -> list[str]:
    """The verbs by which a system of this role is operated."""
    return [verb for verb in (STATION_VERBS if role == "station" else CSMS_VERBS) if verb not in QUESTIONS]


def missing_verbs_text(missing: Iterable[str], drivers: Sequence[Driver], *, nobody_asked: bool = False) -> str:
    """Why a case is not tried; `nobody_asked`: `manual` is named, and this run leaves it out."""
    missing = list(missing)
    named = [driver.name for driver in drivers]
    none = "none but manual, and this run asks nobody" if nobody_asked else "none is named"
    names = ", ".join(named) or none
    told = f"needs {', '.join(missing)}: no driver ({names}) can do that; name another one under [driver] in sut.toml"
    if "present_token" in missing and any(driver.name == "manual" for driver in drivers):
        told += ", or the cards that the operator has under [values.tokens]"
    return told


def counted(missing: Iterable[list[str]]) -> str:
    """How many cases need what, the most needed first: "plug_in (12), present_token (9)"."""
    count: dict[str, int] = {}
    for verbs in missing:
        for verb in verbs:
            count[verb] = count.get(verb, 0) + 1
    return ", ".join(f"{verb} ({number})" for verb, number in sorted(count.items(), key=lambda c: (-c[1], c[0])))
