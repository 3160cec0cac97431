"""B08 - Get a custom report."""

from typing import Any

from ocpp_proof import STEP, case, check, check_fields, given, step

from ocpp_testcases.ocpp2.station.states.b_provisioning import connectors, get_variable
from ocpp_testcases.ocpp2.station.states.b_reports import Entry, base_report, custom_report, members_of
from ocpp_testcases.ocpp2.station.states.b_variables import get_variables

STATES = {"available", "occupied", "reserved", "unavailable", "faulted"}
ITEMS = {"component": {"name": "DeviceDataCtrlr"}, "variable": {"name": "ItemsPerMessage"}}


def availability_of_evse(evse: int | None = None) -> dict[str, Any]:
    """AvailabilityState of this EVSE, or of each, in a request."""
    place = {"evse": {"id": evse}} if evse is not None else {}
    return {"component": {"name": "EVSE"} | place, "variable": {"name": "AvailabilityState"}}


def check_only(
    requirement: str, entries: list[Entry], component: str, variable: str, instance: str | None = None
) -> None:
    """Judge that a report is about one variable, of one component, and of that instance."""
    strange = [str(entry) for entry in entries if not entry.of(component, variable, instance)]
    check(requirement, not strange, expected=f"{component}.{variable} alone", received=strange or "nothing else")


def check_availability(requirement: str, entries: list[Entry], evse: int) -> None:
    """Judge that AvailabilityState of this EVSE was reported, once, as the standard describes it."""
    check_only(requirement, entries, "EVSE", "AvailabilityState")
    places = [(entry.evse, entry.connector) for entry in entries]
    check("B08.FR.05", places == [(evse, None)], expected=f"EVSE {evse} once", received=places)
    for entry in entries:
        check_fields(STEP, entry.characteristics, {"dataType": "OptionList"})
        values = {*members_of(entry.characteristics.get("valuesList"))}
        check(STEP, values == STATES, expected=f"valuesList {sorted(STATES)}", received=sorted(values))
        attributes = [(one.get("type", "Actual"), one.get("mutability", "ReadWrite")) for one in entry.attributes]
        check(STEP, attributes == [("Actual", "ReadOnly")], expected="Actual alone, ReadOnly", received=attributes)


def enabled_among(entries: list[Entry]) -> list[Entry]:
    """What a report has of variables named Enabled."""
    return [entry for entry in entries if entry.variable.casefold() == "enabled"]


def is_on(entry: Entry) -> bool:
    """Whether a variable is reported as true; what can only be written may be."""
    return not entry.readable or str(entry.value).casefold() == "true"


@case("TC_B_16_CS")
async def test_component_criteria(csms, sut):
    """A CSMS that looks for what is switched on must not miss any of it."""
    with step("The CSMS asks for a report of what is enabled"):
        reported = await custom_report(csms, sut, componentCriteria=["Enabled"])
        entries = enabled_among(reported)
        on = {entry.part for entry in entries if is_on(entry)}
        off = [str(entry) for entry in entries if entry.part not in on]
        check("B08.FR.09", not off, expected="Enabled true of each component", received=off or "true")
        more = [str(entry) for entry in reported if entry not in entries or not is_on(entry)]
        expected = "the variables Enabled alone, each true"
        note = "the official case wants these alone; B08.FR.09 speaks of components, of which others report all"
        check("report of the enabled", not more, expected=expected, received=more or "nothing else", note=note)

    with step("The CSMS reads each variable Enabled, and finds it as it was reported"):
        asked = [{name: entry.data[name] for name in ("component", "variable")} for entry in entries]
        for entry, result in zip(entries, await get_variables(csms, asked) if asked else [], strict=True):
            if not entry.readable:
                check_fields("B06.FR.09", result, {"attributeStatus": "Rejected", "attributeValue": None})
            else:
                check_fields("B06.FR.10", result, {"attributeStatus": "Accepted"})
                value = str(entry.value).lower()
                told = result.get("attributeValue")
                check("B06.FR.10", str(told).lower() == value, expected=f"{entry} {value}", received=told)

    with step("What the FullInventory has as enabled was in the report, and nothing of what is not"):
        full = enabled_among(await base_report(csms, sut, "FullInventory"))
        told = {entry.key for entry in entries}
        missing = [str(entry) for entry in full if str(entry.value).lower() == "true" and entry.key not in told]
        received = f"missing: {missing}" if missing else "all"
        check("B08.FR.09", not missing, expected="all that is enabled", received=received)
        disabled = {entry.part for entry in full} - {entry.part for entry in full if is_on(entry)}
        judged = {entry.part for entry in entries}
        strange = [str(entry) for entry in reported if entry.part in disabled - judged]
        check("B08.FR.09", not strange, expected="no component that is not enabled", received=strange or "none")


@case("TC_B_17_CS")
async def test_component_variable(csms, sut):
    """An operator who asks about one EVSE should not have to load the whole device model over a modem."""
    with step("The CSMS asks for the AvailabilityState of one EVSE"):
        entries = await custom_report(csms, sut, componentVariable=[availability_of_evse(sut.evseId)])
    with step("The station reports this variable and no other"):
        check_availability("B08.FR.11", entries, sut.evseId)


@case("TC_B_18_CS")
async def test_criteria_and_variable(csms, sut):
    """A CSMS that asks which EVSEs have a problem must not be told of those that have none."""
    about = {"componentVariable": [availability_of_evse(sut.evseId)]}
    with step("The CSMS asks for the AvailabilityState of the EVSE among what is available"):
        entries = await custom_report(csms, sut, componentCriteria=["Available"], **about)
        check_availability("B08.FR.08", entries, sut.evseId)
    with step("The CSMS asks for it among what has a problem, which the EVSE has not"):
        answer = await csms.call("GetReport", requestId=sut.number(), componentCriteria=["Problem"], **about)
        check_fields("B08.FR.15", answer, {"status": "EmptyResultSet", "statusInfo.reasonCode": ("NotFound", None)})
        await csms.expect_none("NotifyReport", requirement="B08.FR.10")


@case("TC_B_54_CS")
async def test_all_instances(csms, sut):
    """A CSMS that does not hear of every limit of a station sends it messages that are too long."""
    with step("The CSMS asks for DeviceDataCtrlr.ItemsPerMessage, whatever it is of"):
        entries = await custom_report(csms, sut, componentVariable=[ITEMS])
        check_only("B08.FR.11", entries, "DeviceDataCtrlr", "ItemsPerMessage")
    with step("The station reports the limits of GetReport and of GetVariables, and what else it has"):
        told = {entry.instance.casefold() for entry in entries}
        wanted = {"getreport", "getvariables"}
        if await get_variable(csms, "DeviceDataCtrlr.ItemsPerMessage/SetVariables") is not None:
            wanted.add("setvariables")
        check("B08.FR.21", wanted <= told, expected=f"the instances {sorted(wanted)}", received=sorted(told))


@case("TC_B_55_CS")
async def test_one_instance(csms, sut):
    """A CSMS that asks for one limit and gets another one sends messages that are too long."""
    with step("The CSMS asks for DeviceDataCtrlr.ItemsPerMessage of GetReport"):
        about = ITEMS | {"variable": {"name": "ItemsPerMessage", "instance": "GetReport"}}
        entries = await custom_report(csms, sut, componentVariable=[about])
        check_only("B08.FR.11", entries, "DeviceDataCtrlr", "ItemsPerMessage", "GetReport")
        check("B08.FR.11", len(entries) == 1, expected="one variable", received=[str(entry) for entry in entries])


@case("TC_B_56_CS")
async def test_every_evse(csms, sut):
    """An operator who asks for all EVSEs and hears of one believes that the site is smaller than it is."""
    evses = sorted({evse for evse, _ in await given(connectors, csms, sut)})
    with step("The CSMS asks for the AvailabilityState of EVSE, and names none"):
        entries = await custom_report(csms, sut, componentVariable=[availability_of_evse()])
        check_only("B08.FR.11", entries, "EVSE", "AvailabilityState")
        told = sorted(entry.evse for entry in entries if entry.evse)
        check("B08.FR.23", told == evses, expected=f"the EVSEs {evses}, each once", received=told)
