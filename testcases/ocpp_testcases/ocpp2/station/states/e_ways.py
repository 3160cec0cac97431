"""E, transactions: how a driver starts and stops at a station under test, where the official state leaves it open."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from ocpp_proof import by_version
from ocpp_proof.sut.sut import Sut

__all__ = ["Stopper", "Way", "way_to_start", "way_to_stop"]

Way = Literal["local", "remote"]
"""At the station, or by a request of the CSMS."""
Stopper = Literal["local", "remote", "master"]
"""The driver, the CSMS, or somebody with a master pass (C16)."""
LOCAL_START = ("C-30", "C-31", "C-32", "C-33", "C-35")
"""The options for a local start with which a driver can come before the cable: not MacAddress, not ISO 15118."""
LOCAL_STOP = {"2.0.1": ("C-30", "C-31", "C-32", "C-35"), "2.1": ("C-70", "C-71", "C-72", "C-75")}


def way_to_start(sut: Sut) -> Way:
    """How a driver starts: at the station, unless [features] says that nobody can."""
    return _way(sut, LOCAL_START)


def way_to_stop(sut: Sut) -> Way:
    """How a driver stops: at the station, unless [features] says that nobody can."""
    return _way(sut, by_version(LOCAL_STOP))


def _way(sut: Sut, options: Collection[str]) -> Way:
    said = [option for option in options if sut.says(option)]
    return "remote" if said and not any(sut.claims(option) for option in said) else "local"
