"""B07 - Get base report."""

from ocpp_proof import STEP, case, check_fields, given, step
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.b_reports import AVAILABILITY, NOT_NEGATIVE, send_report
from ocpp_testcases.ocpp2.csms.states.b_variables import OFFLINE_THRESHOLD, Variable, check_known


async def base_report(station: Station, sut: Sut, reportBase: str, variable: Variable, value: str) -> None:
    """The operator asks for a base report, and the CSMS shows what it told of a variable"""
    with step(f"The CSMS asks for the {reportBase}"):
        request = await asked(station, sut, "GetBaseReport", reportBase=reportBase, matching={"reportBase": reportBase})
        check_fields(STEP, request, {"requestId": NOT_NEGATIVE})
    with step("The station sends the report"):
        await send_report(station, request, station.report_data(request))
    with step("The CSMS knows what the report told"):
        await check_known(sut, variable, value)


async def with_a_setting(station: Station, sut: Sut, reportBase: str) -> None:
    """A base report that tells a setting that nobody can guess"""
    value = str(sut.number(61, 9999))
    station.has(str(OFFLINE_THRESHOLD), value)
    await given(booted, station, sut)
    await base_report(station, sut, reportBase, OFFLINE_THRESHOLD, value)


@case("TC_B_12_CSMS")
async def test_configuration_inventory(station, sut):
    """Without a list of what can be set an operator has to know each model by heart."""
    await with_a_setting(station, sut, "ConfigurationInventory")


@case("TC_B_13_CSMS")
async def test_full_inventory(station, sut):
    """A CSMS that does not take in all that a station has cannot tell what it can do."""
    await with_a_setting(station, sut, "FullInventory")


@case("TC_B_14_CSMS")
async def test_summary_inventory(station, sut):
    """After an outage an operator wants to see at once which stations work."""
    await given(booted, station, sut)
    await base_report(station, sut, "SummaryInventory", AVAILABILITY, "Available")
