"""B07 - Get a base report."""

from ocpp_proof import STEP, case, check, check_fields, given, step
from ocpp_proof.cases.fields import at
from ocpp_proof.cases.steps import not_applicable

from ocpp_testcases.ocpp2.station.states.b_device_model import (
    check_missing,
    check_one,
    check_values,
    check_writable,
    evses_of,
    required_variables,
    with_conditions,
)
from ocpp_testcases.ocpp2.station.states.b_provisioning import connectors
from ocpp_testcases.ocpp2.station.states.b_reports import base_report, check_characteristics

STATES = ("available", "occupied", "reserved", "unavailable", "faulted")
WRITABLE = ("ReadWrite", "WriteOnly")


@case("TC_B_12_CS")
async def test_configuration_inventory(csms, sut):
    """A CSMS offers its operator the settings that this report lists: what is missing cannot be set up."""
    with step("The CSMS asks for the ConfigurationInventory"):
        entries = await base_report(csms, sut, "ConfigurationInventory", requirement="B07.FR.12")
    with step("The station reports what can be set, with its characteristics"):
        check_characteristics(entries, "B07.FR.07")
        for entry in entries:
            can = [attribute.get("mutability", "ReadWrite") for attribute in entry.attributes]
            check("B07.FR.07", bool({*can} & {*WRITABLE}), expected=f"{entry}: {WRITABLE}", received=can)
    with step("Every variable is there that the standard requires and lets be set"):
        for row in required_variables(sut, await with_conditions(csms, sut, entries)):
            check_writable(row, entries)


@case("TC_B_13_CS")
async def test_full_inventory(csms, sut):
    """A CSMS that does not know a station before takes it as this report describes it."""
    with step("The CSMS asks for the FullInventory"):
        entries = await base_report(csms, sut, "FullInventory", requirement="B07.FR.12")
    with step("The station reports its variables with their characteristics"):
        check_characteristics(entries, "B07.FR.08")
    with step("Every variable is there that the standard requires"):
        for row in [row for row in required_variables(sut, entries) if row.required == "yes"]:
            await check_missing(csms, row, entries, evses_of(sut, entries))


@case("TC_B_14_CS")
async def test_summary_inventory(csms, sut):
    """An operator who hears of a complaint first looks whether the station can be used at all."""
    places = await given(connectors, csms, sut)
    with step("The CSMS asks for the SummaryInventory"):
        entries = await base_report(csms, sut, "SummaryInventory")
    with step("The station reports its variables with their characteristics"):
        check_characteristics(entries, "B07.FR.09")
    with step("The availability of the station and of each EVSE is there"):
        states = [entry for entry in entries if entry.variable.casefold() == "availabilitystate"]
        named = {(entry.component.casefold(), entry.evse) for entry in states}
        for component in (
            ("chargingstation", None),
            *(("evse", evse) for evse in sorted({evse for evse, _ in places})),
        ):
            check(
                "B07.FR.09",
                component in named,
                expected=f"AvailabilityState of {component}",
                received=sorted(named, key=str),
            )
        for entry in states:
            check(
                "B07.FR.09", str(entry.value).casefold() in STATES, expected=f"{entry}: {STATES}", received=entry.value
            )


@case("TC_B_15_CS")
async def test_unsupported(csms, sut):
    """A CSMS that waits for a report which never comes blocks what the operator wants to see."""
    with step("The CSMS asks for the SummaryInventory, which the station does not support"):
        requestId = sut.number()
        answer = await csms.call("GetBaseReport", requestId=requestId, reportBase="SummaryInventory")
        if answer.status == "Accepted" and await csms.expect_optional(
            "NotifyReport", within=csms.timing.event, requestId=requestId
        ):
            raise not_applicable("the station supports the SummaryInventory, which [features] C-56 does not claim")
        check_fields("B07.FR.02", answer, {"status": "NotSupported"})
        reason = at(answer, "statusInfo.reasonCode")
        check(STEP, reason in (None, "UnsupportedParam"), expected="no reason, or UnsupportedParam", received=reason)
        await csms.expect_none("NotifyReport", requirement="B07.FR.05")


@case("TC_B_53_CS")
async def test_required_variables(csms, sut):
    """A station without a required variable cannot be set up the way that every CSMS does it."""
    with step("The CSMS asks for the FullInventory"):
        entries = await base_report(csms, sut, "FullInventory")
    rows = list(required_variables(sut, entries))
    for component in dict.fromkeys(row.component for row in rows):
        with step(f"{component} has its required variables as the standard describes them"):
            for row in rows:
                if row.component == component and await check_missing(csms, row, entries, evses_of(sut, entries)):
                    check_one(row, entries)
    with step("Every list says what it may hold, and every standardized variable that can be read has a value"):
        check_characteristics(entries, STEP)
        check_values(sut, entries)
