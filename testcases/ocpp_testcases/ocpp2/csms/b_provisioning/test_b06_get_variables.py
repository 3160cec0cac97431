"""B06 - Get variables."""

from typing import Any

from ocpp_proof import CannotTell, case, check, given, not_judged, step
from ocpp_proof.cases.fields import Pattern

from ocpp_testcases.common.operator import asked
from ocpp_testcases.common.records import RECORD
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted

COMPONENT, VARIABLE = "OCPPCommCtrlr", "OfflineThreshold"
WANTED = {"component": {"name": COMPONENT}, "variable": {"name": VARIABLE}}


def is_wanted(entry: dict[str, Any]) -> bool:
    """Whether an entry names the variable that the case is about."""
    component, variable = entry.get("component", {}), entry.get("variable", {})
    elsewhere = component.get("evse") or component.get("instance") or variable.get("instance")
    names = (str(component.get("name")).casefold(), str(variable.get("name")).casefold())
    return not elsewhere and names == (COMPONENT.casefold(), VARIABLE.casefold())


def asks_for_the_value(entries: Any) -> bool:
    """Whether the actual value of the variable is among what is asked for."""
    return any(is_wanted(e) and e.get("attributeType", "Actual") == "Actual" for e in entries or [])


@case("TC_B_06_CSMS")
async def test_single_value(station, sut):
    """An operator who cannot read a single setting cannot find out why a station behaves as it does."""
    await given(booted, station, sut)
    value = str(sut.number(61, 9999))
    station.has(f"{COMPONENT}.{VARIABLE}", value)

    with step("The CSMS asks for OCPPCommCtrlr.OfflineThreshold"):
        await asked(
            station,
            sut,
            "GetVariables",
            getVariableData=[WANTED],
            matching={"getVariableData": Pattern(f"the actual value of {COMPONENT}.{VARIABLE}", asks_for_the_value)},
        )

    with step("The CSMS knows the value that the station told"):
        try:
            known = await sut.variable(COMPONENT, VARIABLE, value=value)
        except CannotTell as error:
            not_judged(RECORD, because=f"{error}; the CSMS has to show {VARIABLE} = {value}")
        else:
            check(RECORD, known == value, expected=f"{VARIABLE} = {value}", received=known)
