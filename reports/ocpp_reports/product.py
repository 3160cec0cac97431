"""Which product a run was about: what a station says of itself when it boots, else what sut.toml says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .model import RunResult

__all__ = ["Product", "different", "product_of"]


@dataclass(frozen=True, slots=True)
class Product:
    """Vendor, model and firmware. `said_by`: "BootNotification" or "sut.toml"."""

    vendor: str
    model: str
    firmware: str
    said_by: str

    def __str__(self) -> str:
        named = " ".join(text for text in (self.vendor, self.model, self.firmware) if text)
        return f"{named or 'not named'} (by {self.said_by})"

    @property
    def names(self) -> tuple[str, str, str]:
        """What it is compared by."""
        return self.vendor, self.model, self.firmware


def product_of(run: RunResult) -> Product:
    """The product of a run: of a station by its first BootNotification in the evidence, where there is one."""
    return next(_boots(run), None) or _of_file(run)


def different(runs: Sequence[RunResult]) -> str:
    """What differs between the products of several runs; empty where they are one product.

    Runs are compared by what is said of both in the same place: a run in which the station never booted is compared by
    sut.toml.
    """
    roles = sorted({run.role for run in runs})
    if len(roles) > 1:
        return f"a {roles[0]} and a {roles[1]}"
    booted = [product for run in runs if (product := next(_boots(run), None))]
    seen = {product.names: product for product in booted}
    if len(booted) < len(runs) and len(seen) < 2:
        seen = {product.names: product for product in map(_of_file, runs)}
    return " and ".join(map(str, seen.values())) if len(seen) > 1 else ""


def _of_file(run: RunResult) -> Product:
    """By vendor, model and firmware; where sut.toml gives none of them by its name."""
    named = any((run.vendor, run.model, run.firmware))
    return Product(run.vendor, run.model if named else run.sut, run.firmware, "sut.toml")


def _boots(run: RunResult) -> Iterator[Product]:
    if run.role != "station":
        return
    for case in sorted(run.cases, key=lambda case: case.started):
        for record in case.wire:
            told = record.direction == "in" and record.kind == "text" and "BootNotification" in str(record.data)
            if told and (product := _boot(str(record.data))) is not None:
                yield product


def _boot(text: str) -> Product | None:
    try:
        frame = json.loads(text)
    except ValueError:
        return None
    match frame:
        case [2, str(), "BootNotification", {"chargingStation": dict(said)}]:
            names = (said.get("vendorName"), said.get("model"), said.get("firmwareVersion"))
        case [2, str(), "BootNotification", {"chargePointVendor": vendor} as said]:
            names = (vendor, said.get("chargePointModel"), said.get("firmwareVersion"))
        case _:
            return None
    vendor, model, firmware = (str(name or "") for name in names)
    return Product(vendor, model, firmware, "BootNotification")
