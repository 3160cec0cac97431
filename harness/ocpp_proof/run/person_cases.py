"""Which cases may ask a person for something, and in which order that person has the shortest way."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from ..source.possible_verbs import possible_verbs
from ..sut.drivers import Driver

__all__ = ["asked_of_a_person", "walk"]

_ONLY_TRYING_SHOWS = ("command",)
"""Drivers that say that they can do whatever they are asked for."""
_PLACES = (
    ("power_cycle", "power_off", "power_on"),
    ("cut_network", "restore_network"),
    ("fault", "clear_fault", "fail_unlock", "refuse_local_list", "limit_charging", "set_security_profile"),
)
"""Where a person goes for a verb, the farthest last: the supply, the network, the inside of the station or its menu.
All else is done at the reader, the cable and the vehicle."""


def asked_of_a_person(function: Callable[..., Any], ocpp: str, drivers: Sequence[Driver]) -> frozenset[str]:
    """The verbs for which a case of this version may have a person asked, since no driver before `manual` does them."""
    if not any(driver.name == "manual" for driver in drivers):
        return frozenset()
    code = getattr(function, "__wrapped__", function).__code__
    verbs = possible_verbs(Path(code.co_filename), code.co_name, ocpp)
    return frozenset(verb for verb in verbs if _reaches_the_person(verb, drivers))


def _reaches_the_person(verb: str, drivers: Sequence[Driver]) -> bool:
    for driver in drivers:
        if driver.name == "manual":
            return driver.can(verb)
        if driver.name not in _ONLY_TRYING_SHOWS and driver.can(verb):
            return False
    return False


def walk(verbs: Collection[str]) -> int:
    """The number of the place that is the farthest of those where these verbs are done; cases of one place go
    together. Cases that ask nobody come last: nobody has to be there any more."""
    if not verbs:
        return len(_PLACES) + 1
    return max((number for number, place in enumerate(_PLACES, 1) if not set(place).isdisjoint(verbs)), default=0)
