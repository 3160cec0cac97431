"""B, provisioning: base reports and custom reports of a station under test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ocpp_proof.cases.fields import at
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check, check_fields
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import check_time, now

__all__ = [
    "LISTS",
    "NO_ERROR",
    "Entry",
    "base_report",
    "check_characteristics",
    "custom_report",
    "members_of",
    "report",
]

LISTS = ("OptionList", "MemberList", "SequenceList")
"""The data types whose values are in valuesList."""
NO_ERROR = {"status": "Accepted", "statusInfo.reasonCode": ("NoError", None)}


@dataclass(frozen=True)
class Entry:
    """What a report says of one variable."""

    data: dict[str, Any]

    @property
    def component(self) -> str:
        return str(at(self.data, "component.name"))

    @property
    def variable(self) -> str:
        return str(at(self.data, "variable.name"))

    @property
    def instance(self) -> str:
        return str(at(self.data, "variable.instance") or "")

    @property
    def evse(self) -> int | None:
        found: int | None = at(self.data, "component.evse.id")
        return found

    @property
    def connector(self) -> int | None:
        found: int | None = at(self.data, "component.evse.connectorId")
        return found

    @property
    def attributes(self) -> list[dict[str, Any]]:
        return list(self.data.get("variableAttribute") or [])

    @property
    def actual(self) -> dict[str, Any]:
        """The attribute Actual, which is the one that names no type; empty where there is none."""
        return next((one for one in self.attributes if one.get("type", "Actual") == "Actual"), {})

    @property
    def value(self) -> str | None:
        found: str | None = self.actual.get("value")
        return found

    @property
    def readable(self) -> bool:
        """Whether its value can be read."""
        return self.actual.get("mutability") != "WriteOnly"

    @property
    def characteristics(self) -> dict[str, Any]:
        return dict(self.data.get("variableCharacteristics") or {})

    @property
    def part(self) -> tuple[Any, ...]:
        """Which component it is of; names are the same in upper and lower case."""
        instance = str(at(self.data, "component.instance") or "")
        return (self.component.casefold(), instance.casefold(), self.evse, self.connector)

    @property
    def key(self) -> tuple[Any, ...]:
        """Which variable it is."""
        component, instance, *place = self.part
        return (component, instance, self.variable.casefold(), self.instance.casefold(), *place)

    def of(self, component: str, variable: str, instance: str | None = None) -> bool:
        """Whether it is this variable of this component, at any place; `instance`: of the variable."""
        named = (self.component.casefold(), self.variable.casefold()) == (component.casefold(), variable.casefold())
        return named and (instance in (None, "*") or instance.casefold() == self.instance.casefold())

    def __str__(self) -> str:
        place = "" if self.evse is None else f"[{self.evse}" + (f".{self.connector}]" if self.connector else "]")
        return f"{self.component}{place}.{self.variable}" + (f"/{self.instance}" if self.instance else "")


def members_of(text: Any) -> list[str]:
    """The members of a list, as it is written, for comparison: without blanks, in lower case."""
    return [member.strip().casefold() for member in str(text or "").split(",") if member.strip()]


async def base_report(
    csms: Csms, sut: Sut, reportBase: str, *, requirement: str = "B07.FR.01", reason: bool = True
) -> list[Entry]:
    """Ask for a base report and take all its parts. `reason`: the answer gives none but NoError."""
    request, asked = sut.number(), now()
    answer = await csms.call("GetBaseReport", requestId=request, reportBase=reportBase)
    check_fields(requirement, answer, NO_ERROR if reason else {"status": "Accepted"})
    if answer.status != "Accepted":
        return []
    return await report(csms, sut, request, asked, follows="B07.FR.03", same="B07.FR.04", numbered="B07.FR.10")


async def custom_report(csms: Csms, sut: Sut, **criteria: Any) -> list[Entry]:
    """Ask for a report by these criteria, have it accepted, and take all its parts."""
    request, asked = sut.number(), now()
    answer = await csms.call("GetReport", requestId=request, **criteria)
    check_fields("B08.FR.01", answer, NO_ERROR)
    if answer.status != "Accepted":
        return []
    entries = await report(csms, sut, request, asked, follows="B08.FR.03", same="B08.FR.04", numbered="B08.FR.14")
    check_characteristics(entries, "B08.FR.12")
    return entries


async def report(
    csms: Csms, sut: Sut, request: int, asked: str, *, follows: str, same: str, numbered: str
) -> list[Entry]:
    """Every part of the report `request`: each has the next number, this requestId, and the time it was made.

    `asked`: when it was asked for. A station may make the whole report at once, and its last part be long on the way.
    """
    entries: list[Entry] = []
    part, more = 0, True
    while more:
        message = await csms.expect("NotifyReport", requirement=same, within=csms.timing.long, requestId=request)
        if not check_fields(numbered, message, {"seqNo": part}):
            break
        check_time(STEP, sut, "generatedAt", message.generatedAt, since=asked)
        entries += [Entry(data) for data in message.reportData or []]
        part, more = part + 1, message.tbc is True
    check(follows, bool(entries), expected="a report with variables", received=f"{part} parts without any")
    return entries


def check_characteristics(entries: list[Entry], requirement: str) -> None:
    """Judge that each variable has its characteristics, and each list the values that it may have."""
    bare = [str(entry) for entry in entries if not entry.characteristics]
    check(requirement, not bare, expected="variableCharacteristics of each variable", received=bare or "of all")
    for entry in entries:
        if entry.characteristics.get("dataType") in LISTS and not members_of(entry.characteristics.get("valuesList")):
            check(STEP, False, expected=f"{entry}: a valuesList", received=entry.characteristics)
