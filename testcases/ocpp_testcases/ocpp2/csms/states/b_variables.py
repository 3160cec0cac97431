"""B05 and B06: variables of a station, in what a CSMS under test asks and sets, and in what it knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ocpp_proof.cases.errors import CannotTell
from ocpp_proof.cases.fields import Pattern
from ocpp_proof.cases.steps import check, not_judged
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.records import RECORD

__all__ = [
    "AUTHORIZE_REMOTE_START",
    "OFFLINE_THRESHOLD",
    "Variable",
    "asks_for",
    "check_known",
    "items_per_message",
    "sets",
]


@dataclass(frozen=True)
class Variable:
    """A variable of the whole station: its component and its name, each with an instance where it has one."""

    component: str
    name: str
    instance: str = ""
    component_instance: str = ""

    def __str__(self) -> str:
        place = self.component + (f"[{self.component_instance}]" if self.component_instance else "")
        return f"{place}.{self.name}" + (f"[{self.instance}]" if self.instance else "")

    @property
    def named(self) -> dict[str, Any]:
        """The fields of a request that name it."""
        component = {"name": self.component} | (
            {"instance": self.component_instance} if self.component_instance else {}
        )
        return {
            "component": component,
            "variable": {"name": self.name, **({"instance": self.instance} if self.instance else {})},
        }

    def is_in(self, entry: Any) -> bool:
        """Whether an entry is about its actual value; names are not case-sensitive."""
        component, variable = entry.get("component", {}), entry.get("variable", {})
        told = [
            component.get("name", ""),
            variable.get("name", ""),
            variable.get("instance", ""),
            component.get("instance", ""),
        ]
        wanted = [self.component, self.name, self.instance, self.component_instance]
        same = [text.casefold() for text in told] == [text.casefold() for text in wanted]
        return same and "evse" not in component and entry.get("attributeType", "Actual") == "Actual"

    def is_set_in(self, entry: Any, value: str) -> bool:
        """Whether an entry sets it to this value."""
        return self.is_in(entry) and entry.get("attributeValue") == value


OFFLINE_THRESHOLD = Variable("OCPPCommCtrlr", "OfflineThreshold")
AUTHORIZE_REMOTE_START = Variable("AuthCtrlr", "AuthorizeRemoteStart")


def items_per_message(action: str) -> Variable:
    """What a station tells of how many entries it takes in one request of this kind."""
    return Variable("DeviceDataCtrlr", "ItemsPerMessage", action)


def asks_for(*variables: Variable) -> Pattern:
    """A list of getVariableData with all of these, among others and in any order."""
    text = "the actual value of " + " and of ".join(map(str, variables))
    return Pattern(text, lambda entries: all(any(v.is_in(e) for e in entries) for v in variables))


def sets(values: Mapping[Variable, str]) -> Pattern:
    """A list of setVariableData with all of these, among others and in any order."""
    text = " and ".join(f"{variable} = {value}" for variable, value in values.items())
    return Pattern(text, lambda entries: all(any(v.is_set_in(e, to) for e in entries) for v, to in values.items()))


async def check_known(sut: Sut, variable: Variable, value: str) -> None:
    """Judge what the CSMS shows of a variable, where its API can tell."""
    name = variable.name + (f"[{variable.instance}]" if variable.instance else "")
    try:
        known = await sut.variable(variable.component, name, value=value)
    except CannotTell as error:
        not_judged(RECORD, because=f"{error}; the CSMS has to show {variable} = {value}")
    else:
        check(RECORD, known == value, expected=f"{variable} = {value}", received=known)
