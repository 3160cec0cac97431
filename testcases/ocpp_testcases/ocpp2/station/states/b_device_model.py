"""B, provisioning: the device model of a station under test beside the variables that the standard defines.

What the standard says is in `catalog/device-model.csv`, from Part 2, chapter 2 (referenced components and variables),
the appendices' dm_components_vars, Part 4, chapter 8, and Part 5, chapter 5 (which block needs which controller):

    block      -- the certification profile or feature with which it is required; empty: wherever the component is
    required   -- yes, no, or "one source": where another document of the same version says no
    condition  -- the value of another variable without which it is not required; an Available that is not reported is
                  true (Part 1, 4.2), one with an instance (Tariff, Cost) where its Enabled is reported
    data_type, mutability -- every one that a document gives it; empty: none says
"""

from __future__ import annotations

import csv
import functools
import importlib.resources
from collections.abc import Iterator
from dataclasses import dataclass

from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.pics import profile_key
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.station.states.b_provisioning import get_variable, read, variable_reference
from ocpp_testcases.ocpp2.station.states.b_reports import LISTS, Entry, members_of

__all__ = [
    "Standard",
    "check_missing",
    "check_one",
    "check_values",
    "check_writable",
    "evses_of",
    "required_variables",
    "with_conditions",
]

LEFT_OUT = {"connectedev", "tokenreader", "networkconfiguration"}
"""Components that have no values while no vehicle or card is there, or in a slot that is not in use (judged in B09)."""
NO_VALUE = {
    ("evse", "power"),  # only maxLimit is required
    ("evse", "dischargepower"),
    *((component, "supplyphases") for component in ("chargingstation", "evse", "connector")),  # not known (2.13.6)
    ("iso15118ctrlr", "requestedenergytransfermode"),  # of a vehicle that is there
}
"""Variables that need not have a value."""
ONE_CHOICE = {("clockctrlr", "timesource")}
"""Variables by which one of several is chosen: of who has one there is nothing to be set (2.0.1: 2.1.30)."""
MAX_LIMIT = {("evse", "power"), ("localauthlistctrlr", "entries")}
"""Variables whose maxLimit is required."""
FEATURES = {
    "Advanced Device Management": "DM-0",
    "Advanced User Interface": "UI-0",
    "Local Authorization List Management": "LA-0",
}
"""What 2.1 calls the certification profiles of 2.0.1 that have become features of Core."""
PLACED = ("EVSE", "Connector")
"""Components of which each has to have its variables."""


@dataclass(frozen=True)
class Standard:
    """One variable as the standard has it: a row of the table."""

    component: str
    variable: str
    instance: str
    block: str
    required: str
    condition: str
    unit: str
    data_types: tuple[str, ...]
    mutabilities: tuple[str, ...]

    @property
    def limited(self) -> bool:
        return (self.component.casefold(), self.variable.casefold()) in MAX_LIMIT

    @property
    def text(self) -> str:
        """What is expected, in words."""
        kinds = (" or ".join(self.data_types), " or ".join(self.mutabilities), "with maxLimit" if self.limited else "")
        return f"{self}: " + ", ".join(filter(None, kinds))

    def found(self, entries: list[Entry]) -> list[Entry]:
        """What a report has of it."""
        return [entry for entry in entries if entry.of(self.component, self.variable, self.instance)]

    def __str__(self) -> str:
        return f"{self.component}.{self.variable}" + (f"/{self.instance}" if self.instance else "")


@functools.cache
def standard_variables(ocpp: str) -> tuple[Standard, ...]:
    """Every variable that the standard names in this version."""
    path = importlib.resources.files("ocpp_testcases.catalog") / "device-model.csv"
    with path.open(encoding="utf-8") as file:
        return tuple(_standard(row) for row in csv.DictReader(file) if ocpp in row["ocpp"].split())


def _standard(row: dict[str, str]) -> Standard:
    return Standard(
        row["component"],
        row["variable"],
        row["instance"],
        row["block"],
        row["required"],
        row["condition"],
        row["unit"],
        tuple(row["data_type"].split()),
        tuple(row["mutability"].split()),
    )


def required_variables(sut: Sut, entries: list[Entry]) -> Iterator[Standard]:
    """The variables that this product has to have, by what it claims and reports."""
    for row in standard_variables(sut.ocpp):
        if row.required != "no" and _is_supported(sut, row, entries) and _condition_holds(row.condition, entries):
            yield row


def _is_supported(sut: Sut, row: Standard, entries: list[Entry]) -> bool:
    there = [entry for entry in entries if entry.component.casefold() == row.component.casefold()]
    if row.block == "Core":
        return True
    available = [str(entry.value).casefold() for entry in there if entry.variable.casefold() == "available"]
    if available and "true" not in available:
        return False
    return _is_claimed(sut, row.block) if row.block else bool(there)


def _is_claimed(sut: Sut, block: str) -> bool:
    profiles = {profile_key(name) for name in sut.config.profiles}
    feature = FEATURES.get(block, block if "-" in block else "")
    return profile_key(block) in profiles or bool(feature and sut.claims(feature))


def _condition_holds(condition: str, entries: list[Entry]) -> bool:
    if not condition:
        return True
    component, variable, instance, value = _parsed(condition)
    told = next((entry.value for entry in entries if entry.of(component, variable, instance)), None)
    if told is not None:
        return str(told).casefold() == value
    enabled = any(entry.of(component, "Enabled", instance) for entry in entries)
    return variable == "Available" and (not instance or enabled)


def _parsed(condition: str) -> tuple[str, str, str, str]:
    """Component, variable, instance and value of "TariffCostCtrlr.Available/Tariff = true"."""
    name, _, value = condition.partition(" = ")
    component, _, variable = name.partition(".")
    variable, _, instance = variable.partition("/")
    return component, variable, instance, value


async def with_conditions(csms: Csms, sut: Sut, entries: list[Entry]) -> list[Entry]:
    """A ConfigurationInventory with what it lacks: the read-only variables on which the standard's conditions hang."""
    found = list(entries)
    for condition in dict.fromkeys(row.condition for row in standard_variables(sut.ocpp) if _may_be_set(row)):
        component, variable, instance, _ = _parsed(condition)
        if condition and not any(entry.of(component, variable, instance) for entry in found):
            name = f"{component}.{variable}" + (f"/{instance}" if instance else "")
            value = await get_variable(csms, name)
            if value is not None:
                found.append(Entry(variable_reference(name) | {"variableAttribute": [{"value": value}]}))
    return found


def evses_of(sut: Sut, entries: list[Entry]) -> list[int]:
    """The EVSEs that the report or [features] (HFS-8) know of; the one of the bench is there at any rate."""
    claimed = range(1, int(sut.config.features.get("HFS-8", 1)) + 1)
    return sorted({entry.evse for entry in entries if entry.evse} | {*claimed, sut.evseId})


async def check_missing(csms: Csms, row: Standard, entries: list[Entry], evses: list[int]) -> bool:
    """Judge that the report has a required variable, of each EVSE and connector where it is theirs.

    Available need not be reported beside other variables, but can be read (Part 2, 2.13.1).
    """
    found = row.found(entries)
    lacking = [str(row)] if not found else []
    if row.component in PLACED:
        lacking = [f"{name} of {row}" for name in _places(row, entries, evses) if name not in map(_place, found)]
    if lacking and row.variable == "Available":
        lacking = [name for name in lacking if not await _can_be_read(csms, row, name, entries)]
    requirement = "B07.FR.08" if row.required == "yes" else "device model"
    note = "" if row.required == "yes" else "one document of the standard requires it, another does not"
    received = f"missing: {lacking}" if lacking else _told(found)
    return check(requirement, not lacking, expected=f"{row.text} (required)", received=received, note=note)


def check_one(row: Standard, entries: list[Entry]) -> None:
    """Judge data type, limit and mutability of a required variable that the report has."""
    for entry in row.found(entries):
        kind = entry.characteristics.get("dataType")
        if row.data_types:
            check(STEP, kind in row.data_types, expected=row.text, received=f"{entry}: dataType {kind}")
        if row.limited:
            limit = entry.characteristics.get("maxLimit")
            check("B07.FR.08", limit is not None, expected=row.text, received=f"{entry}: maxLimit {limit}")
        mutability = entry.actual.get("mutability", "ReadWrite")
        if row.mutabilities and entry.actual:
            fits = mutability in row.mutabilities
            check("device model", fits, expected=row.text, received=f"{entry}: mutability {mutability}")
        if entry.actual and mutability != "ReadOnly":
            kept = entry.actual.get("persistent") is True
            check("device model", kept, expected=f"{entry}: persistent, for it can be written", received=entry.actual)


def check_values(sut: Sut, entries: list[Entry]) -> None:
    """Judge the value of every variable: in its list, not told where it is WriteOnly, and else told.

    A value is a MUST of what the product has to have. The official case wants one of every standardized variable, and
    B07.FR.11 has those reported too that are unset.
    """
    required = [row for row in required_variables(sut, entries) if row.required == "yes"]
    names = {(row.component.casefold(), row.variable.casefold()) for row in standard_variables(sut.ocpp)}
    for entry in entries:
        allowed = members_of(entry.characteristics.get("valuesList"))
        strange = [one for one in members_of(entry.value) if one not in allowed]
        if allowed and strange and entry.characteristics.get("dataType") in LISTS:
            check(STEP, False, expected=f"{entry}: a value of its valuesList {allowed}", received=entry.value)
        for attribute in entry.attributes:
            if attribute.get("mutability") == "WriteOnly" and "value" in attribute:
                check("B07.FR.03", False, expected=f"{entry} is WriteOnly: no value", received="a value")
        name = (entry.component.casefold(), entry.variable.casefold())
        if name in names and entry.readable and name[0] not in LEFT_OUT and name not in NO_VALUE:
            must = any(row.found([entry]) for row in required)
            note = "" if must else "TC_B_53_CS wants a value; B07.FR.11 has what is unset reported without one"
            requirement = STEP if must else "device model"
            check(
                requirement, entry.value is not None, expected=f"{entry}: a value", received=entry.attributes, note=note
            )


def check_writable(row: Standard, entries: list[Entry]) -> None:
    """Judge that a report of what can be set has a required variable that the standard has as ReadWrite only."""
    if _may_be_set(row):
        found = row.found(entries)
        check(STEP, bool(found), expected=f"{row}, which is ReadWrite", received=_told(found) or "not reported")


def _may_be_set(row: Standard) -> bool:
    chosen = (row.component.casefold(), row.variable.casefold()) in ONE_CHOICE
    return row.mutabilities == ("ReadWrite",) and row.required == "yes" and not chosen


def _places(row: Standard, entries: list[Entry], evses: list[int]) -> set[str]:
    """The EVSEs, or the connectors, of which something is known."""
    if row.component == "EVSE":
        return {f"EVSE[{evse}]" for evse in evses}
    connectors = {_place(entry) for entry in entries if entry.component.casefold() == "connector" and entry.connector}
    without = {evse for evse in evses if not any(name.startswith(f"Connector[{evse}.") for name in connectors)}
    return connectors | {f"Connector[{evse}.1]" for evse in without}


def _place(entry: Entry) -> str:
    at = f"{entry.evse}" + (f".{entry.connector}" if entry.component.casefold() == "connector" else "")
    return f"{'Connector' if entry.component.casefold() == 'connector' else 'EVSE'}[{at}]"


async def _can_be_read(csms: Csms, row: Standard, lacking: str, entries: list[Entry]) -> bool:
    """Whether a variable that is not reported has a value; its component may have an instance (2.13.8: "left")."""
    if row.component not in PLACED:
        return await get_variable(csms, str(row)) is not None
    place = lacking.partition(" of ")[0]
    named = [entry for entry in entries if entry.component.casefold() == row.component.casefold()]
    component = next((entry.data["component"] for entry in named if _place(entry) == place), None)
    name = f"{place}.{row.variable}"
    reference = variable_reference(name) | ({"component": component} if component else {})
    return await read(csms, reference, name) is not None


def _told(found: list[Entry]) -> str:
    def one(entry: Entry) -> str:
        said = (entry.characteristics.get("dataType"), entry.actual.get("mutability", "ReadWrite"))
        return f"{entry} {' '.join(map(str, said))} {entry.value!r}"

    return "; ".join(one(entry) for entry in found)
